"""Whom mail is written to, and what waits to be sent to each."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment
from printalma.events.outbox.models import CursorColumns, DeliveryColumns, RecipientColumns


class MailCursor(CursorColumns, Model):
    __tablename__ = "mail_cursor"


class Reader(RecipientColumns, Model):
    """Somebody of the team to whom mail is written, at the address their account has by then. `asked_at` is when they
    asked for it last."""

    __tablename__ = "mail_readers"
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), unique=True)
    asked_at: Mapped[datetime] = mapped_column(Moment)


class MailDelivery(DeliveryColumns, Model):
    """What a reader is to be sent. Nothing of what it will say: that is written when it is sent."""

    __tablename__ = "mail_deliveries"
    reader_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("mail_readers.id", ondelete="CASCADE"), index=True)
