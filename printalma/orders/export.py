"""/dashboard/orders.csv: the list as a file, sent while it is read, however long it is and however slow its reader."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from flask import Blueprint, Response, request, stream_with_context

from printalma.accounts.guard import ADMIN, access
from printalma.config import settings
from printalma.db import reading
from printalma.lib.clock import now, shop_day
from printalma.lib.i18n import t
from printalma.orders import queries
from printalma.orders.listing.page import OrderFilters, matching
from printalma.orders.listing.pagination import place_of
from printalma.orders.placing import Shop
from printalma.orders.spreadsheet import Sheet

CHUNK = 50  # orders: what is read and written before everybody else gets their turn, some milliseconds
PAUSE_SECONDS = 0.002  # seconds. Not 0: gevent comes back dozens of times from that before it looks at its sockets

bp = Blueprint("export", __name__)


@bp.get("/dashboard/orders.csv")
@access(ADMIN)
def orders_csv() -> Response:
    """Every order of the list that the query asks for, whichever page of it."""
    shop = Shop(settings().shop_currency, settings().shop_tz)
    today = shop_day(now(), shop.zone)
    filters = _settled(OrderFilters.parse(request.args.to_dict(flat=False)), today)
    name = t("export.file", day=today.isoformat())
    # Not compressed: on the way of a whole list that would take longer than everything else.
    answer = Response(stream_with_context(_parts(filters, shop)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _parts(filters: OrderFilters, shop: Shop) -> Iterator[str]:
    """The file, piece by piece, each with a connection of its own: none waits for a slow reader, and no transaction
    keeps old rows alive. A client that hangs up closes this generator at the next piece."""
    sheet = Sheet(shop)
    yield sheet.head()
    place = None
    while True:
        with reading() as connection:
            orders = next(matching(connection, filters, shop.zone, CHUNK, place), None)
            items = queries.lines(connection, [order["id"] for order in orders or ()])
        if not orders:
            return
        yield sheet.lines((order, items[order["id"]]) for order in orders)
        place = place_of(filters.sort, orders[-1])
        time.sleep(PAUSE_SECONDS)


def _settled(filters: OrderFilters, today: date) -> OrderFilters:
    """The list as it stays while it is read, on past midnight too. By its last change it would not: an order that
    changes meanwhile would be jumped over."""
    first, last = filters.days(today)
    period = "custom" if first or last else ""
    return replace(
        filters, sort="newest" if filters.sort == "updated" else filters.sort, period=period, first=first, last=last
    )
