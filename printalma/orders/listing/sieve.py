"""What a list of orders lets through but for its words, as conditions that indexes answer."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, is_postgres, table
from printalma.orders import counters
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.listing.pagination import MAX_ID, Check, Ids
from printalma.orders.models import DailyNumber, Order, Status

_orders = table(Order)
_days = table(DailyNumber)
_DAY = _days.c.day


@dataclass(frozen=True)
class Sieve:
    """A list's filters. A period is a range of `ids` first of all, because they follow time: an index that is in
    their order answers it, whatever else it answers. `guesses`: the database has no statistics of its columns."""

    statuses: Sequence[Status]
    payments: Sequence[str]
    first: date | None
    last: date | None
    ids: Ids
    guesses: bool
    seen: Sequence[Check]

    @classmethod
    def of(cls, connection: Connection, filters: OrderFilters, today: date) -> "Sieve":
        first, last = filters.days(today)
        ids = _ids(connection, first, last) if first or last else (0, MAX_ID)
        seen = filters.sight.where(user_id=_orders.c.user_id, status=_orders.c.status)
        return cls(filters.statuses, filters.payments, first, last, ids, not is_postgres(connection), seen)

    def cells(self) -> list[list[Check]]:
        """Conditions each of which one index answers in the order of ids; together they are the list."""
        statuses = [_orders.c.status == each for each in self.statuses or (Status if self.payments else ())]
        payments = [_orders.c.payment_method == each for each in self.payments]
        within = [_orders.c.id.between(*self.ids), *self._on_days(), *self.seen]
        return [[*cell, *within] for cell in itertools.product(*(axis for axis in (statuses, payments) if axis))]

    def checks(self) -> list[Check]:
        """The same as conditions on each order, for a way through all of them in another order. The range of ids comes
        first: an index of another order has the ids too, and most rows need not be read."""
        on_days = self._on_days()
        order_id: Any = sa.func.coalesce(_orders.c.id, 0) if self.guesses else _orders.c.id
        checks = [order_id.between(*self.ids), *on_days] if on_days else []
        if self.statuses:
            checks.append(self._plain(_orders.c.status).in_(self.statuses))
        if self.payments:
            checks.append(self._plain(_orders.c.payment_method).in_(self.payments))
        return [*checks, *self.seen]

    def accept(self, order_id: sa.ColumnElement[int]) -> list[Check]:
        """The same for the order `order_id`, which is looked up by its id. PostgreSQL looks it up in the indexes of the
        cells: there, unlike in the table, neighbours share a page."""
        checks = self.checks()
        if checks and not self.guesses:
            cells = (sa.exists().where(_orders.c.id == order_id, *cell) for cell in self.cells())
            return [sa.or_(*cells)]
        found = sa.select(sa.and_(*checks)).where(_orders.c.id == order_id).scalar_subquery()
        return [found] if checks else []

    def count(self, connection: Connection, most: int) -> int:
        """How many orders pass: the shop's counters know, or an index counts up to `most`."""
        if not (self.payments or self.seen):
            return sum(counters.orders(connection, each, self.first, self.last) for each in self.statuses or (None,))
        return min(most, sum(n for n, _ in self._counted(connection, most)))

    def guess(self, connection: Connection, few: int) -> int:
        """About how many orders pass, and exactly how many when they are `few`: where an index was not counted to its
        end, the rest is as dense as what was."""
        if not (self.payments or self.seen):
            return self.count(connection, few)
        counted = self._counted(connection, few + 1)
        top = min(self.ids[1], connection.scalar(sa.select(sa.func.max(_orders.c.id))) or 0)
        return sum(n if n <= few else n * (top - self.ids[0] + 1) // (top - lowest + 1) for n, lowest in counted)

    def span(self, connection: Connection) -> tuple[int, int]:
        """About how many orders the period has, and how many the shop, at least one each: ids have few gaps."""
        top = connection.scalar(sa.select(sa.func.max(_orders.c.id))) or 1
        return max(1, min(self.ids[1], top) - self.ids[0] + 1), top

    def _counted(self, connection: Connection, most: int) -> Sequence[tuple[int, int]]:
        """For each cell how many orders pass, counted up to `most`, and the lowest id reached."""
        parts = [sa.select(_orders.c.id).where(*cell).order_by(_orders.c.id.desc()) for cell in self.cells()]
        some = [part.limit(most).subquery() for part in parts]
        counted = [sa.select(sa.func.count(), sa.func.min(each.c.id)) for each in some]
        return [(row[0], row[1]) for row in connection.execute(sa.union_all(*counted))]

    def _on_days(self) -> list[Check]:
        first = [self._plain(_orders.c.day) >= self.first.isoformat()] if self.first else []
        return first + ([self._plain(_orders.c.day) <= self.last.isoformat()] if self.last else [])

    def _plain(self, column: sa.Column[str]) -> sa.ColumnElement[str]:
        """The column, hidden from a planner that guesses: it would take the index of days, and then sort."""
        return sa.func.coalesce(column, "") if self.guesses else column


def _ids(connection: Connection, first: date | None, last: date | None) -> Ids:
    """The lowest and the highest id of the days from `first` to `last`: two looks into the index for each day."""
    ends: list[Any] = [
        sa.select(end(_orders.c.id)).where(_orders.c.day == _DAY).correlate(_days).scalar_subquery()
        for end in (sa.func.min, sa.func.max)
    ]
    days = sa.select(ends[0].label("lowest"), ends[1].label("highest"))
    if first:
        days = days.where(first.isoformat() <= _DAY)
    if last:
        days = days.where(last.isoformat() >= _DAY)
    found = days.select_from(_days).subquery()
    lowest, highest = connection.execute(sa.select(sa.func.min(found.c.lowest), sa.func.max(found.c.highest))).one()
    return (lowest or 0, highest or -1)
