"""What a shop's counters must say, counted from its orders one by one."""

from collections import Counter, defaultdict
from typing import Any

from tests.support import database as db

EARNS = {"CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED"}
LOST = {"CANCELLED", "REJECTED"}
ASKS_LINES = "SELECT order_id, product_id, quantity, total_price FROM order_items WHERE product_id IS NOT NULL"
Counts = dict[tuple[Any, ...], tuple[int, ...]]
COUNTERS = {
    "daily_orders": ("status", "day", "orders", "amount", "collected", "to_collect"),
    "quarter_orders": ("quarter", "orders", "revenue"),
    "daily_products": ("day", "product_id", "orders", "quantity", "revenue"),
    "daily_durations": ("day", "status", "seconds", "orders"),
}


def kept(database_url: str) -> dict[str, Counts]:
    """What the counters say, but for those of nothing."""
    found: dict[str, Counts] = {}
    for table, columns in COUNTERS.items():
        key = columns.index("orders")
        rows = db.select(database_url, f"SELECT {', '.join(columns)} FROM {table}")
        found[table] = {tuple(row[:key]): tuple(map(int, row[key:])) for row in rows if any(row[key:])}
    return found


def counted(database_url: str) -> dict[str, Counts]:
    """The same, from the orders."""
    items = defaultdict(list)
    for item in db.select(database_url, ASKS_LINES):
        items[item.order_id].append(item)
    found: dict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
    for order in db.select(database_url, "SELECT * FROM orders"):
        amount = order.subtotal - min(order.refunded, order.subtotal)
        earned = amount if order.status in EARNS else 0
        owed = order.payment_status in ("DUE", "PARTLY") and order.status not in LOST
        due = order.total if order.paid == order.refunded else order.total - order.paid
        money = order.paid - order.refunded, due if owed else 0
        _add(found, "daily_orders", (order.status, order.day), 1, amount, *money)
        _add(found, "quarter_orders", (order.created_at // 900_000,), 1, earned)
        for status, at in (("CONFIRMED", order.confirmed_at), ("SHIPPED", order.shipped_at)):
            if at is not None:
                _add(found, "daily_durations", (order.day, status, _rounded((at - order.created_at) // 1000)), 1)
        for product in {item.product_id for item in items[order.id]} if order.status not in LOST else ():
            of_it = [item for item in items[order.id] if item.product_id == product]
            revenue = sum(item.total_price for item in of_it) if order.status in EARNS else 0
            _add(found, "daily_products", (order.day, product), 1, sum(item.quantity for item in of_it), revenue)
    return {table: _rows(found[table], len(columns)) for table, columns in COUNTERS.items()}


def _add(found: dict[str, Counter[tuple[Any, ...]]], table: str, key: tuple[Any, ...], *values: int) -> None:
    for n, value in enumerate(values):
        found[table][*key, n] += value


def _rows(counter: Counter[tuple[Any, ...]], columns: int) -> Counts:
    keys = {key[:-1] for key in counter}
    return {key: tuple(counter[*key, n] for n in range(columns - len(key))) for key in keys}


def _rounded(seconds: int) -> int:
    step = 60 if seconds < 3600 else 600 if seconds < 86_400 else 3600 if seconds < 864_000 else 86_400
    return max(0, seconds) // step * step
