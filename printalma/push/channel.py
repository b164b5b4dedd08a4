"""Phones as a channel of the outbox: who is told of what, by what they are and want to hear of."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from printalma.accounts import policy
from printalma.accounts.models import User
from printalma.accounts.policy import Role
from printalma.config import settings
from printalma.db import Connection, Row, table
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.outbox.channel import Answer, Channel, Notice, Send
from printalma.events.renderings import ADMINS, PushNotice
from printalma.lib.metrics import PUSHES
from printalma.push import keys, queries, sender
from printalma.push.models import Delivery, Device, Look, Preference, PushCursor

LOOKS_LAST = timedelta(seconds=60)  # who had a dashboard in view so lately is looking

_devices, _users, _looks, _preferences = (table(each) for each in (Device, User, Look, Preference))


class PushChannel(Channel):
    name = "push"
    cursor = table(PushCursor)
    recipients = _devices
    deliveries = table(Delivery)
    recipient_id = table(Delivery).c.device_id
    listeners = (
        sa.select(_devices, _users.c.role, _looks.c.at.label("looked_at"), *queries.WISHES)
        .join(_users, _users.c.id == _devices.c.user_id)
        .outerjoin(_looks, _looks.c.user_id == _devices.c.user_id)
        .outerjoin(_preferences, _preferences.c.user_id == _devices.c.user_id)
        .where(_users.c.active, queries.IS_THERE)
    )

    def notices(self, record: Record) -> Sequence[PushNotice]:
        return renderings.push_notices(record)

    def is_for(self, notice: Notice, listener: Row) -> bool:
        assert isinstance(notice, PushNotice)
        if notice.to == ADMINS:
            sight = policy.sight(Role(listener.role), listener.user_id)
            is_theirs = sight.is_team and sight.hears(notice.about)
        else:
            is_theirs = notice.to == listener.user_id
        if not is_theirs or notice.sign_in not in (None, listener.sign_in):
            return False
        return notice.by != listener.user_id and queries.wishes_of(listener).wants(notice.kind)

    def when(self, listener: Row, moment: datetime) -> datetime | None:
        """Not while they are looking, if they do not want that, and not in their quiet hours."""
        wishes = queries.wishes_of(listener)
        is_looking = listener.looked_at is not None and abs(moment - listener.looked_at) < LOOKS_LAST
        if wishes.not_while_looking and is_looking:
            return None
        return wishes.quiet_until(moment, settings().shop_tz) or moment

    def is_reachable(self, connection: Connection) -> sa.ColumnElement[bool]:
        return _devices.c.key.in_(keys.public_keys(connection))

    def sender(self, connection: Connection) -> Send:
        return sender.sender(connection).deliver

    def count(self, answer: Answer) -> None:
        PUSHES.labels(answer.outcome).inc()


PUSH = PushChannel()
