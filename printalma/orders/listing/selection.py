"""The orders that a list's filters accept, as a database is asked for them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.db.postgres import PLANNED
from printalma.lib.clock import now, shop_day
from printalma.orders import counters
from printalma.orders.listing import search, texts
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.listing.models import OrderText
from printalma.orders.listing.pagination import MAX_ID, Check, Keyset
from printalma.orders.models import Order, Status

MAX_COUNT = 10_000  # what is found is counted up to here; pages by number reach as far where nothing counts for us
LOOKED_AT = 5_000  # orders in a row that are looked at one by one, some ten milliseconds
OUT_OF_ORDER = 100  # orders at an end of a period whose ids may not follow their moments: they waited together

_orders, _texts = table(Order), table(OrderText)


@dataclass(frozen=True)
class Selection:
    """The orders that filters accept, as a database is asked for them. A period is a range of `ids` first of all, which
    follow time: an index that is in their order answers it, too."""

    connection: Connection
    filters: OrderFilters
    zone: ZoneInfo

    def of_status(self, status: Status) -> "Selection":
        """Those of them in one status."""
        filters = replace(self.filters, chosen={**self.filters.chosen, "status": (status.value,)})
        return replace(self, filters=filters)

    @cached_property
    def words(self) -> search.Words:
        return texts.words_of(self.filters.search)

    @cached_property
    def ids(self) -> tuple[int, int]:
        """The lowest and the highest of the period."""
        since, until = self.filters.moments(self.zone)
        lowest = min(self._behind(since), default=MAX_ID) if since else 0
        highest = max(self._in_front_of(until), default=0) if until else MAX_ID
        return lowest, highest

    @cached_property
    def strays(self) -> list[int]:
        """What is among those ids and did not come in the period."""
        (since, until), (lowest, highest) = self.filters.moments(self.zone), self.ids
        beside = [*(self._in_front_of(since) if since else ()), *(self._behind(until) if until else ())]
        return [order_id for order_id in beside if lowest <= order_id <= highest]

    def _behind(self, moment: datetime) -> list[int]:
        near = sa.select(_orders.c.id).where(_orders.c.created_at >= moment).order_by(_orders.c.created_at)
        return self.ids_of(near.limit(OUT_OF_ORDER))

    def _in_front_of(self, moment: datetime) -> list[int]:
        near = sa.select(_orders.c.id).where(_orders.c.created_at < moment).order_by(_orders.c.created_at.desc())
        return self.ids_of(near.limit(OUT_OF_ORDER))

    @cached_property
    def checks(self) -> list[Check]:
        """The filters, but for the words, as conditions on an order."""
        return [*self.filters.checks(), *self._by_ids]

    @cached_property
    def are_many(self) -> bool:
        """Whether more pass than are counted, but for the words."""
        return self.count(MAX_COUNT + 1) > MAX_COUNT

    @cached_property
    def rare(self) -> list[int] | None:
        """The orders that hold the words, oldest first, where an index finds few in a list of many; else None."""
        if (asked := self.few()) is None:
            return None
        some, n, checks = asked
        # How many the index found stands in front, below zero: it is asked once.
        counted = sa.union_all(sa.select(-n), sa.select(some.c.id).where(*checks))
        found, *ids = sorted(self.ids_of(counted))
        return ids if -found < MAX_COUNT else None

    def few(self) -> tuple[sa.CTE, sa.ScalarSelect[int], list[Check]] | None:
        """The first that an index finds of the words, how many these are, and what is checked of them, unless they are
        MAX_COUNT. None for a list of few orders, and where so many hold the words that an index is slow to tell."""
        if not self.are_many or self._is_common():
            return None
        indexed = search.candidates(self.connection, self.words, self.ids)
        if indexed is None:
            return None
        found, unproven = indexed
        some = sa.select(found.c.id).limit(MAX_COUNT).cte("some").prefix_with("MATERIALIZED")
        n = sa.select(sa.func.count()).select_from(some).scalar_subquery()
        hold = search.held(self.connection, some.c.id, unproven)
        return some, n, [n < MAX_COUNT, *self.passes(some.c.id), *hold]

    def _is_common(self) -> bool:
        """Whether twice of what is counted hold the words, if all orders of the period are as the newest."""
        near = self._texts(Keyset(), LOOKED_AT)
        n = sa.func.count().filter(*search.holding(self.connection, near.c.text, self.words))
        asked = sa.select(n, sa.func.min(near.c.id), sa.func.max(near.c.id)).execution_options(**PLANNED)
        found, first, last = self.connection.execute(asked).one()
        return bool(found) and found * (last - self.ids[0]) > 2 * MAX_COUNT * (last - first + 1)

    def near(self, keyset: Keyset, most: int) -> tuple[sa.Subquery, list[Check]]:
        """The next `most` orders, and that they hold the words, for which each is looked at."""
        if self.filters.checks():
            source = self.ahead(keyset, most)
            return source, search.held(self.connection, source.c.id, self.words)
        source = self._texts(keyset, most)
        return source, search.holding(self.connection, source.c.text, self.words)

    def _texts(self, keyset: Keyset, most: int) -> sa.Subquery:
        """The texts of the next `most` orders of the period, whatever else the list asks of them."""
        order_id = _texts.c.order_id
        strays = [order_id.not_in(self.strays)] if self.filters.period and self.strays else []
        found = sa.select(order_id.label("id"), _texts.c.text).where(order_id.between(*keyset.ids(*self.ids)), *strays)
        return found.order_by(*keyset.order([order_id])).limit(most).subquery()

    def count(self, most: int | None) -> int:
        """How many orders pass, but for the words, as the shop's counters know or indexes count, up to `most`."""
        if self.filters.is_counted:
            by_status = counters.by_status(self.connection, *self.days)
            return sum(by_status.get(status, 0) for status in self.filters.statuses)
        cells = [[*cell, *self._by_ids] for cell in self.filters.cells()]
        if most is None:  # one number of each index: less than half of what counting rows of them all takes
            counted = sa.union_all(*(sa.select(sa.func.count()).select_from(_orders).where(*cell) for cell in cells))
            return sum(self.ids_of(counted))
        parts = (sa.select(sa.select(_orders.c.id).where(*cell).limit(most).subquery()) for cell in cells)
        return self.count_of(sa.union_all(*parts).limit(most).subquery())

    def ahead(self, keyset: Keyset, most: int, skip: int = 0) -> sa.Subquery:
        """The next `most` orders in the order of an index: each cell's, merged."""
        shared, order = [*self._by_ids, *keyset.behind()], keyset.order
        chosen = [sa.select(*keyset.columns).where(*cell, *shared) for cell in self.filters.cells()]
        parts = [each.order_by(*order(keyset.columns)).limit(skip + most) for each in chosen]
        if len(parts) == 1:
            return parts[0].offset(skip).limit(most).subquery()
        merged = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery()
        return sa.select(merged).order_by(*order(list(merged.c))).offset(skip).limit(most).subquery()

    def passes(self, order_id: sa.ColumnElement[int]) -> list[Check]:
        """That the order `order_id`, whose id is in the period, does. It is looked up, unless the id says it all."""
        if self.filters.checks():
            return [sa.exists().where(_orders.c.id == order_id, *self.checks)]
        return [order_id.not_in(self.strays)] if self.strays else []

    def next_of(self, source: sa.Subquery, checks: Sequence[Check], keyset: Keyset, most: int) -> list[int]:
        chosen = sa.select(source.c.id).where(*checks).order_by(*keyset.order([source.c.id])).limit(most)
        return self.ids_of(chosen)

    def ids_of(self, chosen: sa.Select[Any] | sa.CompoundSelect[Any]) -> list[int]:
        return list(self.connection.scalars(chosen.execution_options(**PLANNED)))

    def count_of(self, source: sa.Subquery, checks: Sequence[Check] = ()) -> int:
        counted = sa.select(sa.func.count()).select_from(source).where(*checks)
        return self.connection.scalar(counted.execution_options(**PLANNED)) or 0

    @property
    def days(self) -> tuple[Any, Any]:
        return self.filters.days(shop_day(now(), self.zone))

    @property
    def _by_ids(self) -> list[Check]:
        if not self.filters.period:
            return []
        strays = [_orders.c.id.not_in(self.strays)] if self.strays else []
        return [_orders.c.id.between(*self.ids), *strays]
