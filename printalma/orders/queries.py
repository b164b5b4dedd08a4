"""Reading orders: what is found comes as frozen rows, whose fields are checked as types are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.models import User
from printalma.accounts.policy import Role
from printalma.catalog.models import Product
from printalma.db import Connection, table
from printalma.orders import archive
from printalma.orders.models import Order, OrderItem, Status

_orders = table(Order)
_items = table(OrderItem)
_products = table(Product)
_users = table(User)
OPEN = sa.select(_orders.c.id).where(_orders.c.status.in_([status.value for status in Status if not status.is_final]))


class OrderRow(NamedTuple):
    """A row of `orders` (models.Order), with all its columns."""

    day: str
    status: str
    version: int
    subtotal: int
    total: int
    payment_method: str
    payment_status: str
    phone: str
    summary: str
    lines: int
    created_at: datetime
    updated_at: datetime
    id: int = 0  # not saved yet
    number: str = ""
    customer: str = ""
    shipping_name: str = ""
    shipping_street: str = ""
    shipping_amount: int = 0
    paid: int = 0
    refunded: int = 0
    noted: int = 0
    printed: int = 0
    user_id: int | None = None
    email: str | None = None
    notes: str | None = None
    shipping_company: str | None = None
    shipping_apartment: str | None = None
    shipping_city: str | None = None
    shipping_region: str | None = None
    shipping_postal_code: str | None = None
    shipping_country: str | None = None
    marks: str = ""
    announced_total: int | None = None
    announced_fee: int | None = None
    carrier: str | None = None
    delivery_place: str | None = None
    delivery_time: str | None = None
    transaction_id: str | None = None
    sent_size: int = 0
    likeness: int | None = None
    phone_key: str | None = None
    email_key: str | None = None
    name_key: str = ""
    validated_at: datetime | None = None
    validated_by: int | None = None
    confirmed_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    tracking_number: str | None = None


class ItemRow(NamedTuple):
    """A row of `order_items` (models.OrderItem), and what its product says today; nothing of what is not ours."""

    id: int
    order_id: int
    product_id: int | None
    product_name: str
    quantity: int
    unit_price: int
    total_price: int
    size: str | None
    color: str | None
    color_id: int | None
    reference: str | None = None
    announced_price: int | None = None
    artwork_key: str | None = None
    from_stock: int | None = 0
    product_description: str | None = None
    product_price: int | None = None


class Share(NamedTuple):
    """A product's part in an order."""

    quantity: int
    amount: int


class CustomerRow(NamedTuple):
    """Who placed an order."""

    id: int
    first_name: str
    last_name: str
    email: str
    role: Role

    @classmethod
    def of(cls, actor: Actor) -> "CustomerRow":
        return cls(actor.id, actor.first_name, actor.last_name, actor.email, actor.role)


@dataclass(frozen=True)
class Details:
    """An order with its lines and the user who placed it. `texts` are what was sent beside them (orders.sent), where it
    has been read."""

    order: OrderRow
    items: Sequence[ItemRow]
    customer: CustomerRow | None
    texts: Mapping[int, str] = field(default_factory=dict)

    @property
    def shares(self) -> dict[int, Share]:
        """What each product has in it."""
        return shares_of(self.items)


_SAVED = {
    kind: [name for name in kind._fields if name in into.c and name != "id"]
    for kind, into in ((OrderRow, _orders), (ItemRow, _items))
}
_SAVES = {kind: attrgetter(*names) for kind, names in _SAVED.items()}
ORDERS = sa.select(*(_orders.c[name] for name in OrderRow._fields))
_BY_ID = ORDERS.where(_orders.c.id == sa.bindparam("id"))
_BY_NUMBER = ORDERS.where(_orders.c.number == sa.bindparam("number"))
_BY_IDS = ORDERS.where(_orders.c.id.in_(sa.bindparam("ids", expanding=True))).order_by(_orders.c.id.desc())
_NEWEST = ORDERS.order_by(_orders.c.id.desc()).limit(sa.bindparam("most"))
_ITEMS = (
    sa.select(*(_items.c[name] for name in ItemRow._fields if name in _items.c), *archive.OF_PRODUCT)
    .outerjoin(_products, _products.c.id == _items.c.product_id)
    .where(_items.c.order_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_items.c.id)
)
_CUSTOMERS = sa.select(*(_users.c[name] for name in CustomerRow._fields)).where(
    _users.c.id.in_(sa.bindparam("ids", expanding=True))
)


