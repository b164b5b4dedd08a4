"""Ways through a list of orders from a place on, as far as they need to go, however large the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.orders import search
from printalma.orders.asked import SORTS
from printalma.orders.cursor import MOMENTS, Cursor
from printalma.orders.models import Order
from printalma.orders.queries import Fields
from printalma.orders.search import Check, Ids, Words
from printalma.orders.sieve import Sieve

FEW = 20_000  # orders that may be looked at one by one, or sorted
NEAR = 5_000  # orders that are looked at one by one before the index is asked

_orders = table(Order)
_COLUMNS: dict[str, sa.Column[Any]] = {
    "createdAt": _orders.c.id,
    "totalAmount": _orders.c.total,
    "updatedAt": _orders.c.updated_at,
}


@dataclass(frozen=True)
class Walk:
    """A list's sort, or that backwards, from a place on."""

    sort: str
    forward: bool = True
    place: Cursor | None = None

    @property
    def ascending(self) -> bool:
        return (self.sort in ("oldest", "smallest")) == self.forward

    @property
    def column(self) -> sa.Column[Any]:
        return _COLUMNS[SORTS[self.sort]]

    @property
    def by_id(self) -> bool:
        return self.column is _orders.c.id

    def order(self, key: sa.ColumnElement[Any], order_id: sa.ColumnElement[int]) -> list[sa.ColumnElement[Any]]:
        """The id settles which of two equals comes first."""
        return [each.asc() if self.ascending else each.desc() for each in ((key,) if self.by_id else (key, order_id))]

    def behind(self, key: sa.ColumnElement[Any], order_id: sa.ColumnElement[int]) -> list[Check]:
        """What comes after the place, as one comparison of rows, which an index can follow."""
        if self.place is None:
            return []
        here: Any = order_id if self.by_id else sa.tuple_(key, order_id)
        there: Any = self.place.order_id if self.by_id else sa.tuple_(self._value(self.place), self.place.order_id)
        return [here > there if self.ascending else here < there]

    def ids(self, ids: Ids) -> Ids:
        """What the place leaves of a range of ids."""
        if self.place is None or not self.by_id:
            return ids
        return (max(ids[0], self.place.order_id + 1), ids[1]) if self.ascending else (ids[0], self.place.order_id - 1)

    def _value(self, place: Cursor) -> sa.ColumnElement[Any]:
        value = datetime.fromtimestamp(int(place.value) / 1000, UTC) if place.sort in MOMENTS else place.value
        return sa.literal(value, self.column.type)


def cursor(sort: str, order: Fields) -> Cursor:
    """The place of `order` in a list."""
    kind = SORTS[sort]
    value = order["created_at" if kind == "createdAt" else _COLUMNS[kind].key]
    return Cursor(kind, round(value.timestamp() * 1000) if isinstance(value, datetime) else value, order["id"])


def find(connection: Connection, sieve: Sieve, words: Words, walk: Walk, most: int) -> list[int]:
    """The ids of the next `most` orders that pass the sieve and hold the words.

    Words are looked for in the next few orders first, where common ones are found soon; then the index is asked,
    which is fast for rare ones. Words of one or two letters are in no index: only the next FEW orders are looked at.
    """
    few = sieve.count(connection, FEW + 1) <= FEW
    if not words:
        return list(connection.scalars(sa.select(_ahead(sieve, walk, most, few).c.id)))
    indexed = not few and search.is_indexed(words)
    near = _ahead(sieve, walk, NEAR if indexed else FEW, few)
    said = search.says(connection, near.c.id, words)
    chosen = sa.select(near.c.id).where(*said).order_by(*walk.order(near.c.key, near.c.id)).limit(most)
    found = list(connection.scalars(chosen))
    return _ask_index(connection, sieve, words, walk, most) if indexed and len(found) < most else found


def count(connection: Connection, sieve: Sieve, words: Words, sort: str, most: int) -> int:
    """How many orders the list has, counted up to `most`; with words of one or two letters, among its first FEW."""
    found = sieve.count(connection, max(most, FEW + 1))
    if not words:
        return found
    if found <= FEW or not search.is_indexed(words):
        near = _ahead(sieve, Walk(sort), FEW, found <= FEW)
        parts: Sequence[sa.Select[Any]] = [sa.select(near.c.id).where(*search.says(connection, near.c.id, words))]
    else:
        parts = _asked(connection, sieve, words, sieve.ids)
    some = [part.limit(most).subquery() for part in parts]
    return sum(connection.execute(sa.select(sa.func.count()).select_from(part)).scalar_one() for part in some)


def _ahead(sieve: Sieve, walk: Walk, most: int, few: bool) -> sa.Subquery:
    """The next `most` orders that pass the sieve: by the indexes of its cells, whose rows are few or in order already,
    or along the index of the sort."""
    key = walk.column.label("key")
    parts = [
        sa.select(_orders.c.id, key)
        .where(*cell, *walk.behind(walk.column, _orders.c.id))
        .order_by(*walk.order(walk.column, _orders.c.id))
        .limit(most)
        .subquery()
        for cell in (sieve.cells() if few or walk.by_id else [sieve.checks()])
    ]
    if len(parts) == 1:
        return parts[0]
    merged = sa.union_all(*(sa.select(part) for part in parts)).subquery()
    return sa.select(merged).order_by(*walk.order(merged.c.key, merged.c.id)).limit(most).subquery()


def _ask_index(connection: Connection, sieve: Sieve, words: Words, walk: Walk, most: int) -> list[int]:
    found: list[tuple[Any, int]] = []
    for part in _asked(connection, sieve, words, walk.ids(sieve.ids)):
        order_id = part.selected_columns[0]
        key = order_id if walk.by_id else sa.select(walk.column).where(_orders.c.id == order_id).scalar_subquery()
        chosen = part.add_columns(key).where(*walk.behind(key, order_id)).order_by(*walk.order(key, order_id))
        found += [(row[1], row[0]) for row in connection.execute(chosen.limit(most))]
    return [order_id for _, order_id in sorted(found, reverse=not walk.ascending)[:most]]


def _asked(connection: Connection, sieve: Sieve, words: Words, ids: Ids) -> Sequence[sa.Select[Any]]:
    return [
        sa.select(part.c.order_id).where(
            *search.says(connection, part.c.order_id, words), *sieve.accept(part.c.order_id)
        )
        for part in search.candidates(connection, words, ids)
    ]
