"""Orders are judged anew once their pictures are here, or given up: a front end's word about a file is its word.

What that finds is a mark like any other, also on an order that is confirmed already; what it does not find any more
goes. What somebody of the team has settled stays settled, unless it has become worse.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from printalma.artwork import image_addresses
from printalma.db import Connection, Row, table
from printalma.orders import marks, prints, queries, sent
from printalma.orders.marks import Mark
from printalma.orders.models import Order, OrderMark, Status
from printalma.orders.queries import OrderRow
from printalma.pictures.queries import sources

_orders, _marks = table(Order), table(OrderMark)
_KNOWN = sa.select(_marks).where(_marks.c.order_id == sa.bindparam("id")).order_by(_marks.c.id)

Facts = dict[str, Any]
Key = tuple[int, Mark]  # a line's id


def judge(tx: Connection, order_ids: Sequence[int]) -> None:
    """Have these orders the marks that their pictures give them."""
    for order_id in sorted(order_ids):
        order = queries.by_id_for_update(tx, order_id)
        if order is not None and order.sent_size and not Status(order.status).is_final:
            _judge(tx, order)


def _judge(tx: Connection, order: OrderRow) -> None:
    found = dict(_found(tx, order.id))
    rows: dict[Key, list[Row]] = {}
    for row in tx.execute(_KNOWN, {"id": order.id}):
        if row.mark == Mark.RESOLUTION or (row.mark == Mark.ARTWORK and row.facts.get("why") == "lost"):
            rows.setdefault((row.item_id, Mark(row.mark)), []).append(row)
    changes = [_settle(tx, order.id, key, found.get(key), rows.get(key, ())) for key in found.keys() | rows.keys()]
    if any(changes):
        left = marks.reopened(tx, order.id)
        tx.execute(sa.update(_orders).where(_orders.c.id == order.id).values(marks=left))


def _found(tx: Connection, order_id: int) -> Iterator[tuple[Key, Facts]]:
    texts = sent.of(tx, [order_id]).get(order_id, {})
    items = [item for item in queries.items(tx, [order_id])[order_id] if item.id in texts]
    scales = prints.scales(tx, items)
    for item in items:
        views = sent.views(item, texts[item.id])
        known = sources(tx, {address for view in views for address in image_addresses(view)})
        for mark, facts in (
            (Mark.ARTWORK, prints.lost(views, known)),
            (Mark.RESOLUTION, prints.too_few_dots(views, scales[item.id], known)),
        ):
            if facts is not None:
                yield (item.id, mark), facts


def _settle(tx: Connection, order_id: int, key: Key, facts: Facts | None, rows: Sequence[Row]) -> bool:
    """Have one mark of a line say `facts`, or be gone; whether anything changed."""
    still = next((row for row in rows if row.cleared_at is None), None)
    if still is not None and facts is None:
        tx.execute(sa.delete(_marks).where(_marks.c.id == still.id))
    elif still is not None and facts is not None and facts != still.facts:
        marks.restate(tx, still.id, facts)
    elif still is None and facts is not None and not any(_covers(row.facts, facts) for row in rows):
        item_id, mark = key
        values = {"order_id": order_id, "item_id": item_id, "mark": mark.value, "facts": facts}
        tx.execute(sa.insert(_marks).values(values))
    else:
        return False
    return True


def _covers(settled: Facts, facts: Facts) -> bool:
    """Whether who settled that has seen this, too."""
    worse = facts.get("dpi", 0) < settled.get("dpi", 0)
    return not worse and facts.get("count", 0) <= settled.get("count", 0)
