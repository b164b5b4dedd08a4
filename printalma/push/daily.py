"""What push does once a day: forget devices whose sign-in has ended, and ask the others' owners to stay signed in."""

from datetime import timedelta

import sqlalchemy as sa

from printalma import daily
from printalma.accounts.models import SignIn, User
from printalma.db import Connection, table
from printalma.events import log
from printalma.events.types import SignInEnding
from printalma.lib.clock import iso, now
from printalma.push.models import Device

ASKED_BEFORE = timedelta(days=3)  # use renews a sign-in: one that is in use never comes so near its end

_devices = table(Device)
_sessions = table(SignIn)
_users = table(User)
_ENDED = sa.select(_sessions.c.id).where(_sessions.c.ended_at.is_not(None))
_LATEST = (
    sa.select(_sessions.c.id)
    .where(_sessions.c.user_id == _devices.c.user_id, _sessions.c.ended_at.is_(None))
    .order_by(_sessions.c.created_at.desc())
    .limit(1)
    .scalar_subquery()
)


def register() -> None:
    daily.register("devices of ended sign-ins", _old_devices)
    daily.register("people asked to sign in again", _ask)


def _old_devices(tx: Connection) -> int:
    # A release that did not know whose a device is may have enabled some while this one was being deployed.
    tx.execute(sa.update(_devices).where(_devices.c.sign_in.is_(None)).values(sign_in=_LATEST))
    return daily.delete(tx, _devices, sa.or_(_devices.c.sign_in.is_(None), _devices.c.sign_in.in_(_ENDED)))


def _ask(tx: Connection) -> int:
    moment = now()
    ending = (
        sa.select(_devices.c.sign_in, _sessions.c.expires_at, _users.c.id, _users.c.role)
        .join(_sessions, _sessions.c.id == _devices.c.sign_in)
        .join(_users, _users.c.id == _devices.c.user_id)
        .where(_sessions.c.ended_at.is_(None), _sessions.c.expires_at.between(moment, moment + ASKED_BEFORE))
        .where(_devices.c.reminded_of.is_distinct_from(_sessions.c.expires_at), _users.c.active)
        .distinct()
        .limit(daily.MAX_ROWS)
    )
    found = tx.execute(ending).all()
    for row in found:
        mine = _devices.c.sign_in == row.sign_in
        tx.execute(sa.update(_devices).where(mine).values(reminded_of=row.expires_at))
    for row in found:
        log.append(tx, SignInEnding(row.id, row.role, row.sign_in, iso(row.expires_at) or ""), None)
    return len(found)
