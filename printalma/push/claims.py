"""Taking what is due: one delivery at a time for each device, by one process alone, for as long as a lease."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.accounts.models import User
from printalma.db import Connection, Row, table
from printalma.events import log as events
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import PushNotice
from printalma.lib.clock import now
from printalma.push import keys, queries
from printalma.push.models import Delivery, Device, Look, Preference
from printalma.push.news import concerns, is_for_newer

FUTURE = timedelta(minutes=2)  # two machines' clocks differ by less, and a lease ends sooner
LEASE = timedelta(seconds=30)  # an attempt takes ten at most, and a second, shorter one as long again

_deliveries = table(Delivery)
_devices = table(Device)
_users = table(User)
_looks = table(Look)
_preferences = table(Preference)
_other = _deliveries.alias("other")


def _is_due(deliveries: Any) -> sa.ColumnElement[bool]:
    """What happened in the future happened before the clock was set back: it does not wait for the same hour again."""
    return sa.or_(deliveries.c.due_at <= sa.bindparam("now"), deliveries.c.oldest_at > sa.bindparam("future"))


# While one is under way the device gets no other: a crash between claim and outcome repeats one message at most.
_IS_UNDER_WAY = sa.exists().where(
    _other.c.device_id == _deliveries.c.device_id,
    _other.c.claimed_until.between(sa.bindparam("now"), sa.bindparam("future")),
)
_FIRST_DUE = (
    sa.select(sa.func.min(_other.c.id))
    .where(_other.c.device_id == _deliveries.c.device_id, _is_due(_other))
    .scalar_subquery()
)
_DUE = (
    sa.select(_deliveries)
    .join(_devices, _devices.c.id == _deliveries.c.device_id)
    .where(
        _is_due(_deliveries),
        _deliveries.c.id == _FIRST_DUE,
        ~_IS_UNDER_WAY,
        _devices.c.key.in_(sa.bindparam("keys", expanding=True)),
        sa.or_(_devices.c.resting_until.is_(None), _devices.c.resting_until <= sa.bindparam("now")),
        _devices.c.host.not_in(sa.bindparam("busy", expanding=True)),
    )
    .order_by(_deliveries.c.due_at)
    .limit(sa.bindparam("most"))
)
_CLAIM = _DUE.with_for_update(of=_deliveries, skip_locked=True)
_OWNED = (
    sa.select(_devices, _users.c.role, _looks.c.at.label("looked_at"))
    .add_columns(sa.and_(_users.c.active, queries.IS_THERE).label("may_hear"), *queries.WISHES)
    .join(_users, _users.c.id == _devices.c.user_id)
    .outerjoin(_looks, _looks.c.user_id == _devices.c.user_id)
    .outerjoin(_preferences, _preferences.c.user_id == _devices.c.user_id)
    .where(_devices.c.id.in_(sa.bindparam("ids", expanding=True)))
)
_HOLD = sa.update(_deliveries).where(_deliveries.c.id == sa.bindparam("this")).values(due_at=sa.bindparam("until"))
_TAKE = (
    sa.update(_deliveries)
    .where(_deliveries.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(claimed_until=sa.bindparam("lease"), attempts=_deliveries.c.attempts + 1)
)


@dataclass(frozen=True)
class Claim:
    """A delivery that is ours to send until `lease`."""

    delivery: Row
    device: Row
    notice: PushNotice
    lease: datetime


def is_any_due(connection: Connection, busy: Iterable[str]) -> bool:
    """Whether there is something to claim."""
    return connection.execute(_DUE, _asked(connection, busy, 1)).first() is not None


def claim(tx: Connection, zone: ZoneInfo, busy: Iterable[str], most: int) -> list[Claim]:
    """Claim up to `most` deliveries that are due, but for the hosts that are `busy`.

    What is not to be told after all is gone; what quiet hours hold back waits for their end.
    """
    due = tx.execute(_CLAIM, _asked(tx, busy, most)).all()
    devices = {row.id: row for row in tx.execute(_OWNED, {"ids": [row.device_id for row in due]})}
    records = {event_id: _record(tx, event_id) for event_id in {row.event_id for row in due}}
    due = [delivery for delivery in due if not is_for_newer(records[delivery.event_id])]
    moment = now()
    lease = moment + LEASE
    found: list[Claim] = []
    dropped: list[int] = []
    for delivery in due:
        device = devices[delivery.device_id]
        notice = _notice(records[delivery.event_id], delivery, device, moment)
        if notice is None:
            dropped.append(delivery.id)
        elif until := queries.wishes_of(device).quiet_until(moment, zone):
            tx.execute(_HOLD, {"this": delivery.id, "until": until})
        else:
            found.append(Claim(delivery, device, notice, lease))
    tx.execute(sa.delete(_deliveries).where(_deliveries.c.id.in_(dropped)))
    tx.execute(_TAKE, {"ids": [one.delivery.id for one in found], "lease": lease})
    return found


def _asked(connection: Connection, busy: Iterable[str], most: int) -> dict[str, object]:
    moment = now()
    return {
        "now": moment,
        "future": moment + FUTURE,
        "keys": keys.public_keys(connection),
        "busy": list(busy),
        "most": most,
    }


def _record(tx: Connection, event_id: int) -> Record:
    (record,) = events.since(tx, event_id - 1, 1)
    return record


def _notice(record: Record, delivery: Row, device: Row, moment: datetime) -> PushNotice | None:
    """What the device's owner may hear of at this moment; None when they may not, do not want to, or are looking."""
    wishes = queries.wishes_of(device)
    is_looking = device.looked_at is not None and abs(moment - device.looked_at) < queries.LOOKS_LAST
    if not device.may_hear or not wishes.wants(delivery.kind) or (wishes.not_while_looking and is_looking):
        return None
    told = renderings.push_notices(record)
    return next((one for one in told if one.kind == delivery.kind and concerns(one, device)), None)
