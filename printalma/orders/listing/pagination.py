"""A place in a sorted list of orders, and what comes behind it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from printalma.db import table
from printalma.orders.listing.cursor import MOMENTS, Cursor
from printalma.orders.listing.filters import SORTS
from printalma.orders.listing.search import Check, Ids
from printalma.orders.models import Order
from printalma.orders.queries import Fields

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


def place_of(sort: str, order: Fields) -> Cursor:
    """The place of `order` in a list."""
    kind = SORTS[sort]
    value = order["created_at" if kind == "createdAt" else _COLUMNS[kind].key]
    return Cursor(kind, round(value.timestamp() * 1000) if isinstance(value, datetime) else value, order["id"])
