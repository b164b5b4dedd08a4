"""The log and its position."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment

# Guests' orders are about nobody we know: they need no place in the index.
_WHERE_KNOWN: dict[str, Any] = {
    "sqlite_where": sa.text("user_id IS NOT NULL"),
    "postgresql_where": sa.text("user_id IS NOT NULL"),
}


class LogPosition(Model):
    """One row: the id of the newest event. Whoever appends holds its lock until the commit.

    Events are written lean (events.stored) from `lean_from` on: until then, a release that cannot read them may serve.
    """

    __tablename__ = "log_position"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(sa.BigInteger)
    lean_from: Mapped[datetime] = mapped_column(Moment, server_default="0")


class LoggedEvent(Model):
    """`user_id` is whom it is about: an order's customer, or whose account it is.

    `mark` is random: two events with one id, of which one was lost with a backup restored, are told apart by it.
    `written_by` is the number of the release that wrote it (db.revisions): what came with an event of an older one
    lacks what this one keeps.
    """

    __tablename__ = "events"
    __table_args__ = (sa.Index("ix_events_user_id_id", "user_id", "id", **_WHERE_KNOWN),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    type: Mapped[str] = mapped_column(sa.String(40))
    actor_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    order_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)
    user_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    mark: Mapped[int | None] = mapped_column(sa.Integer)
    written_by: Mapped[int | None] = mapped_column(sa.SmallInteger)
