"""Which pieces of an order's lines are off the shelf's count: given back when it is lost, taken again when that is
undone. Each line says how many, so that no more is ever given back than was taken: a product, a size or a colour may
be counted since its order came, or no longer."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from printalma.catalog import stock
from printalma.catalog.stock import Wanted
from printalma.catalog.variants import Variant
from printalma.db import Connection, table
from printalma.events.types import ProductRanLow
from printalma.orders.models import OrderItem
from printalma.orders.queries import Details, ItemRow

_items = table(OrderItem)
_HOLD = sa.update(_items).where(_items.c.id == sa.bindparam("line")).values(from_stock=sa.bindparam("pieces"))


def take(tx: Connection, details: Details) -> tuple[Details, list[ProductRanLow]]:
    """Take again what an order had, whose row is locked and which gave it back. What there is too little of since is
    for the caller to tell, behind its own event. Raises Conflict when there is not enough."""
    counted, ran_low = stock.correct(tx, (), _had(details.items))
    found = [item._replace(from_stock=_held(item) * n) for item, n in zip(details.items, counted, strict=True)]
    if found != [*details.items]:
        tx.execute(_HOLD, [{"line": item.id, "pieces": item.from_stock} for item in found])
    return replace(details, items=found), ran_low


def give_back(tx: Connection, details: Details) -> None:
    """Put back what an order has, whose row is locked; what is not counted stays so. Its lines go on saying what they
    had: who takes this back finds the shelf as it was."""
    stock.correct(tx, _had(details.items), ())


def correct(
    tx: Connection, before: Sequence[ItemRow], after: Sequence[ItemRow]
) -> tuple[list[ItemRow], list[ProductRanLow]]:
    """Lines are to be as `after` where they were as `before`: the difference is taken or given back. They come with
    what they have then, for the caller to save; what there is too little of since is for the caller to tell. Raises
    Conflict when there is not enough.

    Of a line that had only a part of its pieces, those that it had are kept as long as possible.
    """
    if before == after:
        return [*after], []
    known = {item.id: item for item in before}
    kept = [_kept(known.get(item.id), item) for item in after]
    more = [_more(known.get(item.id), item) for item in after]
    wanted = [_wanted(item, sum(n)) for item, *n in zip(after, kept, more, strict=True)]
    counted, ran_low = stock.correct(tx, _had(before), wanted)
    have = [keeps + new * n for keeps, new, n in zip(kept, more, counted, strict=True)]
    return [item._replace(from_stock=n) for item, n in zip(after, have, strict=True)], ran_low


def _wanted(item: ItemRow, pieces: int) -> Wanted:
    return item.product_id, item.size, item.color, pieces


def _had(items: Sequence[ItemRow]) -> list[Wanted]:
    return [_wanted(item, _held(item)) for item in items]


def _held(item: ItemRow) -> int:
    return item.quantity if item.from_stock is None else item.from_stock


def _is_same(was: ItemRow, item: ItemRow) -> bool:
    options = (Variant(each.size or "", each.color or "").folded for each in (was, item))
    return was.product_id == item.product_id and len({*options}) == 1


def _kept(was: ItemRow | None, item: ItemRow) -> int:
    return min(_held(was), item.quantity) if was and _is_same(was, item) else 0


def _more(was: ItemRow | None, item: ItemRow) -> int:
    return max(0, item.quantity - was.quantity) if was and _is_same(was, item) else item.quantity
