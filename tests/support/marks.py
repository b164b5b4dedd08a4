"""Marks on an order as placing leaves them there, for a test that wants one kind alone."""

from typing import Any

import sqlalchemy as sa

from tests.support import database as db

MARKS = ("article", "price", "delivery", "artwork", "resolution", "double", "contact")  # as an order's row names them
_marks = sa.table("order_marks", *map(sa.column, ("id", "order_id", "item_id", "mark")), sa.column("facts", sa.JSON))


def mark(database_url: str, order_id: int, name: str, item_id: int | None = None, **facts: Any) -> int:
    """Put one more mark on an order; its id."""
    row = {"order_id": order_id, "item_id": item_id, "mark": name, "facts": facts}
    with db.engine_of(database_url).begin() as connection:
        found: int = connection.execute(sa.insert(_marks).values(row).returning(_marks.c.id)).scalar_one()
        of_order = sa.select(_marks.c.mark).where(_marks.c.order_id == order_id)
        marked = set(connection.scalars(of_order))
        named = " ".join(each for each in MARKS if each in marked)
        connection.execute(sa.text("UPDATE orders SET marks = :marks WHERE id = :id"), {"marks": named, "id": order_id})
    return found
