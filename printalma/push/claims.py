"""Taking what is due: one delivery at a time for each device, by one process alone, for as long as a lease."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.accounts.models import User
from printalma.db import Connection, Row, table
from printalma.events import log as events
from printalma.events import renderings
from printalma.events.renderings import PushNotice
from printalma.lib.clock import now
from printalma.push import queries
from printalma.push.models import Delivery, Device
from printalma.push.news import concerns

LEASE = timedelta(seconds=30)  # an attempt takes ten at most, and a second, shorter one as long again

_deliveries = table(Delivery)
_devices = table(Device)
_users = table(User)
_other = _deliveries.alias("other")
# While one is under way the device gets no other: a crash between claim and outcome repeats one message at most.
_IS_UNDER_WAY = sa.exists().where(
    _other.c.device_id == _deliveries.c.device_id, _other.c.claimed_until > sa.bindparam("now")
)
_FIRST_DUE = (
    sa.select(sa.func.min(_other.c.id))
    .where(_other.c.device_id == _deliveries.c.device_id, _other.c.due_at <= sa.bindparam("now"))
    .scalar_subquery()
)
_DUE = (
    sa.select(_deliveries)
    .join(_devices, _devices.c.id == _deliveries.c.device_id)
    .where(
        _deliveries.c.due_at <= sa.bindparam("now"),
        _deliveries.c.id == _FIRST_DUE,
        ~_IS_UNDER_WAY,
        _devices.c.key == sa.bindparam("key"),
        sa.or_(_devices.c.resting_until.is_(None), _devices.c.resting_until <= sa.bindparam("now")),
        _devices.c.host.not_in(sa.bindparam("busy", expanding=True)),
    )
    .order_by(_deliveries.c.due_at)
    .limit(sa.bindparam("most"))
)
_CLAIM = _DUE.with_for_update(of=_deliveries, skip_locked=True)
_DEVICE = (
    sa.select(_devices, _users.c.role, _users.c.active)
    .join(_users, _users.c.id == _devices.c.user_id)
    .where(_devices.c.id == sa.bindparam("id"))
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
    found = []
    for delivery in tx.execute(_CLAIM, _asked(tx, busy, most)).all():
        device = tx.execute(_DEVICE, {"id": delivery.device_id}).one()
        notice = _notice(tx, delivery, device)
        this = _deliveries.c.id == delivery.id
        if notice is None:
            tx.execute(sa.delete(_deliveries).where(this))
            continue
        wishes = queries.preferences(tx, device.user_id)
        if until := wishes.quiet_until(now(), zone):
            tx.execute(sa.update(_deliveries).where(this).values(due_at=until, claimed_until=None))
            continue
        lease = now() + LEASE
        values = {"claimed_until": lease, "attempts": delivery.attempts + 1}
        tx.execute(sa.update(_deliveries).where(this).values(values))
        found.append(Claim(delivery, device, notice, lease))
    return found


def _asked(connection: Connection, busy: Iterable[str], most: int) -> dict[str, object]:
    return {"now": now(), "key": queries.public_key(connection), "busy": list(busy), "most": most}


def _notice(tx: Connection, delivery: Row, device: Row) -> PushNotice | None:
    """What the device's owner may hear of at this moment; None when they may not, do not want to, or are looking."""
    wishes = queries.preferences(tx, device.user_id)
    looked = queries.looked_at(tx, device.user_id)
    is_looking = looked is not None and looked > now() - queries.LOOKS_LAST
    if not device.active or not wishes.wants(delivery.kind) or (wishes.not_while_looking and is_looking):
        return None
    (record,) = events.since(tx, delivery.event_id - 1, 1)
    told = renderings.push_notices(record)
    return next((one for one in told if one.kind == delivery.kind and concerns(one, device)), None)
