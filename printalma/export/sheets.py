"""What the files say, as a French Excel reads it: decimal commas, the shop's clock, and semicolons
(lib.spreadsheets.SEPARATOR)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from printalma.lib import money
from printalma.lib.i18n import t
from printalma.lib.spreadsheets import BOM, as_phone, as_text, lines
from printalma.orders import marks, payments
from printalma.orders.models import Status
from printalma.orders.queries import ItemRow, OrderRow

ORDERS = (
    *("number", "received", "status", "customer", "company", "street", "apartment", "postal_code", "city", "region"),
    *("country", "phone", "email", "items", "pieces", "subtotal", "shipping", "total", "currency", "payment"),
    *("message", "confirmed", "shipped", "delivered", "cancelled", "updated", "marks"),
    *("delivery_place", "carrier", "delivery_time", "tracking", "payment_state", "paid", "refunded", "to_collect"),
)
ARTICLES = (
    *("number", "received", "status", "customer", "phone", "article", "reference", "size", "color", "quantity"),
    *("unit_price", "line_total", "currency", "payment", "payment_state", "street", "apartment", "postal_code"),
    *("city", "region", "country", "message"),
)


class Sheet:
    """Writes orders of one shop, a line each. Its labels are looked up once, not a million times."""

    name = "orders"
    columns: Sequence[str] = ORDERS

    def __init__(self, currency: str, zone: ZoneInfo) -> None:
        self._currency = currency
        self._zone = zone
        self._statuses = {status.value: t(f"statuses.{status}") for status in Status}
        self._states = {"": "", **{state.value: t(f"paying.chip.{state}") for state in payments.PaymentState}}
        self._marks = {mark: t(f"marks.{mark}") for mark in marks.Mark}

    def head(self) -> str:
        return BOM + lines([[t(f"export.columns.{column}") for column in self.columns]])

    def lines(self, orders: Iterable[tuple[OrderRow, Sequence[ItemRow]]]) -> str:
        """Orders with their items (RFC 4180)."""
        return lines(line for order, items in orders for line in self._lines(order, items))

    def _lines(self, order: OrderRow, items: Sequence[ItemRow]) -> Iterable[list[str]]:
        yield self._line(order, items)

    def _line(self, order: OrderRow, items: Sequence[ItemRow]) -> list[str]:
        street = order.shipping_street, order.shipping_apartment, order.shipping_postal_code
        place = order.shipping_city, order.shipping_region, order.shipping_country
        return [
            order.number,
            self._moment(order.created_at),
            self._statuses[order.status],
            *map(as_text, (order.customer, order.shipping_company, *street, *place)),
            as_phone(order.phone),
            as_text(order.email),
            as_text(", ".join(_item(item) for item in items)),
            str(sum(item.quantity for item in items)),
            *(money.typed(amount, self._currency) for amount in (order.subtotal, order.shipping_amount, order.total)),
            self._currency,
            as_text(payments.label(order.payment_method)),
            as_text(order.notes),
            *map(self._moment, (order.confirmed_at, order.shipped_at, order.delivered_at, order.cancelled_at)),
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


class ArticleSheet(Sheet):
    """A line for each of their articles. No amount of an order stands on several lines: whoever adds up a column adds
    nothing twice."""

    name = "articles"
    columns = ARTICLES

    def _lines(self, order: OrderRow, items: Sequence[ItemRow]) -> Iterable[list[str]]:
        street = order.shipping_street, order.shipping_apartment, order.shipping_postal_code
        begin = [order.number, self._moment(order.created_at), self._statuses[order.status], as_text(order.customer)]
        begin.append(as_phone(order.phone))
        end = [self._currency, as_text(payments.label(order.payment_method)), self._states[payments.chip(order) or ""]]
        end += map(as_text, (*street, order.shipping_city, order.shipping_region, order.shipping_country, order.notes))
        for item in items:
            what = item.product_name, item.reference or str(item.product_id or ""), item.size, item.color
            amounts = (money.typed(amount, self._currency) for amount in (item.unit_price, item.total_price))
            yield [*begin, *map(as_text, what), str(item.quantity), *amounts, *end]


SHEETS = {sheet.name: sheet for sheet in (Sheet, ArticleSheet)}


def _item(item: ItemRow) -> str:
    options = ", ".join(option for option in (item.size, item.color) if option)
    words = f"{item.quantity} × {item.product_name}"
    return f"{words} ({options})" if options else words
