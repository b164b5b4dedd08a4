"""Which orders are one customer's: those with the same telephone number or e-mail address, guests' and accounts' alike.

Both are kept beside what was typed, in the one way that there is of writing them: an index leads to a customer's last
orders, however many the shop has. What cannot be read, and what strangers type to leave the field, joins nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from printalma.accounts.policy import Sight
from printalma.config import settings
from printalma.db import Connection, table
from printalma.lib import phones
from printalma.lib.letters import plain
from printalma.lib.validation import email_address
from printalma.orders import queries
from printalma.orders.commands import Address
from printalma.orders.models import MAX_NAME_KEY, Order, Status
from printalma.orders.queries import OrderRow

MAX_ORDERS = 100  # of a customer are looked at, the last ones: beyond, "more than" says enough
MAX_NAMES = 10  # under which one customer orders: what more people give is a shop's number, or nobody's
SAME_DIGITS = 6  # at the end of a number that was made up: 77 000 00 00

_orders = table(Order)


class OtherOrder(NamedTuple):
    """What is told of an order on another one's page."""

    id: int
    number: str
    created_at: datetime
    status: str
    total: int
    customer: str
    user_id: int | None
    shipped_at: datetime | None
    phone_key: str | None
    email_key: str | None

    @property
    def is_returned(self) -> bool:
        """Whether it was on its way and came back: no status says so, but what was sent is not cancelled otherwise."""
        return Status(self.status).is_lost and self.shipped_at is not None

    @property
    def is_refused(self) -> bool:
        return Status(self.status).is_lost and self.shipped_at is None


@dataclass(frozen=True)
class Others:
    """A customer's orders, newest first, at most one more than MAX_ORDERS. `phone` and `email` are the keys that they
    have in common; `common` names those that too many people have ("phone", "email")."""

    orders: list[OtherOrder]
    phone: str | None
    email: str | None
    common: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownCustomer:
    """Who orders with a telephone number, as their last order, `order_id`, says."""

    order_id: int
    number: str
    email: str | None
    address: Address


def _newest(column: sa.ColumnElement[str | None], value: str) -> sa.Select[tuple[int]]:
    here = column == sa.bindparam(value), _orders.c.id != sa.bindparam("but")
    return sa.select(_orders.c.id).where(*here).order_by(_orders.c.id.desc()).limit(MAX_ORDERS + 1)


_BY_KEYS = sa.union(
    *(
        sa.select(_newest(column, name).subquery().c.id)
        for name, column in (("phone", _orders.c.phone_key), ("email", _orders.c.email_key))
    )
)
_OTHERS = (
    sa.select(*(_orders.c[name] for name in OtherOrder._fields))
    .where(_orders.c.id.in_(_BY_KEYS))
    .order_by(_orders.c.id.desc())
)


def recognizable(order: OrderRow) -> OrderRow:
    """The order with the keys by which its customer's other ones are found, and by which it is sorted."""
    phone, email = phone_key(order.phone, order.shipping_country), email_address(order.email) if order.email else None
    return order._replace(phone_key=phone, email_key=email, name_key=name_key(order.customer))


def recognize(tx: Connection, order_id: int) -> int:
    """Have an order that is saved, and that somebody may have mended since it was read, have these keys."""
    order = queries.by_id_for_update(tx, order_id)
    assert order is not None, "an order is never deleted"
    if (known := recognizable(order)) == order:
        return 0
    keys = {name: getattr(known, name) for name in ("phone_key", "email_key", "name_key")}
    return tx.execute(sa.update(_orders).where(_orders.c.id == order_id).values(keys)).rowcount


def name_key(customer: str) -> str:
    """A name as it is compared when a list is sorted by it: its letters without accents, in small."""
    return plain(customer)[:MAX_NAME_KEY]


def phone_key(phone: str, country: str | None = None) -> str | None:
    """The first number of a field as its digits with the country's code; None for what is nobody's number. It is read
    in the `country` of the delivery, and in the shop's."""
    numbers = phones.read_all(phone, phones.region(country), settings().shop_country) if phone else []
    digits = phones.digits(phones.e164(numbers[0])) if numbers else ""
    return digits if len(set(digits[-SAME_DIGITS:])) > 1 else None


def known_by_phone(
    connection: Connection, phone: str, sight: Sight, country: str | None = None
) -> KnownCustomer | None:
    """Whose number that is, as the last order with it says, of those that `sight` leaves to be seen. Nobody for a
    number that many people give."""
    others = _found(connection, sight, phone_key(phone, country), None)
    last = queries.by_id(connection, others.orders[0].id) if others.orders else None
    if last is None:
        return None
    address = Address(
        name=last.shipping_name,
        company=last.shipping_company,
        street=last.shipping_street,
        apartment=last.shipping_apartment,
        city=last.shipping_city,
        region=last.shipping_region,
        postal_code=last.shipping_postal_code,
        country=last.shipping_country,
    )
    return KnownCustomer(last.id, last.number, last.email, address)


def others(connection: Connection, order: OrderRow, sight: Sight) -> Others:
    """The other orders of an order's customer, of those that `sight` leaves to be seen."""
    return _found(connection, sight, order.phone_key, order.email_key, but=order.id)


def _found(connection: Connection, sight: Sight, phone: str | None, email: str | None, but: int = 0) -> Others:
    keys = {"phone": phone, "email": email}
    if not any(keys.values()):
        return Others([], phone, email)
    rows = [OtherOrder._make(row) for row in connection.execute(_OTHERS, {**keys, "but": but})]
    of_key = {name: [row for row in rows if key and getattr(row, f"{name}_key") == key] for name, key in keys.items()}
    common = tuple(name for name, found in of_key.items() if _names(found) > MAX_NAMES)
    theirs = {row.id for name, found in of_key.items() if name not in common for row in found if sight.includes(row)}
    return Others([row for row in rows if row.id in theirs][: MAX_ORDERS + 1], phone, email, common)


def _names(orders: Iterable[OtherOrder]) -> int:
    return len({plain(order.customer) for order in orders})
