"""How far each user has read."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model


class ReadMark(Model):
    """Everything up to the event `upto` is read. A user without a row has read what came before their account. The
    dashboard's bell counts from `begun` on, where its reader first looked at it: None for who never has."""

    __tablename__ = "read_marks"
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), primary_key=True, autoincrement=False)
    upto: Mapped[int] = mapped_column(sa.BigInteger)
    begun: Mapped[int | None] = mapped_column(sa.BigInteger)


class DroppedNotification(Model):
    """A notification that somebody does not want to see any more: it is gone for them alone."""

    __tablename__ = "dropped_notifications"
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)


class ReadEvent(Model):
    """One event above the mark that is read while an older one is not. The mark swallows it when it catches up."""

    __tablename__ = "read_events"
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
