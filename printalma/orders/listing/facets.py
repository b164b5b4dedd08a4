"""How many orders of each status a list would have: what stands on the tabs while one searches."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.db.postgres import PLANNED
from printalma.orders.listing import page as pages
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.listing.pagination import Check, Keyset
from printalma.orders.listing.selection import MAX_COUNT, Selection
from printalma.orders.models import Order, Status

Facets = Mapping[Status, tuple[int, bool]]

_FOUND = ""  # what an index found, as if it were a status

_orders = table(Order)


def by_status(connection: Connection, filters: OrderFilters, zone: ZoneInfo) -> Facets:
    """For each status how many, whichever of them the list shows now, and whether there are more than were counted:
    with words, those among what a search looks at."""
    if filters.search:
        return _with_words(Selection(connection, replace(filters, chosen=_but_status(filters)), zone))
    each = {status: replace(filters, chosen={**filters.chosen, "status": (status.value,)}) for status in Status}
    return {s: pages.count(Selection(connection, one, zone), MAX_COUNT) for s, one in each.items()}


def _with_words(selection: Selection) -> Facets:
    if (asked := selection.few()) is not None:
        some, found, checks = asked
        numbers = _numbers(selection, some, checks, sa.select(sa.literal(_FOUND), found))
        if numbers[_FOUND] < MAX_COUNT:
            return {status: (numbers.get(status, 0), False) for status in Status}
    numbers = _numbers(selection, *selection.near(Keyset(), MAX_COUNT))
    return {status: (numbers.get(status, 0), selection.are_many) for status in Status}


def _numbers(
    selection: Selection, source: sa.FromClause, checks: Sequence[Check], *others: sa.Select[Any, Any]
) -> dict[str, int]:
    """Of the orders of `source` that pass, how many are in which status, and what `others` count under their names."""
    by_status = sa.select(_orders.c.status, sa.func.count().label("n")).join(source, source.c.id == _orders.c.id)
    counted = sa.union_all(by_status.where(*checks).group_by(_orders.c.status), *others)
    rows = selection.connection.execute(counted.execution_options(**PLANNED))
    return {row.status: row.n for row in rows}


def _but_status(filters: OrderFilters) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in filters.chosen.items() if name != "status"}
