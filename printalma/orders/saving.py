"""Saving orders with their lines: each table is written once, however many they are."""

from collections.abc import Iterator, Sequence
from itertools import chain

import sqlalchemy as sa

from printalma.db import Connection, table, upsert
from printalma.db.rows import add
from printalma.orders import doubts, marks, queries, sent
from printalma.orders.drafts import Draft
from printalma.orders.listing.texts import searchable
from printalma.orders.marks import Doubt
from printalma.orders.models import DailyNumber, Order, OrderItem, OrderText
from printalma.orders.queries import CustomerRow, Details, OrderRow
from printalma.pictures import service as pictures

_orders, _items = table(Order), table(OrderItem)
_numbers = table(DailyNumber)
_NUMBER = upsert(_numbers)
_NEXT_NUMBERS = _NUMBER.on_conflict_do_update(
    index_elements=[_numbers.c.day], set_={"last": _numbers.c.last + _NUMBER.excluded.last}
).returning(_numbers.c.last)
_INSERT_TEXT = sa.insert(table(OrderText))


def save(tx: Connection, drafts: Sequence[Draft]) -> list[Details]:
    """Save orders of one day, in this order. From here to the commit the day's other orders wait."""
    # The number's row is locked until the commit: ids, drawn behind it, follow the order of commits.
    numbered = _numbered(tx, [draft.order for draft in drafts])
    twins = doubts.twins(tx, numbered)
    found = [[*draft.doubts, *doubts.of_double(twin)] for draft, twin in zip(drafts, twins, strict=True)]
    rows = [order._replace(marks=marks.names(each)) for order, each in zip(numbered, found, strict=True)]
    ids = add(tx, _orders, [queries.columns(order) for order in rows])
    orders = [order._replace(id=order_id) for order, order_id in zip(rows, ids, strict=True)]
    details = [*_with_lines(tx, drafts, orders)]
    _save_beside(tx, drafts, details)
    _save_marks(tx, details, found)
    return details


def number_of(day: str, serial: int) -> str:
    """The number of a day's order."""
    return f"CMD{day.replace('-', '')}{serial:03}"


def _numbered(tx: Connection, orders: Sequence[OrderRow]) -> list[OrderRow]:
    day, n = orders[0].day, len(orders)
    last: int = tx.execute(_NEXT_NUMBERS, {"day": day, "last": n}).scalar_one()
    return [order._replace(number=number_of(day, serial)) for serial, order in enumerate(orders, last - n + 1)]


def _with_lines(tx: Connection, drafts: Sequence[Draft], orders: Sequence[OrderRow]) -> Iterator[Details]:
    of_each = [
        [item._replace(order_id=order.id) for item in draft.items] for draft, order in zip(drafts, orders, strict=True)
    ]
    ids = iter(add(tx, _items, [queries.columns(item) for item in chain.from_iterable(of_each)]))
    for draft, order, unsaved in zip(drafts, orders, of_each, strict=True):
        items = [item._replace(id=next(ids)) for item in unsaved]
        by_line = [0, *(item.id for item in items)]
        actor = draft.cart.actor
        texts = {by_line[n]: text for n, text in draft.texts.items()}
        yield Details(order, items, CustomerRow.of(actor) if actor else None, texts)


def _save_beside(tx: Connection, drafts: Sequence[Draft], details: Sequence[Details]) -> None:
    words = [(each.order.id, searchable(each.order, each.items)) for each in details]
    tx.execute(_INSERT_TEXT, [{"order_id": order_id, "text": text} for order_id, text in words])
    sent.save(tx, {each.order.id: each.texts for each in details})
    for draft, each in zip(drafts, details, strict=True):
        pictures.attach(tx, each.order.id, draft.cart.pictures)


def _save_marks(tx: Connection, details: Sequence[Details], found: Sequence[Sequence[Doubt]]) -> None:
    ids = {each.order.number: each.order.id for each in details}
    marks.add(
        tx,
        [
            row
            for each, those in zip(details, found, strict=True)
            for row in marks.rows(each.order.id, doubts.with_ids(those, ids), [item.id for item in each.items])
        ],
    )
