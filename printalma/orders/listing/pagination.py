"""How many orders a page of the list has, what it is sorted by, and where it ended: the next one begins behind that,
however many came before or arrive meanwhile. (How many the API gives: `limit` in asked.py.)"""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from printalma.db import table
from printalma.lib.letters import is_text
from printalma.orders.models import MAX_NAME_KEY, Order, Status
from printalma.orders.queries import OrderRow

PAGE_SIZES = (20, 50, 100)
PAGE_SIZE = 50
LATEST = datetime(9998, 12, 31, tzinfo=UTC)
MAX_ID = 2**53
MOMENTS = ("createdAt", "updatedAt")
STAGE = "stage"  # how far orders have come: no column is in that order, each status is a list by date

Check = sa.ColumnElement[bool]

_orders = table(Order)
# What a list is sorted by. Ids are given in the order of commits: the newest order has the highest.
_COLUMNS: dict[str, sa.Column[Any]] = {
    "createdAt": _orders.c.id,
    "updatedAt": _orders.c.updated_at,
    "totalAmount": _orders.c.total,
    "status": _orders.c.status,
    "orderNumber": _orders.c.number,
    "customer": _orders.c.name_key,
    STAGE: _orders.c.status,
}


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


@dataclass(frozen=True)
class Keyset:
    """A sort, from a place on. The id settles which of two equals comes first."""

    sort: str = "createdAt"
    ascending: bool = False
    place: Cursor | None = None

    @property
    def by_date(self) -> bool:
        return self.sort == "createdAt"

    @property
    def by_stage(self) -> bool:
        return self.sort == STAGE

    def stages(self, among: Sequence[Status]) -> Iterator[tuple[Status, "Keyset"]]:
        """From the place of a list by stage on, each of its statuses, and from where on the orders in it, by date."""
        every = list(Status)[:: 1 if self.ascending else -1]
        here, by_date = self.place, Keyset(ascending=self.ascending)
        if here is not None:
            every = every[every.index(Status(str(here.value))) :]
        for status in every:
            if status in among:
                is_here = here is not None and status == here.value
                yield status, by_date.at(Cursor(by_date.sort, 0, here.order_id) if here and is_here else None)

    @property
    def columns(self) -> Sequence[sa.Column[Any]]:
        """What is compared, one after the other."""
        return (_orders.c.id,) if self.by_date else (_COLUMNS[self.sort], _orders.c.id)

    def order(self, columns: Sequence[sa.ColumnElement[Any]]) -> list[sa.ColumnElement[Any]]:
        return [column.asc() if self.ascending else column.desc() for column in columns]

    def behind(self, columns: Sequence[sa.ColumnElement[Any]] = ()) -> list[Check]:
        """What comes after the place, as one comparison of rows, which an index can follow; in a selection of those
        `columns`, no index is taken for it."""
        if self.place is None:
            return []
        here: Any = _orders.c.id if self.by_date else sa.tuple_(*(columns or self.columns))
        there: Any = self.place.order_id if self.by_date else sa.tuple_(self._value(), self.place.order_id)
        return [here > there if self.ascending else here < there]

    def ids(self, lowest: int, highest: int) -> tuple[int, int]:
        """What the place leaves of a range of ids, in a list by date."""
        if self.place is None:
            return lowest, highest
        at = self.place.order_id
        return (max(lowest, at + 1), highest) if self.ascending else (lowest, min(highest, at - 1))

    def sorted(self, ids: Sequence[int]) -> Sequence[int]:
        """Ids that are in ascending order, in that of a list by date."""
        return ids if self.ascending else ids[::-1]

    def place_of(self, order: OrderRow) -> Cursor:
        return self.place_at(getattr(order, "created_at" if self.by_date else str(_COLUMNS[self.sort].key)), order.id)

    def place_at(self, value: Any, order_id: int) -> Cursor:
        return Cursor(self.sort, round(value.timestamp() * 1000) if isinstance(value, datetime) else value, order_id)

    def at(self, place: Cursor | None) -> "Keyset":
        return replace(self, place=place)

    def backwards(self) -> "Keyset":
        """The same list from its other end."""
        return replace(self, ascending=not self.ascending)

    def _value(self) -> sa.ColumnElement[Any]:
        assert self.place is not None
        value: Any = self.place.value
        if self.sort in MOMENTS:
            value = datetime.fromtimestamp(value / 1000, UTC)
        return sa.literal(value, _COLUMNS[self.sort].type)


# How the dashboard calls its sorts.
SORTS = {
    "newest": Keyset("createdAt"),
    "oldest": Keyset("createdAt", ascending=True),
    "largest": Keyset("totalAmount"),
    "smallest": Keyset("totalAmount", ascending=True),
    "updated": Keyset("updatedAt"),
    "a_z": Keyset("customer", ascending=True),
    "z_a": Keyset("customer"),
    "first_status": Keyset(STAGE, ascending=True),
    "last_status": Keyset(STAGE),
}
# By all others, what changes while a list is read would be jumped over, or read twice: a correction changes amounts and
# names, too.
SETTLED = ("newest", "oldest")


def _is_id(value: object) -> bool:
    return type(value) is int and 0 <= value < MAX_ID


def _is_moment(value: object) -> bool:
    return type(value) is int and 0 <= value < LATEST.timestamp() * 1000


def _is_number(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isalnum() and len(value) <= 24


def _is_name(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_NAME_KEY and is_text(value)


# What each sort's values look like. Whatever passes here reaches the database.
_KINDS = {
    "createdAt": _is_moment,
    "updatedAt": _is_moment,
    "totalAmount": _is_id,
    "status": lambda value: value in list(Status),
    "orderNumber": _is_number,
    "customer": _is_name,
    STAGE: lambda value: value in list(Status),
}
