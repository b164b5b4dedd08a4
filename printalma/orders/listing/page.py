"""Pages of a list, found in the order in which they are shown, however large the shop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.accounts.policy import Sight
from printalma.db import Connection, table
from printalma.db.postgres import PLANNED
from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.orders import counters, queries
from printalma.orders.listing import search
from printalma.orders.listing.asked import Asked
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.listing.pagination import SORTS, Cursor, Keyset
from printalma.orders.listing.selection import LOOKED_AT, MAX_COUNT, Selection
from printalma.orders.models import Order
from printalma.orders.queries import OrderRow

FEW = 40_000  # orders among which a single letter is looked for
SORTED = 15_000  # orders that may all be read, and sorted then

_orders = table(Order)


@dataclass(frozen=True)
class ListPage:
    """A page and where its neighbours begin. `more`: there are more orders than `total`."""

    orders: Sequence[OrderRow]
    total: int
    more: bool
    previous: Cursor | None
    next: Cursor | None


def page(connection: Connection, filters: OrderFilters, zone: ZoneInfo) -> ListPage:
    """The page of the dashboard that `filters` ask for."""
    selection, sort = Selection(connection, filters, zone), SORTS[filters.sort]
    keyset = sort.backwards().at(filters.before) if filters.before else sort.at(filters.after)
    ids = _find(selection, keyset, filters.size + 1)
    more = len(ids) > filters.size
    if filters.before and not more:  # it would not be full: the list's first page is
        return page(connection, replace(filters, before=None), zone)
    ids = ids[: filters.size][:: -1 if filters.before else 1]
    total, uncounted = count(selection, MAX_COUNT) if keyset.place or more else (len(ids), False)
    orders = queries.in_order(connection, ids)
    first, last = (sort.place_of(orders[end]) for end in (0, -1)) if orders else (None, None)
    previous, following = first if keyset.place else None, last if more or filters.before else None
    return ListPage(orders, max(total, len(ids)), uncounted, previous, following)


def numbered(connection: Connection, asked: Asked, zone: ZoneInfo, sight: Sight) -> ListPage:
    """The page of the API that `asked` names by its number or by a cursor, of what `sight` leaves to be seen. Raises
    Invalid for a number so high that every order in front of it would have to be looked at."""
    selection, keyset = Selection(connection, asked.filters(sight), zone), asked.keyset
    total, more = count(selection, None)
    skip = 0 if keyset.place else (asked.page - 1) * asked.limit
    is_sorted = bool(selection.checks) and not keyset.by_date
    if skip + asked.limit > MAX_COUNT and (more or (is_sorted and skip < total)):
        raise Invalid(t("errors.invalid"), errors=[FieldError("page", t("fields.too_deep", most=MAX_COUNT))])
    ids = _find(selection, keyset, asked.limit + 1, skip) if more or skip < max(total, 1) else []
    orders = queries.in_order(connection, ids[: asked.limit])
    last = keyset.place_of(orders[-1]) if len(ids) > asked.limit else None
    return ListPage(orders, max(total, skip + len(orders)) if orders else total, more, None, last)


def neighbours(
    connection: Connection, filters: OrderFilters, order: OrderRow, zone: ZoneInfo
) -> tuple[int | None, int | None]:
    """The ids of the orders in front of `order` and behind it in the list, whose page does not matter."""
    selection = Selection(connection, filters, zone)
    keyset = SORTS[filters.sort].at(SORTS[filters.sort].place_of(order))
    before, after = ([*_find(selection, each, 1), None] for each in (keyset.backwards(), keyset))
    return before[0], after[0]


def matching(
    connection: Connection, filters: OrderFilters, zone: ZoneInfo, chunk: int = 500, place: Cursor | None = None
) -> Iterator[Sequence[OrderRow]]:
    """Every order of the list in its order, or those behind `place`, `chunk` at a time, whichever page it is."""
    selection, keyset = Selection(connection, filters, zone), SORTS[filters.sort].at(place)
    while ids := _find(selection, keyset, chunk):
        orders = queries.in_order(connection, ids)
        yield orders
        keyset = keyset.at(keyset.place_of(orders[-1]))


def matches(connection: Connection, filters: OrderFilters, ids: Sequence[int], zone: ZoneInfo) -> set[int]:
    """Which of the orders `ids` the list's filters accept."""
    selection = Selection(connection, filters, zone)
    held = search.held(connection, _orders.c.id, selection.words)
    return set(connection.scalars(sa.select(_orders.c.id).where(_orders.c.id.in_(ids), *selection.checks, *held)))


