"""/dashboard/orders.csv: the list as a file, sent while it is read, however long it is and however slow its reader."""

import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, stream_with_context

from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.config import settings
from printalma.db import reading
from printalma.export.names import name_of
from printalma.export.sheets import SHEETS, Sheet
from printalma.lib.clock import now, shop_day
from printalma.orders import queries
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.listing.page import matching
from printalma.orders.listing.pagination import SORTS

CHUNK = 50  # orders: what is read and written before everybody else gets their turn, some milliseconds
PAUSE_SECONDS = 0.002  # seconds. Not 0: gevent comes back dozens of times from that before it looks at its sockets

bp = Blueprint("export", __name__)


@bp.get("/dashboard/orders.csv")
@access(DASHBOARD)
def orders_csv() -> Response:
    """Every order of the list that the query asks for, whichever page of it; with `lines=articles` a line for each of
    their articles."""
    zone = settings().shop_tz
    today = shop_day(now(), zone)
    filters = OrderFilters.parse(request.args.to_dict(flat=False), signed_in_actor().sight).settled(today)
    kind = request.args.get("lines", "")
    sheet = SHEETS.get(kind, Sheet)(settings().shop_currency, zone)
    # Not compressed: on the way of a whole list that would take longer than everything else.
    answer = Response(stream_with_context(_parts(filters, sheet, zone)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name_of(filters, sheet.name, today)}"'
    return answer


def _parts(filters: OrderFilters, sheet: Sheet, zone: ZoneInfo) -> Iterator[str]:
    """The file, piece by piece, each with a connection of its own: none waits for a slow reader, and no transaction
    keeps old rows alive. A client that hangs up closes this generator at the next piece."""
    yield sheet.head()
    place = None
    while True:
        with reading() as connection:
            orders = next(matching(connection, filters, zone, CHUNK, place), None)
            items = queries.items(connection, [order.id for order in orders or ()])
        if not orders:
            return
        yield sheet.lines((order, items[order.id]) for order in orders)
        place = SORTS[filters.sort].place_of(orders[-1])
        time.sleep(PAUSE_SECONDS)
