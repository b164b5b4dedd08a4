"""Changing what an order says, with all that follows from it: totals, stock, counters, what it is found by; and what
features that stand above have registered."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.events.types import ProductRanLow
from printalma.lib.clock import now
from printalma.orders import changing, counters, printed, queries, sent, shelving
from printalma.orders.listing import known_words
from printalma.orders.models import OrderItem
from printalma.orders.payments import settled
from printalma.orders.queries import Details, ItemRow, OrderRow
from printalma.placing.customers import recognizable
from printalma.placing.drafts import summary_of

_items = table(OrderItem)
_INSERT = sa.insert(_items).returning(_items.c.id)
_listeners: list[Callable[[Connection, Details, Details], None]] = []


def on_mended(listener: Callable[[Connection, Details, Details], None]) -> None:
    """Have `listener` called within each transaction that changes what an order says, with it before and after."""
    if listener not in _listeners:
        _listeners.append(listener)


def mend(tx: Connection, before: Details, after: Details) -> tuple[Details, list[ProductRanLow]]:
    """Have an order, whose row is locked, be as `after` says; where that is as before, nothing is done. A line without
    an id is new, one that is missing is dropped. Of `after` the sums need not be right. Raises Conflict when a counted
    product has not enough left; what it leaves too little of is for the caller to tell, behind its own event.

    What was sent stays so: what the customer was told, and the likeness by which a basket is known that comes twice.
    """
    if after == before:
        return before, []
    items = [item._replace(total_price=item.unit_price * item.quantity) for item in after.items]
    order = recognizable(settled(_summed(after.order, items)))._replace(version=before.order.version + 1)
    order = order._replace(printed=printed.since_lines(order.printed, before.items, items), updated_at=now())
    dropped = {item.id for item in before.items} - {item.id for item in items}
    order = order._replace(sent_size=order.sent_size - sent.forget(tx, order.id, dropped))
    items, ran_low = shelving.correct(tx, before.items, items)
    changing.save(tx, before.order, order)
    mended = replace(after, order=order, items=_saved(tx, before, items))
    if dropped:
        tx.execute(sa.delete(_items).where(_items.c.id.in_(dropped)))
    counters.change(tx, before.order, order, before.shares, mended.shares)
    changing.reword(tx, order, mended.items)
    known_words.rename(tx, before.order, order)
    for listener in _listeners:
        listener(tx, before, mended)
    return mended, ran_low


def _summed(order: OrderRow, items: Sequence[ItemRow]) -> OrderRow:
    subtotal = sum(item.total_price for item in items)
    total = subtotal + order.shipping_amount
    return order._replace(subtotal=subtotal, total=total, summary=summary_of(items), lines=len(items))


def _saved(tx: Connection, before: Details, items: Sequence[ItemRow]) -> list[ItemRow]:
    """The lines, the new ones with their ids. SQLite gives the highest id again once its row is gone: what hung on a
    dropped line would be a new one's."""
    known, found = {item.id: item for item in before.items}, []
    for item in items:
        if not item.id:
            found.append(item._replace(id=tx.execute(_INSERT, queries.columns(item)).scalar_one()))
            continue
        if item != known[item.id]:
            changed = tx.execute(sa.update(_items).where(_items.c.id == item.id).values(queries.columns(item)))
            assert changed.rowcount == 1, "an order that is changed has its lines"
        found.append(item)
    return found