def _find(selection: Selection, keyset: Keyset, most: int, skip: int = 0) -> list[int]:
    """The ids of the next `most` orders of the list, behind the next `skip`."""
    if selection.words:
        return _search(selection, keyset, skip + most)[skip:]
    if keyset.by_stage:
        return _by_stage(selection, keyset, skip + most)[skip:]
    if keyset.by_date and skip > LOOKED_AT and selection.filters.is_counted:
        keyset, skip = _jump(selection, keyset, skip)
    if keyset.by_date or not selection.checks:
        return selection.ids_of(sa.select(selection.ahead(keyset, most, skip).c.id))
    few = selection.count(SORTED + 1)
    if few <= SORTED:
        return _sorted(selection, keyset, most, skip) if few else []
    return _along(selection, keyset, skip + most)[skip:]


def _by_stage(selection: Selection, keyset: Keyset, most: int) -> list[int]:
    """The next by how far they have come: one status behind the other, each of which is a list by date."""
    found = list[int]()
    for status, by_date in keyset.stages(selection.filters.statuses):
        if len(found) < most:
            found += _find(selection.of_status(status), by_date, most - len(found))
    return found


def _jump(selection: Selection, keyset: Keyset, skip: int) -> tuple[Keyset, int]:
    """A place on the day of the order that is to be found, which the counters tell, and how many are to be left out
    from there. An offset of a hundred thousand took nine seconds."""
    statuses, days = selection.filters.statuses, selection.days
    day, rest = counters.day_of(selection.connection, statuses, days, skip, keyset.ascending)
    end = sa.func.min(_orders.c.id) - 1 if keyset.ascending else sa.func.max(_orders.c.id) + 1
    place = selection.connection.scalar(sa.select(end).where(_orders.c.day == day))
    return (keyset.at(Cursor(keyset.sort, 0, place)), rest) if place is not None else (keyset, skip)


def _sorted(selection: Selection, keyset: Keyset, most: int, skip: int) -> list[int]:
    """The next of few orders: all are read, and then sorted. Of where the page begins nothing was said inside: planners
    went along the index of the sort then, through half a million orders."""
    few = sa.select(*keyset.columns).where(*selection.checks).cte("few").prefix_with("MATERIALIZED")
    behind = sa.select(few.c.id).where(*keyset.behind(list(few.c)))
    return selection.ids_of(behind.order_by(*keyset.order(list(few.c))).offset(skip).limit(most))


def _along(selection: Selection, keyset: Keyset, most: int) -> list[int]:
    """The next of many orders: those that pass are looked for along the index of the sort, in parts ever longer."""
    found, length = list[int](), LOOKED_AT
    while True:
        order = sa.select(*keyset.columns).where(*keyset.behind()).order_by(*keyset.order(keyset.columns))
        part = order.limit(length).subquery()
        passes = selection.passes(part.c.id)
        passing = sa.select(part.c.id).where(part.c.id.between(*selection.ids), *passes)
        passing = passing.order_by(*keyset.order(list(part.c))).limit(most - len(found))
        found += selection.ids_of(passing)
        end = order.offset(length - 1).limit(1).execution_options(**PLANNED)
        if len(found) == most or (last := selection.connection.execute(end).first()) is None:
            return found
        keyset, length = keyset.at(keyset.place_at(*last)), length * 4


def _search(selection: Selection, keyset: Keyset, most: int) -> list[int]:
    """The ids of the next `most` orders that hold the words. What many hold is found among the next few orders, which
    are looked at one by one; for the rest there is an index, but for single letters."""
    lowest, highest = keyset.ids(*selection.ids)
    if (rare := selection.rare) is not None:
        return [order_id for order_id in keyset.sorted(rare) if lowest <= order_id <= highest][:most]
    near, hold = selection.near(keyset, LOOKED_AT)
    found = selection.next_of(near, hold, keyset, most)
    if len(found) == most or selection.count(LOOKED_AT + 1) <= LOOKED_AT:
        return found
    indexed = search.candidates(selection.connection, selection.words, (lowest, highest))
    if indexed is None:
        return selection.next_of(*selection.near(keyset, FEW), keyset, most)
    source, unproven = indexed
    hold = search.held(selection.connection, source.c.id, unproven)
    return selection.next_of(source, [*selection.passes(source.c.id), *hold], keyset, most)


def count(selection: Selection, most: int | None) -> tuple[int, bool]:
    """How many orders the list has, and whether there are more: up to `most` are counted, with words those that are
    found or, where many are, those among the newest that the filters leave. The first that an index finds of many are
    the oldest: of a street that is in many orders, none of them was still to be paid."""
    if not selection.words:
        passing = selection.count(most and most + 1)
        return min(passing, most or passing), passing > (most or passing)
    if selection.rare is not None:
        return len(selection.rare), False
    return selection.count_of(*selection.near(Keyset(), MAX_COUNT)), selection.are_many
