"""Saving orders with their lines: each table is written once, however many they are."""

from collections.abc import Iterator, Sequence
from typing import Any

from printalma.db import Connection, rows, table
from printalma.orders import marks, queries, sent
from printalma.orders.listing.models import OrderText
from printalma.orders.listing.texts import searchable
from printalma.orders.marks import Doubt
from printalma.orders.models import Order, OrderItem
from printalma.orders.queries import CustomerRow, Details, ItemRow, OrderRow
from printalma.pictures import service as pictures
from printalma.placing import doubts, numbering
from printalma.placing.drafts import Draft
from printalma.print_checks import judging

_orders, _items, _texts = table(Order), table(OrderItem), table(OrderText)


def save(tx: Connection, drafts: Sequence[Draft]) -> list[Details]:
    """Save orders of one day, in this order. From here to the commit the day's other orders wait."""
    numbers = numbering.draw(tx, drafts)
    twins = doubts.twins(tx, [draft.order for draft in drafts])
    numbered, item_ids = numbers()
    found = [[*draft.doubts, *doubts.of_double(twin)] for draft, twin in zip(drafts, twins(numbered), strict=True)]
    orders = [order._replace(marks=marks.names(each)) for order, each in zip(numbered, found, strict=True)]
    details = [*_with_lines(drafts, orders, item_ids)]
    words = [{"order_id": each.order.id, "text": searchable(each.order, each.items)} for each in details]
    lines = [_with_id(item) for each in details for item in each.items]
    rows.add_all(tx, {_orders: map(_with_id, orders), _items: lines, _texts: words})
    _save_beside(tx, drafts, details)
    _save_marks(tx, details, found)
    return details


def _with_id(row: OrderRow | ItemRow) -> dict[str, Any]:
    return {"id": row.id, **queries.columns(row)}


def _with_lines(drafts: Sequence[Draft], orders: Sequence[OrderRow], item_ids: Iterator[int]) -> Iterator[Details]:
    for draft, order in zip(drafts, orders, strict=True):
        items = [item._replace(id=next(item_ids), order_id=order.id) for item in draft.items]
        by_line = [0, *(item.id for item in items)]
        actor = draft.cart.actor
        texts = {by_line[n]: text for n, text in draft.texts.items()}
        yield Details(order, items, CustomerRow.of(actor) if actor else None, texts)


def _save_beside(tx: Connection, drafts: Sequence[Draft], details: Sequence[Details]) -> None:
    sent.save(tx, {each.order.id: each.texts for each in details})
    for draft, each in zip(drafts, details, strict=True):
        pictures.attach(tx, each.order.id, draft.cart.pictures)
    judging.note(tx, [each.order.id for draft, each in zip(drafts, details, strict=True) if draft.is_judged_later], ())


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
