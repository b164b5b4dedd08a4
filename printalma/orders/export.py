"""/dashboard/orders.csv: the list as a file, sent while it is read, however long it is and however slow its reader.

Its lines are as a French Excel reads them: semicolons, decimal commas, the shop's clock.
"""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, stream_with_context

from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.config import settings
from printalma.db import reading
from printalma.lib import money
from printalma.lib.clock import now, shop_day
from printalma.lib.i18n import t
from printalma.lib.spreadsheets import BOM, UNSEEN, as_text, lines
from printalma.orders import marks, payments, queries
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.listing.page import matching
from printalma.orders.listing.pagination import SORTS
from printalma.orders.models import Status
from printalma.orders.queries import ItemRow, OrderRow

CHUNK = 50  # orders: what is read and written before everybody else gets their turn, some milliseconds
PAUSE_SECONDS = 0.002  # seconds. Not 0: gevent comes back dozens of times from that before it looks at its sockets

COLUMNS = (
    *("number", "received", "status", "customer", "company", "street", "apartment", "postal_code", "city", "region"),
    *("country", "phone", "email", "items", "pieces", "subtotal", "shipping", "total", "currency", "payment"),
    *("message", "confirmed", "shipped", "delivered", "cancelled", "updated", "marks"),
    *("delivery_place", "carrier", "delivery_time", "tracking", "payment_state", "paid", "refunded", "to_collect"),
)

_PHONE = re.compile(r"[+(0-9][0-9 ().\-/]*")

bp = Blueprint("export", __name__)


@bp.get("/dashboard/orders.csv")
@access(DASHBOARD)
def orders_csv() -> Response:
    """Every order of the list that the query asks for, whichever page of it."""
    currency, zone = settings().shop_currency, settings().shop_tz
    today = shop_day(now(), zone)
    filters = OrderFilters.parse(request.args.to_dict(flat=False), signed_in_actor().sight).settled(today)
    name = t("export.file", day=today.isoformat())
    # Not compressed: on the way of a whole list that would take longer than everything else.
    answer = Response(stream_with_context(_parts(filters, Sheet(currency, zone), zone)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _parts(filters: OrderFilters, sheet: "Sheet", zone: ZoneInfo) -> Iterator[str]:
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


class Sheet:
    """Writes orders of one shop. Its labels are looked up once, not a million times."""

    def __init__(self, currency: str, zone: ZoneInfo) -> None:
        self._currency = currency
        self._zone = zone
        self._statuses = {status.value: t(f"statuses.{status}") for status in Status}
        self._states = {"": "", **{state.value: t(f"paying.chip.{state}") for state in payments.PaymentState}}
        self._marks = {mark: t(f"marks.{mark}") for mark in marks.Mark}

    def head(self) -> str:
        return BOM + lines([[t(f"export.columns.{column}") for column in COLUMNS]])

    def lines(self, orders: Iterable[tuple[OrderRow, Sequence[ItemRow]]]) -> str:
        """Orders with their items, a line each (RFC 4180)."""
        return lines(self._line(order, items) for order, items in orders)

    def _line(self, order: OrderRow, items: Sequence[ItemRow]) -> list[str]:
        street = order.shipping_street, order.shipping_apartment, order.shipping_postal_code
        place = order.shipping_city, order.shipping_region, order.shipping_country
        return [
            order.number,
            self._moment(order.created_at),
            self._statuses[order.status],
            *map(as_text, (order.customer, order.shipping_company, *street, *place)),
            _phone(order.phone),
            as_text(order.email),
            as_text(", ".join(_item(item) for item in items)),
            str(sum(item.quantity for item in items)),
            *(money.typed(amount, self._currency) for amount in (order.subtotal, order.shipping_amount, order.total)),
            self._currency,
            as_text(payments.label(order.payment_method)),
            as_text(order.notes),
            *(
                self._moment(at)
                for at in (order.confirmed_at, order.shipped_at, order.delivered_at, order.cancelled_at)
            ),
            self._moment(order.updated_at),
            ", ".join(self._marks[mark] for mark in marks.read(order.marks)),
            *map(as_text, (order.delivery_place, order.carrier, order.delivery_time, order.tracking_number)),
            *self._payment(order),
        ]

    def _payment(self, order: OrderRow) -> list[str]:
        amounts = order.paid, order.refunded, payments.to_collect(order)
        return [self._states[payments.chip(order) or ""], *(money.typed(n, self._currency) for n in amounts)]

    def _moment(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        here = moment.astimezone(self._zone)
        return f"{here.day:02}/{here.month:02}/{here.year} {here.hour:02}:{here.minute:02}"  # strftime: 4 times slower


def _phone(number: str) -> str:
    return f"{UNSEEN}{number}" if _PHONE.fullmatch(number) else as_text(number)


def _item(item: ItemRow) -> str:
    options = ", ".join(option for option in (item.size, item.color) if option)
    words = f"{item.quantity} × {item.product_name}"
    return f"{words} ({options})" if options else words
