"""The counters counted anew from the orders: for a shop that is older than they are, for orders written in bulk, and
for what a release that did not keep them has written."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from printalma.db import Connection, is_postgres
from printalma.orders.counters import QUARTER_SECONDS

QUARTER = QUARTER_SECONDS * 1000
Values = Mapping[str, str | int]

# What each table says of some orders; durations are kept as durations.kept does.
_COUNTED = {
    "daily_orders": """
    INSERT INTO daily_orders (status, day, orders, amount)
    SELECT status, day, COUNT(*), SUM(total) FROM orders WHERE {which} GROUP BY status, day
    """,
    "quarter_orders": """
    INSERT INTO quarter_orders (quarter, orders, revenue)
    SELECT created_at / 900000, COUNT(*),
        SUM(CASE WHEN status IN ('CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED') THEN total ELSE 0 END)
    FROM orders WHERE {which} GROUP BY 1
    """,
    "daily_products": """
    INSERT INTO daily_products (day, product_id, orders, quantity, revenue)
    SELECT o.day, i.product_id, COUNT(DISTINCT o.id), SUM(i.quantity),
        SUM(CASE WHEN o.status = 'PENDING' THEN 0 ELSE i.total_price END)
    FROM orders o JOIN order_items i ON i.order_id = o.id
    WHERE o.status NOT IN ('CANCELLED', 'REJECTED') AND {which} GROUP BY o.day, i.product_id
    """,
    "daily_durations": """
    INSERT INTO daily_durations (day, status, seconds, orders)
    SELECT day, status, CASE WHEN s < 0 THEN 0
        WHEN s < 3600 THEN s / 60 * 60 WHEN s < 86400 THEN s / 600 * 600
        WHEN s < 864000 THEN s / 3600 * 3600 ELSE s / 86400 * 86400 END, COUNT(*)
    FROM (
        SELECT day, 'CONFIRMED' AS status, (confirmed_at - created_at) / 1000 AS s
        FROM orders WHERE confirmed_at IS NOT NULL AND {which}
        UNION ALL
        SELECT day, 'SHIPPED', (shipped_at - created_at) / 1000 FROM orders WHERE shipped_at IS NOT NULL AND {which}
    ) AS taken GROUP BY 1, 2, 3
    """,
}
_LACKS_LINES = sa.text(
    "SELECT EXISTS (SELECT 1 FROM orders o WHERE o.day = :day "
    "AND NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id))"
)


def rebuild(tx: Connection) -> None:
    """Count quarters, products and durations anew; daily_orders is older than they are and stays as it is."""
    for name in ("quarter_orders", "daily_products", "daily_durations"):
        tx.execute(sa.text(f"DELETE FROM {name}"))  # noqa: S608
        tx.execute(sa.text(_COUNTED[name].format(which="TRUE")))


def recount(tx: Connection, days: Iterable[str], moments: Iterable[int]) -> int:
    """Count the orders of these days of the shop, and of the quarters of these moments (in ms), anew: how many days and
    quarters had been counted wrongly.

    Exact beside other writers: each counts in daily_orders first, and holds it until its commit. The products of a day
    stay as they are when lines of its orders are elsewhere, put aside.
    """
    if is_postgres(tx):
        tx.execute(sa.text("LOCK TABLE daily_orders IN SHARE ROW EXCLUSIVE MODE"))
    wrong = 0
    for day in sorted(set(days)):
        tables = ["daily_orders", "daily_durations"]
        if not tx.scalar(_LACKS_LINES, {"day": day}):
            tables.append("daily_products")
        wrong += sum(_recounted(tx, name, "day = :day", "day = :day", {"day": day}) for name in tables) > 0
    for quarter in sorted({moment // QUARTER for moment in moments}):
        values = {"quarter": quarter, "first": quarter * QUARTER, "end": (quarter + 1) * QUARTER}
        which = "created_at >= :first AND created_at < :end"
        wrong += _recounted(tx, "quarter_orders", "quarter = :quarter", which, values)
    return wrong


def _recounted(tx: Connection, name: str, where: str, which: str, values: Values) -> bool:
    """Count some rows of a table anew; whether they say something else than before."""
    before = _said(tx, name, where, values)
    tx.execute(sa.text(f"DELETE FROM {name} WHERE {where}"), values)  # noqa: S608
    tx.execute(sa.text(_COUNTED[name].format(which=which)), values)
    return before != _said(tx, name, where, values)


def _said(tx: Connection, name: str, where: str, values: Values) -> set[tuple[object, ...]]:
    """Rows but those that count nothing: an order that moved on leaves one behind."""
    rows = tx.execute(sa.text(f"SELECT * FROM {name} WHERE {where}"), values).mappings()  # noqa: S608
    return {tuple(row.values()) for row in rows if row["orders"] or row.get("revenue")}
