"""The log and its position."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import Model, Moment


class LogPosition(Model):
    """One row: the id of the newest event. Whoever appends holds its lock until the commit."""

    __tablename__ = "log_position"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(sa.BigInteger)


class LoggedEvent(Model):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    type: Mapped[str] = mapped_column(sa.String(40))
    actor_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    order_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
