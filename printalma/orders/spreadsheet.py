"""An order as a line of a spreadsheet, as a French Excel reads it: semicolons, decimal commas, the shop's clock."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO

from printalma.lib import money
from printalma.lib.text import t
from printalma.orders.commands import PAYMENTS
from printalma.orders.models import Status
from printalma.orders.queries import Fields
from printalma.orders.rows import Shop

BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's old code page
COLUMNS = (
    *("number", "received", "status", "customer", "company", "street", "apartment", "postal_code", "city", "region"),
    *("country", "phone", "email", "items", "pieces", "subtotal", "shipping", "total", "currency", "payment"),
    *("message", "confirmed", "shipped", "delivered", "cancelled", "updated"),
)

# What a spreadsheet takes for a formula (OWASP, "CSV Injection"), also behind blanks and in full width; and digits that
# would lose their leading zero.
_NOT_A_TEXT = re.compile(
    r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62-\ufe66\ufe6b\u2212]|\s|0[\d .]+$"
)


class Sheet:
    """Writes orders of one shop. Its labels are looked up once, not a million times."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._statuses = {status.value: t(f"statuses.{status}") for status in Status}
        self._payments = {payment: t(f"payments.{payment}") for payment in PAYMENTS}

    def head(self) -> str:
        return BOM + _lines([[t(f"export.columns.{column}") for column in COLUMNS]])

    def lines(self, orders: Iterable[tuple[Fields, Sequence[Fields]]]) -> str:
        """Orders with their items, a line each (RFC 4180)."""
        return _lines(self._line(order, items) for order, items in orders)

    def _line(self, order: Fields, items: Sequence[Fields]) -> list[str]:
        return [
            order["number"],
            self._moment(order["created_at"]),
            self._statuses[order["status"]],
            as_text(order["customer"]),
            as_text(order["shipping_company"]),
            as_text(order["shipping_street"]),
            as_text(order["shipping_apartment"]),
            as_text(order["shipping_postal_code"]),
            as_text(order["shipping_city"]),
            as_text(order["shipping_region"]),
            as_text(order["shipping_country"]),
            f"'{order['phone']}",  # always: Excel would round a long number and drop a leading zero
            as_text(order["email"]),
            as_text(", ".join(_item(item) for item in items)),
            str(sum(item["quantity"] for item in items)),
            *(money.typed(order[amount], self._shop.currency) for amount in ("subtotal", "shipping_amount", "total")),
            self._shop.currency,
            self._payments[order["payment_method"]],
            as_text(order["notes"]),
            *(self._moment(order[f"{step}_at"]) for step in ("confirmed", "shipped", "delivered", "cancelled")),
            self._moment(order["updated_at"]),
        ]

    def _moment(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        here = moment.astimezone(self._shop.zone)
        return f"{here.day:02}/{here.month:02}/{here.year} {here.hour:02}:{here.minute:02}"  # strftime: 4 times slower


def as_text(value: str | None) -> str:
    """A cell that stays text: what a spreadsheet would calculate or mangle gets an apostrophe in front."""
    if not value:
        return ""
    return f"'{value}" if _NOT_A_TEXT.match(value) else value


def _item(item: Fields) -> str:
    options = ", ".join(option for option in (item["size"], item["color"]) if option)
    told = f"{item['quantity']} × {item['product_name']}"
    return f"{told} ({options})" if options else told


def _lines(rows: Iterable[Sequence[str]]) -> str:
    written = StringIO()
    csv.writer(written, delimiter=";").writerows(rows)
    return written.getvalue()
