"""Changing what an order says, with all that follows from it: totals, stock, counters, what it is found by."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from printalma.catalog import stock
from printalma.db import Connection, table
from printalma.lib.clock import now
from printalma.orders import counters, queries
from printalma.orders.drafts import summary_of
from printalma.orders.listing import search
from printalma.orders.models import Order, OrderItem, OrderText
from printalma.orders.payments import settled
from printalma.orders.queries import Details, ItemRow, OrderRow

_orders, _items, _texts = table(Order), table(OrderItem), table(OrderText)


def mend(tx: Connection, before: Details, after: Details) -> Details:
    """Have an order, whose row is locked, be as `after` says; where that is as before, nothing is done. Of `after` the
    sums need not be right. Raises Conflict when a counted product has not enough left."""
    if after == before:
        return before
    items = [item._replace(total_price=item.unit_price * item.quantity) for item in after.items]
    order = settled(_summed(after.order, items))._replace(version=before.order.version + 1, updated_at=now())
    mended = replace(after, order=order, items=items)
    save(tx, before.order, order)
    _save_items(tx, before.items, items)
    stock.correct(tx, before.wanted, mended.wanted)
    counters.change(tx, before.order, order, before.shares, mended.shares)
    _reword(tx, order, items)
    return mended


def save(tx: Connection, before: OrderRow, after: OrderRow) -> None:
    """Write the columns that differ."""
    known = before._asdict()
    changes = {name: value for name, value in after._asdict().items() if value != known[name]}
    believed = sa.update(_orders).where(_orders.c.id == before.id, _orders.c.version == before.version)
    saved = tx.execute(believed.values(changes)).rowcount
    assert saved == 1, "the row is locked, so its version cannot have changed"


def _summed(order: OrderRow, items: Sequence[ItemRow]) -> OrderRow:
    subtotal = sum(item.total_price for item in items)
    total = subtotal + order.shipping_amount
    return order._replace(subtotal=subtotal, total=total, summary=summary_of(items), lines=len(items))


def _save_items(tx: Connection, before: Sequence[ItemRow], after: Sequence[ItemRow]) -> None:
    known = {item.id: item for item in before}
    for item in after:
        if item != known[item.id]:
            tx.execute(sa.update(_items).where(_items.c.id == item.id).values(queries.columns(item)))


def _reword(tx: Connection, order: OrderRow, items: Sequence[ItemRow]) -> None:
    known = tx.scalar(sa.select(_texts.c.text).where(_texts.c.order_id == order.id))
    text = search.searchable(order, items)
    if known not in (None, text):
        search.reword(tx, order.id, str(known), text)
