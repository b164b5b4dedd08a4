"""Who takes care of an order, and who looks at it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment


class OrderHolder(Model):
    """Who has an order since when, and when they were last there. `asked`: they said so, and have it as long as any
    page of theirs is open; who has only opened it has it as long as its own page is. Ten minutes after that it is
    nobody's (holding.service), and the row is gone."""

    __tablename__ = "order_holders"
    order_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), index=True)
    asked: Mapped[bool]
    since: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class OrderOnlooker(Model):
    """That somebody has an order's page open at one server process, which says so again while it lives. No foreign key
    leads to the order: a socket may name a page of one that is not there."""

    __tablename__ = "order_onlookers"
    process: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime] = mapped_column(Moment)