def columns(row: OrderRow | ItemRow) -> dict[str, Any]:
    """What is saved of a row, but for its id."""
    return dict(zip(_SAVED[type(row)], _SAVES[type(row)](row), strict=True))


def read(connection: Connection, chosen: sa.Select[Any], values: Mapping[str, Any] | None = None) -> list[OrderRow]:
    """The orders that `chosen` finds, a selection of ORDERS."""
    return [OrderRow._make(row) for row in connection.execute(chosen, values)]


def by_id(connection: Connection, order_id: int) -> OrderRow | None:
    return next(iter(read(connection, _BY_ID, {"id": order_id})), None)


def by_number(connection: Connection, number: str) -> OrderRow | None:
    return next(iter(read(connection, _BY_NUMBER, {"number": number})), None)


def by_id_for_update(connection: Connection, order_id: int) -> OrderRow | None:
    """The order, locked until the end of the transaction."""
    return next(iter(read(connection, _BY_ID.with_for_update(), {"id": order_id})), None)


def rows(connection: Connection, ids: Sequence[int]) -> list[OrderRow]:
    """The orders among `ids`, newest first."""
    return read(connection, _BY_IDS, {"ids": ids}) if ids else []


def in_order(connection: Connection, ids: Sequence[int]) -> Sequence[OrderRow]:
    """The orders `ids`, in that order."""
    found = {order.id: order for order in rows(connection, ids)}
    return [found[order_id] for order_id in ids]


def newest(connection: Connection, most: int) -> list[Details]:
    """The `most` last orders, newest first."""
    return details(connection, read(connection, _NEWEST, {"most": most}))


def details(connection: Connection, orders: Sequence[OrderRow]) -> list[Details]:
    """`orders` with their lines and customers, in three statements however many they are."""
    lines = items(connection, [order.id for order in orders])
    customer_ids = {order.user_id for order in orders} - {None}
    found = connection.execute(_CUSTOMERS, {"ids": list(customer_ids)}) if customer_ids else ()
    customers = {row.id: CustomerRow._make(row) for row in found}
    return [Details(order, lines[order.id], customers.get(order.user_id or 0)) for order in orders]


def details_by_id(connection: Connection, order_id: int) -> Details | None:
    order = by_id(connection, order_id)
    return details(connection, [order])[0] if order else None


def name_of(connection: Connection, user_id: int | None) -> str:
    """What a colleague is called."""
    row = connection.execute(sa.select(_users.c.first_name, _users.c.last_name).where(_users.c.id == user_id)).one()
    return f"{row.first_name} {row.last_name}"


def items(connection: Connection, ids: Iterable[int]) -> dict[int, list[ItemRow]]:
    """The lines of the orders `ids`, as they were ordered. No order is without: those of one that seems so are in the
    archive."""
    found: dict[int, list[ItemRow]] = {order_id: [] for order_id in ids}
    for row in connection.execute(_ITEMS, {"ids": list(found)}):
        found[row.order_id].append(ItemRow._make(row))
    archived = [order_id for order_id, lines in found.items() if not lines]
    for order_id, lines in archive.items(connection, archived).items() if archived else ():
        found[order_id] = [ItemRow._make(line[name] for name in ItemRow._fields) for line in lines]
    return found


def shares(connection: Connection, ids: Iterable[int]) -> dict[int, dict[int, Share]]:
    """What each product has in each of the orders `ids`."""
    return {order_id: shares_of(lines) for order_id, lines in items(connection, ids).items()}


def shares_of(items: Iterable[ItemRow]) -> dict[int, Share]:
    """What each product has in an order's lines; those that are none of ours have no counter."""
    found: dict[int, Share] = {}
    for item in items:
        if item.product_id is None:
            continue
        had = found.get(item.product_id, Share(0, 0))
        found[item.product_id] = Share(had.quantity + item.quantity, had.amount + item.total_price)
    return found
