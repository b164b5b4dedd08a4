"""Who takes care of orders, and who looks at one: the rows, and what is read of them. `holding` writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.accounts.models import User
from printalma.db import BigId, Connection, Model, Moment, table
from printalma.orders.models import Order, Status

ME, NOBODY = "me", "nobody"
OPEN = tuple(status for status in Status if not status.is_final)


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


_holders, _onlookers, _users, _orders = map(table, (OrderHolder, OrderOnlooker, User, Order))
_NAMES = _users.c.first_name, _users.c.last_name
_OF_ORDERS = (
    sa.select(_holders.c.order_id, _holders.c.user_id, _holders.c.since, _holders.c.seen_at, *_NAMES)
    .join(_users, _users.c.id == _holders.c.user_id)
    .join(_orders, _orders.c.id == _holders.c.order_id)
    .where(_holders.c.order_id.in_(sa.bindparam("ids", expanding=True)), _orders.c.status.in_(OPEN))
)
_LOOKING = (
    sa.select(_users.c.id, *_NAMES)
    .where(_users.c.id.in_(sa.select(_onlookers.c.user_id).where(_onlookers.c.order_id == sa.bindparam("order"))))
    .order_by(_users.c.id)
)
_IS_HELD = sa.select(_holders.c.order_id)


@dataclass(frozen=True)
class Person:
    """Somebody of the team; `short` is what their colleagues call them."""

    user_id: int
    short: str
    name: str

    @classmethod
    def of(cls, user_id: int, first_name: str, last_name: str) -> "Person":
        name = f"{first_name} {last_name}".strip()
        return cls(user_id, first_name or name, name)


@dataclass(frozen=True)
class Holder:
    """Who takes care of an order."""

    person: Person
    since: datetime
    seen_at: datetime


def of(connection: Connection, order_ids: Sequence[int]) -> dict[int, Holder]:
    """Who takes care of which of these orders. An order that has ended is nobody's."""
    if not order_ids:
        return {}
    rows = connection.execute(_OF_ORDERS, {"ids": order_ids})
    return {
        row.order_id: Holder(Person.of(row.user_id, row.first_name, row.last_name), row.since, row.seen_at)
        for row in rows
    }


def shown(connection: Connection, order_id: int) -> Mapping[str, Any]:
    """What an order's page says of them: the same to everybody, and the page leaves out who reads it."""
    looking = [Person.of(*row) for row in connection.execute(_LOOKING, {"order": order_id})]
    return {"holder": of(connection, [order_id]).get(order_id), "looking": looking}


def check(value: str, me: int | None) -> sa.ColumnElement[bool]:
    """That an order is `me`'s, or that it waits for somebody."""
    is_open = _orders.c.status.in_(OPEN)
    if value == NOBODY:
        return sa.and_(is_open, _orders.c.id.not_in(_IS_HELD))
    return sa.and_(is_open, _orders.c.id.in_(_IS_HELD.where(_holders.c.user_id == me)))
