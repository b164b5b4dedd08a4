"""Taking what is due, and what an attempt leaves behind: one delivery at a time for each recipient, by one process
alone, for as long as a lease."""

import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from printalma import daily
from printalma.db import Connection, Row
from printalma.db.asking import Asking
from printalma.db.prepared import Prepared
from printalma.events import log as events
from printalma.events.log import Record
from printalma.events.outbox.channel import MAX_AGE, Answer, Channel, Claim, Outcome, is_for_newer
from printalma.lib.clock import now

FUTURE = timedelta(minutes=2)  # two machines' clocks differ by less, and a lease ends sooner
LEASE = timedelta(seconds=30)  # an attempt takes ten at most, and a second, shorter one as long again
PAUSES = (5.0, 900.0)  # seconds after a first failure, doubled with each to the longest


def any_waiting(channel: Channel) -> Callable[[], bool]:
    """What says whether there is any delivery at all: mostly not, and who could be reached need not be known."""
    some = Prepared(sa.select(channel.deliveries.c.id).limit(1))
    asking = Asking[None, bool](lambda connection, _: {None: some.first(connection) is not None})
    return lambda: bool(asking.ask(None))


def is_any_due(channel: Channel, connection: Connection, busy: Iterable[str]) -> bool:
    """Whether there is something to claim."""
    return connection.execute(_due(channel, connection, busy, 1)).first() is not None


def claim(channel: Channel, tx: Connection, busy: Iterable[str], most: int) -> list[Claim]:
    """Claim up to `most` deliveries that are due, but for the hosts that are `busy`. What is not to be told after all
    is gone; what is to be told later waits."""
    deliveries = channel.deliveries
    due = tx.execute(_due(channel, tx, busy, most).with_for_update(of=deliveries, skip_locked=True)).all()
    records = {event_id: _record(tx, event_id) for event_id in {row.event_id for row in due}}
    due = [delivery for delivery in due if not is_for_newer(records[delivery.event_id])]
    listeners = _listeners(channel, tx, [delivery.recipient for delivery in due])
    moment = now()
    found: list[Claim] = []
    dropped: list[int] = []
    for delivery in due:
        decided = _decided(channel, records[delivery.event_id], delivery, listeners.get(delivery.recipient), moment)
        if decided is None:
            dropped.append(delivery.id)
        elif decided[1] > moment:
            tx.execute(sa.update(deliveries).where(deliveries.c.id == delivery.id).values(due_at=decided[1]))
        else:
            found.append(decided[0])
    tx.execute(sa.delete(deliveries).where(deliveries.c.id.in_(dropped)))
    taken = {"claimed_until": moment + LEASE, "attempts": deliveries.c.attempts + 1}
    tx.execute(sa.update(deliveries).where(deliveries.c.id.in_([one.delivery.id for one in found])).values(taken))
    return found


def settle(channel: Channel, tx: Connection, claim: Claim, answer: Answer) -> None:
    """End a claim: it is done, or waits for the recipient's next turn; after a day it is no news.

    Somebody else's claim, made when ours had run out, is left alone.
    """
    deliveries, delivery = channel.deliveries, claim.delivery
    mine = (deliveries.c.id == delivery.id, deliveries.c.claimed_until == claim.lease)
    until = settle_recipient(channel, tx, claim.recipient, answer)
    if until is None or delivery.newest_at < now() - MAX_AGE:
        tx.execute(sa.delete(deliveries).where(*mine))
    else:
        tx.execute(sa.update(deliveries).where(*mine).values(claimed_until=None, due_at=until))


def settle_recipient(channel: Channel, tx: Connection, recipient: Row, answer: Answer) -> datetime | None:
    """Write down how the recipient took it; until when it rests."""
    recipients = channel.recipients
    mine = recipients.c.id == recipient.id
    if answer.outcome is Outcome.GONE:
        tx.execute(sa.delete(recipients).where(mine))  # and with it what waits for it
        return None
    if answer.outcome is Outcome.DELIVERED:
        values = {"last_success_at": now(), "failures": 0, "trouble": None, "resting_until": None}
        tx.execute(sa.update(recipients).where(mine).values(values))
        return None
    until = now() + timedelta(seconds=_pause(recipient.failures, answer.wait))
    values = {"failures": recipients.c.failures + 1, "trouble": answer.outcome, "resting_until": until}
    tx.execute(sa.update(recipients).where(mine).values(values))
    return until


def old_deliveries(channel: Channel) -> Callable[[Connection], int]:
    """What deletes, daily, what nobody could be told."""
    too_old = channel.deliveries.c.newest_at
    return lambda tx: daily.delete(tx, channel.deliveries, too_old < now() - 2 * MAX_AGE)


def _due(channel: Channel, connection: Connection, busy: Iterable[str], most: int) -> sa.Select[Any]:
    moment = now()
    future = moment + FUTURE
    deliveries, recipients = channel.deliveries, channel.recipients
    other = deliveries.alias("other")
    is_same = other.c[channel.recipient_id.name] == channel.recipient_id
    # While one is under way the recipient gets no other: a crash between claim and outcome repeats one message at most.
    is_under_way = sa.exists().where(is_same, other.c.claimed_until.between(moment, future))
    # And of the row itself: PostgreSQL looks at what it has waited to lock once more, but at no other row.
    is_free = sa.or_(deliveries.c.claimed_until.is_(None), ~deliveries.c.claimed_until.between(moment, future))
    first = sa.select(sa.func.min(other.c.id)).where(is_same, _is_due(other.c, moment, future)).scalar_subquery()
    return (
        sa.select(deliveries, channel.recipient_id.label("recipient"))
        .join(recipients, recipients.c.id == channel.recipient_id)
        .where(_is_due(deliveries.c, moment, future), deliveries.c.id == first, ~is_under_way, is_free)
        .where(sa.or_(recipients.c.resting_until.is_(None), recipients.c.resting_until <= moment))
        .where(recipients.c.host.not_in(list(busy)), channel.is_reachable(connection))
        .order_by(deliveries.c.due_at)
        .limit(most)
    )


def _is_due(columns: Any, moment: datetime, future: datetime) -> sa.ColumnElement[bool]:
    """What happened in the future happened before the clock was set back: it does not wait for the same hour again."""
    return sa.or_(columns.due_at <= moment, columns.oldest_at > future)


def _listeners(channel: Channel, tx: Connection, ids: list[int]) -> dict[int, Row]:
    """Those of the recipients that may hear at this moment."""
    return {row.id: row for row in tx.execute(channel.listeners.where(channel.recipients.c.id.in_(ids)))}


def _record(tx: Connection, event_id: int) -> Record:
    (record,) = events.since(tx, event_id - 1, 1)
    return record


def _decided(
    channel: Channel, record: Record, delivery: Row, listener: Row | None, moment: datetime
) -> tuple[Claim, datetime] | None:
    """What is to be told, and when; None when it is not theirs to hear any more, or they do not want to."""
    if listener is None:
        return None
    said = (notice for notice in channel.notices(record) if notice.kind == delivery.kind)
    notice = next((notice for notice in said if channel.is_for(notice, listener)), None)
    at = None if notice is None else channel.when(listener, moment)
    return None if at is None else (Claim(delivery, listener, notice, moment + LEASE), at)


def _pause(failures: int, wait: float | None) -> float:
    first, longest = PAUSES
    # Not all at the same moment: one that comes back is not to fall again.
    backed_off: float = min(first * 2 ** min(failures, 20), longest) * random.uniform(0.8, 1.2)
    return max(wait or 0.0, backed_off)
