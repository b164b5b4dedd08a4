"""Reading what is to be made."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from printalma.accounts.policy import Sight
from printalma.artwork import alike
from printalma.atelier.models import PieceTick
from printalma.atelier.pieces import Board, Ticks, Work, WorkLine
from printalma.db import Connection, table
from printalma.orders import sent as sent_beside
from printalma.orders.models import IS_AT_WORK, Order, OrderItem, Status
from printalma.orders.sent import is_sticker

MAX_LINES = 4000  # that are read, the oldest: a shop with more of them open sees the others when these are made
MAX_PRODUCTS = 100

_orders, _items, _ticks = table(Order), table(OrderItem), table(PieceTick)
_OF_ORDER = ("number", "status", "version", "created_at")
_LINES = (
    sa.select(*((_orders if name in _OF_ORDER else _items).c[name] for name in WorkLine._fields))
    .join(_orders, _orders.c.id == _items.c.order_id)
    .order_by(_orders.c.id, _items.c.id)
)
_IDS: sa.BindParameter[list[int]] = sa.bindparam("ids", expanding=True)
_TICKS = sa.select(_ticks.c.order_id, _ticks.c.order_item_id, _ticks.c.piece, _ticks.c.lost)


class Product(NamedTuple):
    """A product of which something is to be made; those that are not the catalogue's are one, with the id 0."""

    id: int
    name: str | None


class Sent(NamedTuple):
    """An order that has just been sent."""

    id: int
    number: str
    version: int
    shipped_at: datetime


def board(connection: Connection, sight: Sight, order_id: int | None = None) -> Board:
    """What is to be made, of one order or of all."""
    chosen = _LINES.where(IS_AT_WORK, *sight.where(user_id=_orders.c.user_id, status=_orders.c.status))
    if order_id is not None:
        chosen = chosen.where(_orders.c.id == order_id)
    found = _lines(connection, chosen.limit(MAX_LINES))
    if len(found) < MAX_LINES:
        return _board(connection, found)
    # The last order may be cut: it would seem to be ready.
    return _board(connection, [line for line in found if line.order_id != found[-1].order_id], is_cut=True)


def of_product(whole: Board, product_id: int | None) -> Board:
    """What is to be made of one product; None is all."""
    if product_id is None:
        return whole
    return replace(whole, works=[work for work in whole.works if (work.line.product_id or 0) == product_id])


def lines(connection: Connection, order_ids: Collection[int]) -> list[WorkLine]:
    """The lines of these orders, whatever has become of them."""
    chosen = _LINES.where(_orders.c.id.in_(_IDS))
    return _lines(connection, chosen, {"ids": list(order_ids)}) if order_ids else []


def products(works: Iterable[Work]) -> list[Product]:
    """The products of which something is to be made, by name."""
    named = {work.line.product_id or 0: work.line.product_name for work in works}
    found = [Product(product_id, name if product_id else None) for product_id, name in named.items()]
    return sorted(found, key=lambda product: (product.name is None, product.name))[:MAX_PRODUCTS]


def sent(connection: Connection, sight: Sight, since: datetime) -> list[Sent]:
    """The orders that were sent from here since then, the last one last: those that somebody has ticked."""
    is_ticked = sa.exists().where(_ticks.c.order_id == _orders.c.id)
    chosen = sa.select(*(_orders.c[name] for name in Sent._fields)).where(is_ticked)
    seen = sight.where(user_id=_orders.c.user_id, status=_orders.c.status)
    chosen = chosen.where(_orders.c.status == Status.SHIPPED.value, _orders.c.shipped_at >= since, *seen)
    return [Sent._make(row) for row in connection.execute(chosen.order_by(_orders.c.shipped_at).limit(50))]


def are_made(connection: Connection, order_ids: Collection[int]) -> bool:
    """Whether one of these orders is at the press: most pictures come while an order waits."""
    chosen = sa.select(_orders.c.id).where(_orders.c.id.in_(_IDS), IS_AT_WORK).limit(1)
    return bool(order_ids) and connection.execute(chosen, {"ids": list(order_ids)}).first() is not None


def order(connection: Connection, sight: Sight, order_id: int) -> tuple[str, str] | None:
    """The number and the status of an order, if it is to be seen."""
    chosen = sa.select(_orders.c.number, _orders.c.status).where(_orders.c.id == order_id)
    row = connection.execute(chosen.where(*sight.where(user_id=_orders.c.user_id, status=_orders.c.status))).first()
    return None if row is None else (row.number, row.status)


def _lines(connection: Connection, chosen: sa.Select[Any], values: Mapping[str, Any] | None = None) -> list[WorkLine]:
    found = [WorkLine._make(row) for row in connection.execute(chosen, values).all()]
    old = [line.order_id for line in found if line.artwork_key is None]
    texts = sent_beside.of(connection, old) if old else {}
    return [line if line.artwork_key is not None else _keyed(line, texts) for line in found]


def _keyed(line: WorkLine, texts: Mapping[int, Mapping[int, str]]) -> WorkLine:
    """A line that an older release wrote, or that somebody has typed."""
    said = sent_beside.read(texts.get(line.order_id, {}).get(line.id))
    return line._replace(artwork_key=alike.artwork_key(said, is_sticker(line.reference), f"line {line.id}"))


def _ticked(order_ids: Collection[int]) -> sa.Select[Any]:
    """The ticks of orders at work, of which these are all in a row: thousands of ids need not be named."""
    if len({*order_ids}) == 1:
        return _TICKS.where(_ticks.c.order_id.in_(order_ids))
    of_order = _TICKS.join(_orders, _orders.c.id == _ticks.c.order_id)
    return of_order.where(IS_AT_WORK, _orders.c.id.between(min(order_ids), max(order_ids)))


def _board(connection: Connection, found: Collection[WorkLine], is_cut: bool = False) -> Board:
    made: dict[int, set[int]] = {}
    lost: dict[int, set[int]] = {}
    of_line = {line.id: line.order_id for line in found}
    gone: dict[int, int] = {}
    for row in connection.execute(_ticked(of_line.values())) if found else ():
        if of_line.get(row.order_item_id) == row.order_id:
            (lost if row.lost else made).setdefault(row.order_item_id, set()).add(row.piece)
        elif row.lost:
            gone[row.order_id] = gone.get(row.order_id, 0) + 1
    works = [Work(line, Ticks(frozenset(made.get(line.id, ())), frozenset(lost.get(line.id, ())))) for line in found]
    return Board(works, gone, is_cut)
