"""Reading orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from printalma.accounts.models import User
from printalma.catalog.models import Product
from printalma.db import Connection, table
from printalma.lib.clock import iso
from printalma.orders import archive, counters
from printalma.orders.counters import Share
from printalma.orders.models import Order, OrderItem

Fields = Mapping[Any, Any]

_orders = table(Order)
_items = table(OrderItem)
_products = table(Product)
_users = table(User)

_BY_ID = sa.select(_orders).where(_orders.c.id == sa.bindparam("id"))
_BY_IDS = sa.select(_orders).where(_orders.c.id.in_(sa.bindparam("ids", expanding=True))).order_by(_orders.c.id.desc())
_FACTS = sa.select(
    _orders.c.id, _orders.c.number, _orders.c.email, _orders.c.customer, _orders.c.lines, _orders.c.created_at
).where(_orders.c.id.in_(sa.bindparam("ids", expanding=True)))
_NEWEST = sa.select(_orders).order_by(_orders.c.id.desc()).limit(sa.bindparam("most"))
_OF_IDS = _items.c.order_id.in_(sa.bindparam("ids", expanding=True))
_LINES = sa.select(_items).where(_OF_IDS).order_by(_items.c.id)
_LINES_SHOWN = _LINES.join(_products, _products.c.id == _items.c.product_id).add_columns(*archive.OF_PRODUCT)
_CUSTOMERS = sa.select(_users.c.id, _users.c.first_name, _users.c.last_name, _users.c.email, _users.c.role).where(
    _users.c.id.in_(sa.bindparam("ids", expanding=True))
)


@dataclass(frozen=True)
class Details:
    """An order with its lines and the user who placed it."""

    order: Fields
    items: Sequence[Fields]
    customer: Fields | None


@dataclass(frozen=True)
class Page:
    """One page of a list; `page` counts from 1."""

    orders: Sequence[Fields]
    total: int
    page: int
    limit: int

    @property
    def pages(self) -> int:
        return -(-self.total // self.limit)


def by_id(connection: Connection, order_id: int) -> Fields | None:
    return connection.execute(_BY_ID, {"id": order_id}).mappings().one_or_none()


def by_id_for_update(connection: Connection, order_id: int) -> Fields | None:
    """The order, locked until the end of the transaction."""
    return connection.execute(_BY_ID.with_for_update(), {"id": order_id}).mappings().one_or_none()


def rows(connection: Connection, ids: Sequence[int]) -> Sequence[Fields]:
    """The orders among `ids`, newest first."""
    return connection.execute(_BY_IDS, {"ids": ids}).mappings().all() if ids else []


def facts(connection: Connection, ids: Sequence[int]) -> dict[int, Fields]:
    """What events of the orders `ids` leave to the orders' rows, under the events' names (events.stored)."""
    return {
        row.id: {
            "number": row.number,
            "customer_name": row.customer,
            "customer_email": row.email,
            "lines": row.lines,
            "placed_at": iso(row.created_at),
        }
        for row in connection.execute(_FACTS, {"ids": ids})
    }


def newest(connection: Connection, most: int) -> list[Details]:
    """The `most` last orders, newest first."""
    return details(connection, connection.execute(_NEWEST, {"most": most}).mappings().all())


def details(connection: Connection, orders: Sequence[Fields]) -> list[Details]:
    """`orders` with their lines and customers, in three statements however many they are."""
    ids = [order["id"] for order in orders]
    items = _by_order(connection, ids, _LINES_SHOWN)
    customer_ids = {order["user_id"] for order in orders} - {None}
    found = connection.execute(_CUSTOMERS, {"ids": list(customer_ids)}).mappings() if customer_ids else ()
    customers = {customer["id"]: customer for customer in found}
    return [Details(order, items[order["id"]], customers.get(order["user_id"])) for order in orders]


def details_by_id(connection: Connection, order_id: int) -> Details | None:
    order = by_id(connection, order_id)
    return details(connection, [order])[0] if order else None


def lines(connection: Connection, ids: Sequence[int]) -> dict[int, list[Fields]]:
    """The lines of the orders `ids`, as they were ordered."""
    return _by_order(connection, ids, _LINES)


def quantities(connection: Connection, order_id: int) -> dict[int, int]:
    """How many of each product an order holds."""
    return {product_id: share.quantity for product_id, share in shares(connection, order_id).items()}


def shares(connection: Connection, order_id: int) -> dict[int, Share]:
    """What each product has in an order."""
    return counters.shares(lines(connection, [order_id])[order_id])


def _by_order(connection: Connection, ids: Sequence[int], chosen: sa.Select[Any]) -> dict[int, list[Fields]]:
    """No order is without lines: those of one that seems so are in the archive."""
    found: dict[int, list[Fields]] = {order_id: [] for order_id in ids}
    for item in connection.execute(chosen, {"ids": ids}).mappings():
        found[item["order_id"]].append(item)
    archived = [order_id for order_id, items in found.items() if not items]
    return found | archive.lines(connection, archived) if archived else found
