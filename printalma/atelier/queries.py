"""Reading what is to be made."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from printalma.accounts.policy import Sight
from printalma.atelier.models import PieceTick
from printalma.atelier.pieces import MADE, Board, Line, Ticks, Work
from printalma.db import Connection, table
from printalma.orders.models import Order, OrderItem, Status
from printalma.pictures.models import PictureSource, SourceState

MAX_LINES = 4000  # that are read, the oldest: a shop with more of them open sees the others when these are made
MAX_PRODUCTS = 100

_orders, _items, _ticks, _sources = table(Order), table(OrderItem), table(PieceTick), table(PictureSource)
_OF_ORDER = ("number", "status", "version", "created_at")
_LINES = (
    sa.select(*((_orders if name in _OF_ORDER else _items).c[name] for name in Line._fields))
    .join(_orders, _orders.c.id == _items.c.order_id)
    .order_by(_orders.c.id, _items.c.id)
)
_IS_MADE = _orders.c.status.in_([status.value for status in MADE])
_IDS: sa.BindParameter[list[int]] = sa.bindparam("ids", expanding=True)
_TICKS = sa.select(_ticks.c.order_id, _ticks.c.order_item_id, _ticks.c.piece, _ticks.c.lost).where(
    _ticks.c.order_id.in_(_IDS)
)
_PICTURES = sa.select(_sources.c.key, _sources.c.hash).where(
    _sources.c.key.in_(sa.bindparam("keys", expanding=True)), _sources.c.state == SourceState.KEPT
)


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
    chosen = _LINES.where(_IS_MADE, *sight.where(user_id=_orders.c.user_id, status=_orders.c.status))
    if order_id is not None:
        chosen = chosen.where(_orders.c.id == order_id)
    found = [Line._make(row) for row in connection.execute(chosen.limit(MAX_LINES))]
    if len(found) < MAX_LINES:
        return _board(connection, found)
    # The last order may be cut: it would seem to be ready.
    return _board(connection, [line for line in found if line.order_id != found[-1].order_id], is_cut=True)


def of_product(whole: Board, product_id: int | None) -> Board:
    """What is to be made of one product; None is all."""
    if product_id is None:
        return whole
    return replace(whole, works=[work for work in whole.works if (work.line.product_id or 0) == product_id])


def lines(connection: Connection, order_ids: Collection[int]) -> list[Line]:
    """The lines of these orders, whatever has become of them."""
    chosen = _LINES.where(_orders.c.id.in_(_IDS))
    return [Line._make(row) for row in connection.execute(chosen, {"ids": list(order_ids)})] if order_ids else []


def of_lines(connection: Connection, found: Collection[Line]) -> list[Work]:
    """These lines, and how far they are."""
    return [*_board(connection, found).works]


def products(works: Iterable[Work]) -> list[Product]:
    """The products of which something is to be made, by name."""
    named = {work.line.product_id or 0: work.line.product_name for work in works}
    found = [Product(product_id, name if product_id else None) for product_id, name in named.items()]
    return sorted(found, key=lambda product: (product.name is None, product.name))[:MAX_PRODUCTS]


def pictures(connection: Connection, found: Iterable[Line]) -> dict[str, str]:
    """The hashes of the pictures that show these lines, as far as they are there, by `picture_key`."""
    keys = {line.picture_key for line in found} - {None, ""}
    return {row.key: row.hash for row in connection.execute(_PICTURES, {"keys": list(keys)})} if keys else {}


def sent(connection: Connection, sight: Sight, since: datetime) -> list[Sent]:
    """The orders that were sent since then, the last one last."""
    chosen = sa.select(*(_orders.c[name] for name in Sent._fields))
    seen = sight.where(user_id=_orders.c.user_id, status=_orders.c.status)
    chosen = chosen.where(_orders.c.status == Status.SHIPPED.value, _orders.c.shipped_at >= since, *seen)
    return [Sent._make(row) for row in connection.execute(chosen.order_by(_orders.c.shipped_at).limit(50))]


def order(connection: Connection, sight: Sight, order_id: int) -> tuple[str, str] | None:
    """The number and the status of an order, if it is to be seen."""
    chosen = sa.select(_orders.c.number, _orders.c.status).where(_orders.c.id == order_id)
    row = connection.execute(chosen.where(*sight.where(user_id=_orders.c.user_id, status=_orders.c.status))).first()
    return None if row is None else (row.number, row.status)


def _board(connection: Connection, found: Collection[Line], is_cut: bool = False) -> Board:
    made: dict[int, set[int]] = {}
    lost: dict[int, set[int]] = {}
    of_line = {line.id: line.order_id for line in found}
    gone: dict[int, int] = {}
    for row in connection.execute(_TICKS, {"ids": sorted({*of_line.values()})}) if found else ():
        if of_line.get(row.order_item_id) == row.order_id:
            (lost if row.lost else made).setdefault(row.order_item_id, set()).add(row.piece)
        elif row.lost:
            gone[row.order_id] = gone.get(row.order_id, 0) + 1
    works = [Work(line, Ticks(frozenset(made.get(line.id, ())), frozenset(lost.get(line.id, ())))) for line in found]
    return Board(works, gone, is_cut)
