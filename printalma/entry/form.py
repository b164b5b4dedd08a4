"""The form in which an order is typed in: what it begins with, and its lines."""

from collections.abc import Mapping
from typing import Any

from printalma.accounts.policy import Sight
from printalma.catalog.queries import offered_as
from printalma.config import settings
from printalma.db import Connection
from printalma.delivery import service as delivery
from printalma.lib import money
from printalma.lib.lenient import as_line, as_text
from printalma.lib.validation import whole
from printalma.mending.form import Added
from printalma.orders.commands import CASH_ON_DELIVERY, MAX_LINES, PAYMENTS, Address, Item, lines_of, payment_of
from printalma.placing import articles
from printalma.placing.customers import known_by_phone
from printalma.placing.taken import Channel

ROWS = 10  # lines that an empty form has
SPARE = 5  # and that a full one has beyond its own
MAX_NOTES = 2000
MAX_REASONABLE = 100  # characters of a text that was sent, where the form takes no more
ADDRESS = ("name", "company", "street", "apartment", "postal_code", "city", "region", "country")
_LONGEST = {"name": 150, "company": 150, "street": 200, "phone": 40, "postal_code": 20, "email": 254}
EMPTY = {"channel": Channel.PHONE.value, "payment": CASH_ON_DELIVERY}


def rows(fields: Mapping[str, str]) -> list[str]:
    """What the fields of each line end with: those that the form had, and some that are empty."""
    numbers = [whole(name.removeprefix("product_new")) or 0 for name in fields if name.startswith("product_new")]
    last = max((n for n in numbers if not Added.of(fields, f"new{n}").is_blank), default=0)
    return [f"new{n}" for n in range(1, min(max(ROWS, last + SPARE), MAX_LINES) + 1)]


def lines(form: Mapping[str, str]) -> list[Added]:
    """The lines in which something was typed."""
    return [line for line in (Added.of(form, row) for row in rows(form)) if not line.is_blank]


def known(connection: Connection, phone: str, sight: Sight) -> dict[str, str]:
    """What is known of whose number that is; nothing of a number that is nobody's."""
    found = known_by_phone(connection, phone[:40], sight)
    if found is None:
        return {}
    said = _of_address(found.address) | {"email": found.email, "number": found.number}
    return {name: value or "" for name, value in said.items()}


def as_sent(connection: Connection, fields: Mapping[str, Any]) -> dict[str, str]:
    """What the form begins with for an order that was refused, of which `fields` were sent: anything at all. One of
    ours never costs less than the catalogue says."""
    address = Address.of(fields)
    said = _of_address(address) | {"phone": as_line(fields.get("phoneNumber")), "email": as_line(fields.get("email"))}
    found = {name: (value or "")[: _LONGEST.get(name, MAX_REASONABLE)] for name, value in said.items()}
    payment = payment_of(fields.get("paymentMethod"))
    found["payment"] = payment if payment in PAYMENTS else "OTHER"
    found["notes"] = (as_text(fields.get("notes")) or "")[:MAX_NOTES]
    return EMPTY | found | _delivered(connection, fields, address) | _of_lines(connection, fields)


def _of_address(address: Address) -> dict[str, str | None]:
    return {name: getattr(address, name) for name in ADDRESS}


def _delivered(connection: Connection, fields: Mapping[str, Any], to: Address) -> dict[str, str]:
    currency = settings().shop_currency
    quote = delivery.quote(connection, fields.get("deliveryInfo"), to.street, to.city, to.country, currency)
    return {"zone": quote.zone or "", "fee": money.typed(quote.fee, currency) if quote.fee else ""}


def _of_lines(connection: Connection, fields: Mapping[str, Any]) -> dict[str, str]:
    currency = settings().shop_currency
    items = [Item.of(value) for value in lines_of(fields.get("orderItems"))[:MAX_LINES]]
    [found], _accepted = articles.read(connection, [items], currency)
    typed: dict[str, str] = {}
    for n, line in enumerate(found, 1):
        saved = articles.saved(line)
        name = offered_as(line.product) if line.product is not None else saved.product_name
        price = money.typed(saved.unit_price, currency) if line.announced is not None else ""
        of_line = {"product": name, "size": saved.size, "color": saved.color, "price": price}
        cut = {f"{part}_new{n}": (text or "")[:MAX_REASONABLE] for part, text in of_line.items()}
        typed |= cut | {f"quantity_new{n}": str(saved.quantity), f"of_new{n}": str(n)}
    return typed
