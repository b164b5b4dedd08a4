"""Turns events into deliveries: a durable reader of the log, one at a time over all processes.

Whoever holds the cursor's row plans; the deliveries and the new position are one transaction, so that a crash leaves
both or neither. What waits for a device takes up what follows: under load, and after an outage, messages tell of more
and do not become more.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from printalma.accounts.models import User
from printalma.db import Connection, table
from printalma.events import log as events
from printalma.lib.clock import now
from printalma.push import queries
from printalma.push.message import LATE
from printalma.push.models import Delivery, Device, Preference, PushCursor
from printalma.push.news import News, collect, is_for_newer

BATCH = 500
PACE = timedelta(seconds=5)  # a device is told at once, then no more often than this
FAR = timedelta(minutes=1)
GATHER = timedelta(seconds=2)  # what comes late, after an outage, is summed up before it is told

_cursor = table(PushCursor)
_devices = table(Device)
_deliveries = table(Delivery)
_preferences = table(Preference)
_users = table(User)
# On PostgreSQL a device that is planned for cannot go meanwhile.
_LISTENERS = (
    sa.select(_devices.c.id, _devices.c.user_id, _devices.c.sign_in, _devices.c.created_at, _devices.c.paced_until)
    .add_columns(_users.c.role, *queries.WISHES)
    .join(_users, _users.c.id == _devices.c.user_id)
    .outerjoin(_preferences, _preferences.c.user_id == _devices.c.user_id)
    .where(_users.c.active, queries.IS_THERE)
    .with_for_update(read=True, key_share=True, of=_devices)
)
_TAKE_UP = (
    sa.update(_deliveries)
    .where(_deliveries.c.id == sa.bindparam("waiting"))
    .values(events=_deliveries.c.events + sa.bindparam("more"))
    .values({name: sa.bindparam(f"last_{name}") for name in ("event_id", "newest_at")})
)


def plan(tx: Connection) -> bool:
    """Plan the next events of the log; whether there may be more."""
    chosen = sa.select(_cursor.c.upto).with_for_update(skip_locked=True)
    upto = tx.execute(chosen).scalar_one_or_none()
    if upto is None:
        return False  # another process plans
    listeners = tx.execute(_LISTENERS).all()
    if not listeners:
        _move(tx, events.last_id(tx))
        return False
    records = list(takewhile(lambda record: not is_for_newer(record), events.since(tx, upto, BATCH)))
    if records:
        _deliver(tx, collect(records, listeners))
        _move(tx, records[-1].id)
    return len(records) == BATCH


def is_behind(connection: Connection) -> bool:
    """Whether there are events to plan."""
    upto: int = connection.execute(sa.select(_cursor.c.upto)).scalar_one()
    return upto < events.last_id(connection)


def _move(tx: Connection, upto: int) -> None:
    tx.execute(sa.update(_cursor).values(upto=upto))


def _deliver(tx: Connection, news: Iterable[News]) -> None:
    moment = now()
    # Not what has been claimed, even long ago: it may have been told already.
    waiting = (
        sa.select(_deliveries.c.id, _deliveries.c.device_id, _deliveries.c.kind)
        .where(_deliveries.c.claimed_until.is_(None))
        .with_for_update()
    )
    known = {(row.device_id, row.kind): row.id for row in tx.execute(waiting)}
    more: list[dict[str, Any]] = []
    fresh: list[dict[str, Any]] = []
    paced: dict[int, datetime] = {}
    for item in news:
        if delivery_id := known.get((item.device.id, item.kind)):
            more.append(_more(delivery_id, item))
            continue
        due = max(paced.get(item.device.id) or _paced(item, moment), moment + _gathering(item, moment))
        paced[item.device.id] = due + PACE
        fresh.append(_row(item, due))
    if more:
        tx.execute(_TAKE_UP, more)
    if fresh:
        tx.execute(sa.insert(_deliveries), fresh)
        pace = sa.update(_devices).where(_devices.c.id == sa.bindparam("device")).values(paced_until=sa.bindparam("to"))
        tx.execute(pace, [{"device": device_id, "to": to} for device_id, to in paced.items()])


def _paced(item: News, moment: datetime) -> datetime:
    """When its device's turn is; one that is far off was given before the clock was set back."""
    until: datetime | None = item.device.paced_until
    return until if until is not None and until < moment + FAR else moment


def _gathering(item: News, moment: datetime) -> timedelta:
    return GATHER if item.oldest_at < moment - LATE else timedelta(0)


def _more(delivery_id: int, item: News) -> dict[str, Any]:
    last = {"last_event_id": item.event_id, "last_newest_at": item.newest_at}
    return {"waiting": delivery_id, "more": item.events, **last}


def _row(item: News, due: datetime) -> dict[str, Any]:
    told = {"kind": item.kind, "event_id": item.event_id, "events": item.events}
    times = {"oldest_at": item.oldest_at, "newest_at": item.newest_at, "due_at": due}
    return {"device_id": item.device.id, **told, **times, "attempts": 0, "claimed_until": None}
