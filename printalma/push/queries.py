"""Reading devices and preferences."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.accounts.models import SignIn
from printalma.db import Connection, Row, table
from printalma.lib.i18n import t
from printalma.push import keys
from printalma.push.models import Delivery, Device, Look, Preference

_devices = table(Device)
_deliveries = table(Delivery)
_preferences = table(Preference)
_looks = table(Look)
_sessions = table(SignIn)
# A device is there as long as the sign-in it was enabled through has not ended. One that only ran out is not silenced:
# an order that nobody hears of is worse.
IS_THERE = sa.or_(
    _devices.c.sign_in.is_(None),
    sa.exists().where(_sessions.c.id == _devices.c.sign_in, _sessions.c.ended_at.is_(None)),
)
WISHES = tuple(column for column in _preferences.c if column.name != "user_id")


@dataclass(frozen=True)
class Preferences:
    """What a user wants to hear of. `quiet_from` and `quiet_to` are "HH:MM" of the shop's day, or both None."""

    new: bool = True
    status: bool = False
    cancelled: bool = True
    quiet_from: str | None = None
    quiet_to: str | None = None
    not_while_looking: bool = True

    def wants(self, kind: str) -> bool:
        """Whether to tell of a kind of event; what is one's own order is always told. Who wants to hear of new orders
        wants to hear of those that could not become any, and of what they leave too little of."""
        return bool(getattr(self, "new" if kind in ("refused", "low") else kind, True))

    def quiet_until(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """The end of the quiet hours that `moment` lies in; None outside of them."""
        if self.quiet_from is None or self.quiet_to is None:
            return None
        local = moment.astimezone(zone)
        time = local.strftime("%H:%M")
        over_midnight = self.quiet_from > self.quiet_to
        begun, before_end = time >= self.quiet_from, time < self.quiet_to
        if not ((begun or before_end) if over_midnight else (begun and before_end)):
            return None
        hour, minute = map(int, self.quiet_to.split(":"))
        end = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return end + timedelta(days=1) if over_midnight and begun else end


@dataclass(frozen=True)
class ListedDevice:
    """A device as its owner sees it. `state` is "ok", "resting" until `resting_until`, or "old_key": it has to
    subscribe again. `trouble` says in words what went wrong last; None after a success."""

    id: int
    name: str
    endpoint: str
    created_at: datetime
    last_success_at: datetime | None
    state: str
    resting_until: datetime | None
    trouble: str | None


def devices(connection: Connection, user_id: int) -> list[ListedDevice]:
    """A user's devices, oldest first."""
    good = keys.public_keys(connection)
    chosen = sa.select(_devices).where(_devices.c.user_id == user_id, IS_THERE).order_by(_devices.c.id)
    return [_listed(row, good) for row in connection.execute(chosen)]


def device(connection: Connection, device_id: int, user_id: int) -> Row | None:
    """One of the user's own devices."""
    chosen = sa.select(_devices).where(_devices.c.id == device_id, _devices.c.user_id == user_id, IS_THERE)
    return connection.execute(chosen).one_or_none()


def preferences(connection: Connection, user_id: int) -> Preferences:
    """What a user wants to hear of; what is told when they have never said."""
    row = connection.execute(sa.select(_preferences).where(_preferences.c.user_id == user_id)).one_or_none()
    return Preferences() if row is None else wishes_of(row)


def wishes_of(row: Row) -> Preferences:
    """What a row says that has the columns WISHES, which are empty where the user has never said."""
    if row.new is None:
        return Preferences()
    found = Preferences(row.new, row.status, row.cancelled, not_while_looking=row.not_while_looking)
    return replace(found, quiet_from=_time(row.quiet_from), quiet_to=_time(row.quiet_to))


def public_key(connection: Connection) -> str:
    """The application server key with which browsers subscribe, base64url."""
    return keys.public_keys(connection)[0]


def looked_at(connection: Connection, user_id: int) -> datetime | None:
    """When the user last had a dashboard in view."""
    found: datetime | None = connection.execute(
        sa.select(_looks.c.at).where(_looks.c.user_id == user_id)
    ).scalar_one_or_none()
    return found


def waiting(connection: Connection) -> int:
    """How many deliveries wait."""
    found: int = connection.execute(sa.select(sa.func.count()).select_from(_deliveries)).scalar_one()
    return found


def _listed(row: Row, good: list[str]) -> ListedDevice:
    state = "old_key" if row.key not in good else "resting" if row.resting_until else "ok"
    trouble = t(f"push.outcomes.{row.trouble}") if row.trouble else None
    name = row.name or t("push.unnamed")
    at = row.created_at, row.last_success_at
    return ListedDevice(row.id, name, row.endpoint, *at, state, row.resting_until, trouble)


def _time(minute: int | None) -> str | None:
    return None if minute is None else f"{minute // 60:02}:{minute % 60:02}"
