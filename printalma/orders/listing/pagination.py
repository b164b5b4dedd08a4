"""Where a page of a list ended, and what comes behind it, however many came before or arrive meanwhile."""

import base64
import json
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from printalma.db import table
from printalma.orders.models import Order, Status
from printalma.orders.queries import OrderRow

LATEST = datetime(9998, 12, 31, tzinfo=UTC)
MAX_ID = 2**53
# What a cursor of each sort carries. Ids are given in the order of commits: the newest order has the highest.
SORTS = {
    "newest": "createdAt",
    "oldest": "createdAt",
    "largest": "totalAmount",
    "smallest": "totalAmount",
    "updated": "updatedAt",
}
MOMENTS = ("createdAt", "updatedAt")


@dataclass(frozen=True)
class Cursor:
    """The last order of a page in a list sorted by `sort`; `value` is what it was sorted by."""

    sort: str
    value: int | str
    order_id: int

    def __str__(self) -> str:
        """An opaque word, safe in an address."""
        return base64.urlsafe_b64encode(json.dumps(astuple(self)).encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, word: str, sort: str) -> "Cursor | None":
        """The cursor a page sorted by `sort` gave; None for any other word."""
        try:
            found: Any = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        except (ValueError, RecursionError):
            return None
        if not isinstance(found, list) or len(found) != 3 or found[0] != sort or not _is_id(found[2]):
            return None
        return cls(*found) if sort in _KINDS and _KINDS[sort](found[1]) else None


def _is_id(value: object) -> bool:
    return type(value) is int and 0 <= value < MAX_ID


def _is_moment(value: object) -> bool:
    return type(value) is int and 0 <= value < LATEST.timestamp() * 1000


def _is_number(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isalnum() and len(value) <= 24


# What each sort's values look like. Whatever passes here reaches the database.
_KINDS = {
    "createdAt": _is_moment,
    "updatedAt": _is_moment,
    "totalAmount": _is_id,
    "status": lambda value: value in list(Status),
    "orderNumber": _is_number,
}


Ids = tuple[int, int]  # the lowest and the highest
Check = sa.ColumnElement[bool]

_orders = table(Order)
_COLUMNS: dict[str, sa.Column[Any]] = {
    "createdAt": _orders.c.id,
    "totalAmount": _orders.c.total,
    "updatedAt": _orders.c.updated_at,
}


@dataclass(frozen=True)
class Keyset:
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


def place_of(sort: str, order: OrderRow) -> Cursor:
    """The place of `order` in a list."""
    kind = SORTS[sort]
    value = getattr(order, "created_at" if kind == "createdAt" else str(_COLUMNS[kind].key))
    return Cursor(kind, round(value.timestamp() * 1000) if isinstance(value, datetime) else value, order.id)
