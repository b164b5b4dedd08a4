"""How many orders of each status a list would have: what stands on the tabs while one searches."""

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.db.postgres import PLANNED
from printalma.orders.listing import page as pages
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.listing.selection import Selection
from printalma.orders.models import Order, Status

Facets = Mapping[Status, tuple[int, bool]]

_orders = table(Order)


def by_status(connection: Connection, filters: OrderFilters, zone: ZoneInfo) -> Facets:
    """For each status how many, whichever of them the list shows now, and whether there are more than were counted:
    with words, those among what a search looks at."""
    if filters.search:
        return _with_words(Selection(connection, replace(filters, chosen=_but_status(filters)), zone))
    each = {status: replace(filters, chosen={**filters.chosen, "status": (status.value,)}) for status in Status}
    return {s: pages.count(Selection(connection, one, zone), pages.MAX_COUNT) for s, one in each.items()}


def _with_words(selection: Selection) -> Facets:
    source, checks, more = pages.looked_at(selection)
    counted = sa.select(_orders.c.status, sa.func.count().label("n")).join(source, source.c.id == _orders.c.id)
    rows = selection.connection.execute(counted.where(*checks).group_by(_orders.c.status).execution_options(**PLANNED))
    numbers: dict[str, int] = {row.status: row.n for row in rows}
    return {status: (numbers.get(status, 0), more) for status in Status}


def _but_status(filters: OrderFilters) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in filters.chosen.items() if name != "status"}
