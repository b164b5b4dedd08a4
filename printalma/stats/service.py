"""Keeping the counters, inside the transaction of the order."""

import sqlalchemy as sa

from printalma.db import Connection

_ADD = sa.text(
    "INSERT INTO daily_orders (status, day, orders, amount) VALUES (:status, :day, :orders, :amount) "
    "ON CONFLICT (status, day) DO UPDATE SET "
    "orders = daily_orders.orders + excluded.orders, amount = daily_orders.amount + excluded.amount"
)


def count_placed(tx: Connection, day: str, status: str, amount: int) -> None:
    tx.execute(_ADD, {"status": status, "day": day, "orders": 1, "amount": amount})


def count_moved(tx: Connection, day: str, previous: str, new: str, amount: int) -> None:
    """Rows are locked in the order of their names, whichever way the order moved."""
    for status, sign in sorted([(previous, -1), (new, 1)]):
        tx.execute(_ADD, {"status": status, "day": day, "orders": sign, "amount": sign * amount})
