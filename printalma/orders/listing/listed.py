"""Lists as front ends ask for them: by pages, which show where one is, or from a cursor, which is fast at any depth."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.accounts.policy import Sight
from printalma.db import Connection, table
from printalma.lib.clock import day_end, day_start
from printalma.orders import counters, queries
from printalma.orders.listing import index
from printalma.orders.listing.list_orders import ListOrders
from printalma.orders.listing.pagination import MOMENTS, Cursor
from printalma.orders.listing.search import words_of
from printalma.orders.models import Order
from printalma.orders.queries import OrderRow, Page

_orders = table(Order)
_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "createdAt": _orders.c.created_at,
    "updatedAt": _orders.c.updated_at,
    "totalAmount": _orders.c.total,
    "status": _orders.c.status,
    "orderNumber": _orders.c.number,
}


@dataclass(frozen=True)
class Listed(Page):
    """A page and where the next one begins; behind a cursor, `page` is only what the front end calls it."""

    has_previous: bool
    next_cursor: str | None


def listed(connection: Connection, command: ListOrders, zone: ZoneInfo, sight: Sight) -> Listed:
    """The page of orders a front end asks for, among those that `sight` leaves to be seen."""
    wanted = _conditions(connection, command, zone)
    wanted += sight.where(user_id=_orders.c.user_id, status=_orders.c.status)
    total = _total(connection, command, wanted, sight)
    after = command.after()
    chosen = queries.ORDERS.order_by(*_order(command)).limit(command.limit + 1)
    if after is None:
        chosen = chosen.where(*wanted).offset((command.page - 1) * command.limit)
    else:
        chosen = chosen.where(*wanted, _behind(command, after))
    orders = queries.read(connection, chosen)
    more = len(orders) > command.limit
    orders = orders[: command.limit]
    cursor = str(_cursor(command.sortBy, orders[-1])) if more else None
    return Listed(orders, total, command.page, command.limit, command.page > 1 or after is not None, cursor)


def _total(connection: Connection, command: ListOrders, wanted: list[sa.ColumnElement[bool]], sight: Sight) -> int:
    """How many orders the list has. The counters know it for whole days and statuses: nobody counts a million."""
    first, last = command.startDate, command.endDate
    if sight.is_whole and command.search is None and not isinstance(first, datetime) and not isinstance(last, datetime):
        return counters.orders(connection, command.status, first, last)
    found: int = connection.execute(sa.select(sa.func.count()).select_from(_orders).where(*wanted)).scalar_one()
    return found


def _order(command: ListOrders) -> list[sa.ColumnElement[Any]]:
    """The id settles which of two equals comes first."""
    columns = [_orders.c.id] if _by_id(command) else [_SORTS[command.sortBy], _orders.c.id]
    return [each.asc() if command.sortOrder == "asc" else each.desc() for each in columns]


def _behind(command: ListOrders, after: Cursor) -> sa.ColumnElement[bool]:
    """What comes after the cursor's order, as one comparison of rows, which an index can follow."""
    place: sa.ColumnElement[Any]
    found: sa.ColumnElement[Any]
    if _by_id(command):
        place, found = _orders.c.id, sa.literal(after.order_id)
    else:
        column = _SORTS[command.sortBy]
        place = sa.tuple_(column, _orders.c.id)
        found = sa.tuple_(sa.literal(_value(after), column.type), sa.literal(after.order_id))
    return place > found if command.sortOrder == "asc" else place < found


def _by_id(command: ListOrders) -> bool:
    """Ids are given in the order of commits. Sorting by them follows the index of any status; between two days the
    index of the moments is followed instead: SQLite took three seconds to sort a million orders of a year by id."""
    return command.sortBy == "createdAt" and command.startDate is None and command.endDate is None


def _cursor(sort: str, order: OrderRow) -> Cursor:
    value = getattr(order, str(_SORTS[sort].key))
    return Cursor(sort, round(value.timestamp() * 1000) if isinstance(value, datetime) else value, order.id)


def _value(after: Cursor) -> Any:
    return datetime.fromtimestamp(int(after.value) / 1000, UTC) if after.sort in MOMENTS else after.value


def _conditions(connection: Connection, command: ListOrders, zone: ZoneInfo) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = []
    if command.status is not None:
        wanted.append(_orders.c.status == command.status)
    if command.startDate is not None:
        wanted.append(_orders.c.created_at >= _moment(command.startDate, zone, day_start))
    if command.endDate is not None:
        wanted.append(_orders.c.created_at < _moment(command.endDate, zone, day_end))
    if command.search is not None:
        index.plan_anew(connection)
        wanted += index.among(connection, _orders.c.id, words_of(command.search))
    return wanted


def _moment(given: date | datetime, zone: ZoneInfo, edge: Any) -> datetime:
    """A day means the shop's whole day; a moment means itself, in the shop's time zone unless it says another."""
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=zone)
    moment: datetime = edge(given, zone)
    return moment
