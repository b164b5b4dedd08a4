"""Keeping the counters, inside the transaction of the order.

Every writer touches the tables in the order of this file and their rows in the order of their keys: two that meet wait
for each other, and never both.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from printalma.db import Connection
from printalma.stats.durations import kept
from printalma.stats.quarters import quarter_of
from printalma.stats.queries import REVENUE_STATUSES

LOST_STATUSES = ("CANCELLED", "REJECTED")
TIMED_STATUSES = ("CONFIRMED", "SHIPPED")


class Share(NamedTuple):
    """A product's part in an order."""

    quantity: int
    amount: int


Fields = Mapping[Any, Any]
Shares = Mapping[int, Share]

_ADD = sa.text(
    "INSERT INTO daily_orders (status, day, orders, amount) VALUES (:status, :day, :orders, :amount) "
    "ON CONFLICT (status, day) DO UPDATE SET "
    "orders = daily_orders.orders + excluded.orders, amount = daily_orders.amount + excluded.amount"
)
_ADD_QUARTER = sa.text(
    "INSERT INTO quarter_orders (quarter, orders, revenue) VALUES (:quarter, :orders, :revenue) "
    "ON CONFLICT (quarter) DO UPDATE SET "
    "orders = quarter_orders.orders + excluded.orders, revenue = quarter_orders.revenue + excluded.revenue"
)
_ADD_PRODUCT = sa.text(
    "INSERT INTO daily_products (day, product_id, orders, quantity, revenue) "
    "VALUES (:day, :product_id, :orders, :quantity, :revenue) ON CONFLICT (day, product_id) DO UPDATE SET "
    "orders = daily_products.orders + excluded.orders, quantity = daily_products.quantity + excluded.quantity, "
    "revenue = daily_products.revenue + excluded.revenue"
)
_ADD_DURATION = sa.text(
    "INSERT INTO daily_durations (day, status, seconds, orders) VALUES (:day, :status, :seconds, :orders) "
    "ON CONFLICT (day, status, seconds) DO UPDATE SET orders = daily_durations.orders + excluded.orders"
)


def shares(items: Iterable[Fields]) -> dict[int, Share]:
    """What each product has in an order's lines."""
    found: dict[int, Share] = {}
    for item in items:
        had = found.get(item["product_id"], Share(0, 0))
        found[item["product_id"]] = Share(had.quantity + item["quantity"], had.amount + item["total_price"])
    return found


def count_placed(tx: Connection, order: Fields, parts: Shares) -> None:
    """Count a new order, which earns nothing yet."""
    tx.execute(_ADD, {"status": order["status"], "day": order["day"], "orders": 1, "amount": order["total"]})
    tx.execute(_ADD_QUARTER, {"quarter": quarter_of(order["created_at"]), "orders": 1, "revenue": 0})
    _count_products(tx, order["day"], parts, gained=1, earned=0)


def count_moved(tx: Connection, order: Fields, new: str, moment: datetime, parts: Callable[[], Shares]) -> None:
    """Count that `order`, as it was, became `new` at `moment`; `parts` is called only where the products change."""
    _count_change(tx, order, new, parts)
    if new in TIMED_STATUSES:
        _count_duration(tx, order, new, moment, 1)


def count_taken_back(
    tx: Connection, order: Fields, previous: str, since: datetime | None, parts: Callable[[], Shares]
) -> None:
    """Count that `order`, as it was `since` then, is `previous` again: it never came to where it was."""
    _count_change(tx, order, previous, parts)
    if order["status"] in TIMED_STATUSES and since is not None:
        _count_duration(tx, order, order["status"], since, -1)


def _count_change(tx: Connection, order: Fields, new: str, parts: Callable[[], Shares]) -> None:
    previous, day, total = order["status"], order["day"], order["total"]
    earned = (new in REVENUE_STATUSES) - (previous in REVENUE_STATUSES)
    gained = (previous in LOST_STATUSES) - (new in LOST_STATUSES)
    for status, sign in sorted([(previous, -1), (new, 1)]):
        tx.execute(_ADD, {"status": status, "day": day, "orders": sign, "amount": sign * total})
    if earned:
        quarter = quarter_of(order["created_at"])
        tx.execute(_ADD_QUARTER, {"quarter": quarter, "orders": 0, "revenue": earned * total})
    if earned or gained:
        _count_products(tx, day, parts(), gained, earned)


def _count_duration(tx: Connection, order: Fields, status: str, moment: datetime, orders: int) -> None:
    taken = {"day": order["day"], "status": status, "seconds": kept(moment - order["created_at"])}
    tx.execute(_ADD_DURATION, taken | {"orders": orders})


def _count_products(tx: Connection, day: str, parts: Shares, gained: int, earned: int) -> None:
    rows = [
        {
            "day": day,
            "product_id": product_id,
            "orders": gained,
            "quantity": gained * share.quantity,
            "revenue": earned * share.amount,
        }
        for product_id, share in sorted(parts.items())
    ]
    tx.execute(_ADD_PRODUCT, rows)
