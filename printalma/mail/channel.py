"""Mail as a channel of the outbox: to whom it is written, and for how long that is of any use.

It writes to who asked for a link lately, and a notice is for one account: news would want other recipients, as
push/channel.py has."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from printalma.accounts.models import User
from printalma.accounts.password_links import LINK_LASTS
from printalma.accounts.policy import Role
from printalma.db import Connection, Moment, Row, table
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.outbox.channel import Answer, Channel, Notice, Send
from printalma.events.renderings import MailNotice
from printalma.lib.clock import now
from printalma.lib.metrics import MAILS
from printalma.mail import sender
from printalma.mail.models import MailCursor, MailDelivery, Reader

_readers, _users = table(Reader), table(User)
# Who asked so long ago waits for nothing: while nobody does, the log is not read.
_LATELY = sa.bindparam("asked_since", callable_=lambda: now() - LINK_LASTS, type_=Moment)


class MailChannel(Channel):
    name = "mail"
    poll_seconds = 5.0  # nobody reads mail by the second
    cursor = table(MailCursor)
    recipients = _readers
    deliveries = table(MailDelivery)
    recipient_id = table(MailDelivery).c.reader_id
    listeners = (
        sa.select(_readers, _users.c.email)
        .join(_users, _users.c.id == _readers.c.user_id)
        .where(_users.c.active, _users.c.role != Role.CLIENT.value, _readers.c.asked_at > _LATELY)
    )

    def notices(self, record: Record) -> Sequence[MailNotice]:
        return renderings.mail_notices(record)

    def is_for(self, notice: Notice, listener: Row) -> bool:
        return bool(notice.audience == listener.user_id)

    def when(self, _listener: Row, moment: datetime) -> datetime | None:
        return moment

    def is_reachable(self, _connection: Connection) -> sa.ColumnElement[bool]:
        return sa.true()

    def sender(self, _connection: Connection) -> Send:
        return sender.deliver

    def count(self, answer: Answer) -> None:
        MAILS.labels(answer.outcome).inc()


MAIL = MailChannel()
