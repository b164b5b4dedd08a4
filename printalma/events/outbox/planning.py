"""Turns events into deliveries: a durable reader of the log, one at a time over all processes.

Whoever holds the cursor's row plans; the deliveries and the new position are one transaction, so that a crash leaves
both or neither. What waits for a recipient takes up what follows: under load, and after an outage, messages tell of
more and do not become more.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, Row
from printalma.db.prepared import Prepared
from printalma.events import log as events
from printalma.events.log import Record
from printalma.events.outbox.channel import Channel, Notice, is_for_newer
from printalma.lib.clock import now

BATCH = 500
PACE = timedelta(seconds=5)  # a recipient is told at once, then no more often than this
FAR = timedelta(minutes=1)
LATE = timedelta(hours=1)
GATHER = timedelta(seconds=2)  # what comes late, after an outage, is summed up before it is told


@dataclass
class Digest:
    """What a recipient is to be told of one kind of event."""

    recipient: Row
    kind: str
    event_id: int
    events: int
    oldest_at: datetime
    newest_at: datetime


def is_behind(channel: Channel, connection: Connection) -> bool:
    """Whether there are events to plan. While nobody listens, as many as one plan takes up may wait."""
    told = _reached(channel.cursor, channel.recipients).one(connection)
    behind = events.last_id(connection) - told.upto
    return behind >= BATCH or (behind > 0 and told.recipient is not None)


@cache
def _reached(cursor: sa.Table, recipients: sa.Table) -> Prepared:
    """How far is planned, and one of those for whom it is, if there are any."""
    recipient = sa.select(recipients.c.id).limit(1).scalar_subquery()
    return Prepared(sa.select(cursor.c.upto, recipient.label("recipient")))


def plan(channel: Channel, tx: Connection) -> bool:
    """Plan the next events of the log; whether there may be more."""
    chosen = sa.select(channel.cursor.c.upto).with_for_update(skip_locked=True)
    upto = tx.execute(chosen).scalar_one_or_none()
    if upto is None:
        return False  # another process plans
    before = events.last_id(tx)  # read before the listeners: who asks to be told now, and is told of it, is not missed
    listeners = _held(channel, tx) if _has_recipients(channel, tx) else ()
    if not listeners:
        _move(channel, tx, before)
        return False
    records = list(takewhile(lambda record: not is_for_newer(record), events.since(tx, upto, BATCH)))
    if records:
        _deliver(channel, tx, digests(channel, records, listeners))
        _move(channel, tx, records[-1].id)
    return len(records) == BATCH


def _held(channel: Channel, tx: Connection) -> Sequence[Row]:
    """Who listens. On PostgreSQL a recipient that is planned for cannot go meanwhile."""
    return tx.execute(channel.listeners.with_for_update(read=True, key_share=True, of=channel.recipients)).all()


def _has_recipients(channel: Channel, connection: Connection) -> bool:
    return connection.execute(sa.select(channel.recipients.c.id).limit(1)).first() is not None


def digests(channel: Channel, records: Sequence[Record], listeners: Sequence[Row]) -> list[Digest]:
    """What each of the listeners is to be told of what happened, one digest for each kind."""
    found: dict[tuple[int, str], Digest] = {}
    # Worked out once for each kind and audience: a batch has hundreds of events.
    interested: dict[tuple[str, Hashable], list[Row]] = {}
    for record in records:
        for notice in channel.notices(record):
            this = notice.kind, notice.audience
            if this not in interested:
                interested[this] = [listener for listener in listeners if channel.is_for(notice, listener)]
            for listener in interested[this]:
                if _is_news(record, listener):
                    _add(found, record, notice, listener)
    return list(found.values())


def _is_news(record: Record, listener: Row) -> bool:
    """Nobody is told of what they did themselves, nor of what happened before they asked; who asked in the future did
    so before the clock was set back."""
    is_own = record.actor_id is not None and record.actor_id == listener.user_id
    return not is_own and bool(record.at >= listener.created_at or listener.created_at > now())


def _add(found: dict[tuple[int, str], Digest], record: Record, notice: Notice, listener: Row) -> None:
    first = Digest(listener, notice.kind, record.id, 0, record.at, record.at)
    digest = found.setdefault((listener.id, notice.kind), first)
    digest.events += 1
    digest.event_id, digest.newest_at = record.id, record.at


def _move(channel: Channel, tx: Connection, upto: int) -> None:
    tx.execute(sa.update(channel.cursor).values(upto=upto))


def _deliver(channel: Channel, tx: Connection, digests: Iterable[Digest]) -> None:
    moment = now()
    waiting = _waiting(channel, tx)
    more: list[dict[str, Any]] = []
    fresh: list[dict[str, Any]] = []
    paced: dict[int, datetime] = {}
    for digest in digests:
        if delivery_id := waiting.get((digest.recipient.id, digest.kind)):
            more.append(_more(delivery_id, digest))
            continue
        due = max(paced.get(digest.recipient.id) or _paced(digest, moment), moment + _gathering(digest, moment))
        paced[digest.recipient.id] = due + PACE
        fresh.append({channel.recipient_id.name: digest.recipient.id, **_row(digest, due)})
    if more:
        tx.execute(_take_up(channel), more)
    if fresh:
        tx.execute(sa.insert(channel.deliveries), fresh)
        mine = channel.recipients.c.id == sa.bindparam("recipient")
        pace = sa.update(channel.recipients).where(mine).values(paced_until=sa.bindparam("to"))
        tx.execute(pace, [{"recipient": recipient_id, "to": to} for recipient_id, to in paced.items()])


def _waiting(channel: Channel, tx: Connection) -> dict[tuple[int, str], int]:
    """The ids of what waits, by whom it is for and its kind. Not what has been claimed, even long ago: it may have been
    told already."""
    deliveries = channel.deliveries
    chosen = (
        sa.select(deliveries.c.id, channel.recipient_id.label("recipient"), deliveries.c.kind)
        .where(deliveries.c.claimed_until.is_(None))
        .with_for_update()
    )
    return {(row.recipient, row.kind): row.id for row in tx.execute(chosen)}


def _paced(digest: Digest, moment: datetime) -> datetime:
    """When its recipient's turn is; one that is far off was given before the clock was set back."""
    until: datetime | None = digest.recipient.paced_until
    return until if until is not None and until < moment + FAR else moment


def _gathering(digest: Digest, moment: datetime) -> timedelta:
    return GATHER if digest.oldest_at < moment - LATE else timedelta(0)


def _take_up(channel: Channel) -> sa.Update:
    deliveries = channel.deliveries
    return (
        sa.update(deliveries)
        .where(deliveries.c.id == sa.bindparam("waiting"))
        .values(events=deliveries.c.events + sa.bindparam("more"))
        .values({name: sa.bindparam(f"last_{name}") for name in ("event_id", "newest_at")})
    )


def _more(delivery_id: int, digest: Digest) -> dict[str, Any]:
    last = {"last_event_id": digest.event_id, "last_newest_at": digest.newest_at}
    return {"waiting": delivery_id, "more": digest.events, **last}


def _row(digest: Digest, due: datetime) -> dict[str, Any]:
    told = {"kind": digest.kind, "event_id": digest.event_id, "events": digest.events}
    times = {"oldest_at": digest.oldest_at, "newest_at": digest.newest_at, "due_at": due}
    return {**told, **times, "attempts": 0, "claimed_until": None}
