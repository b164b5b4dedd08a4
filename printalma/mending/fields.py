"""Fields in which somebody of the team types what an order says: each is read, or told what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import Field

from printalma.catalog import queries as catalog
from printalma.config import settings
from printalma.db import Connection, Row
from printalma.delivery import service as delivery
from printalma.delivery.service import Quote
from printalma.lib.amounts import read_amount
from printalma.lib.errors import FieldError, Invalid, NotFound
from printalma.lib.i18n import t
from printalma.lib.letters import plain
from printalma.lib.validation import Command, Email, Line, whole
from printalma.mending.form import Added
from printalma.orders.commands import MAX_QUANTITY, Upto100, Upto150
from printalma.orders.queries import ItemRow

MAX_PRICE = 10**9  # minor units of one, or of a delivery

C = TypeVar("C", bound=Command)


class Words(Command):
    """The texts that somebody of the team may write of an order."""

    name: Upto150 = None
    phone: Annotated[Line, Field(max_length=40)] | None = None
    email: Email | None = None
    company: Upto150 = None
    street: Annotated[Line, Field(max_length=200)] | None = None
    apartment: Upto100 = None
    postal_code: Annotated[Line, Field(max_length=20)] | None = None
    city: Upto100 = None
    region: Upto100 = None
    country: Upto100 = None
    carrier: Upto100 = None
    tracking: Upto100 = None


class Option(Command):
    """A size, a colour or a name."""

    text: Upto150 = None


@dataclass(frozen=True)
class Fields:
    """`wrong` is what is wrong, by field."""

    tx: Connection
    wrong: list[FieldError]

    def check(self, read: Callable[[], C], names: dict[str, str]) -> C | None:
        """What `read` reads; what is wrong with it is told at the form's fields, by `names`."""
        try:
            return read()
        except Invalid as invalid:
            self.wrong.extend(FieldError(names.get(each.field, each.field), each.message) for each in invalid.errors)
            return None

    def line(self, typed: Added) -> ItemRow:
        """One of ours costs what the catalogue says, unless a price was typed; anything else has a price of its own."""
        name = self._text(f"product_{typed.row}", typed.product)
        product = self._product(typed, name)
        price_field = f"price_{typed.row}"
        is_priced = product is not None and not typed.price
        return ItemRow(
            id=0,
            order_id=0,
            product_id=product.id if product else None,
            product_name=product.name if product else name or "",
            quantity=self.quantity(f"quantity_{typed.row}", typed.quantity),
            unit_price=product.price if product and is_priced else self.amount(price_field, typed.price),
            total_price=0,
            size=self.option(f"size_{typed.row}", typed.size, product, "sizes"),
            color=self.option(f"color_{typed.row}", typed.color, product, "colors"),
            color_id=None,
            product_description=product.description if product else None,
            product_price=product.price if product else None,
        )

    def zone(self, zone_id: str) -> Quote | None:
        """What the delivery costs that was chosen."""
        try:
            return delivery.priced(self.tx, zone_id)
        except NotFound:
            self.wrong.append(FieldError("zone", t("marks.needs.zone")))
            return None

    def _product(self, typed: Added, name: str | None) -> Row | None:
        if name is None:
            self.wrong.append(FieldError(f"product_{typed.row}", t("fields.required")))
            return None
        try:
            return catalog.named(self.tx, name)
        except Invalid as invalid:
            self.wrong.append(FieldError(f"product_{typed.row}", invalid.message))
            return None

    def option(self, name: str, typed: str, product: Row | None, of: str) -> str | None:
        """A size or a colour, spelled as the product has it if it is one of those."""
        text, offered = self._text(name, typed), getattr(product, of, None) or []
        if text is None or not offered:
            return text
        found = next((each for each in offered if plain(each) == plain(text)), None)
        if found is None:
            self.wrong.append(FieldError(name, t("fields.one_of", expected=", ".join(offered))))
        return found

    def _text(self, name: str, typed: str) -> str | None:
        option = self.check(lambda: Option.parse({"text": typed}), {"text": name})
        return option.text if option else None

    def quantity(self, name: str, typed: str) -> int:
        found = whole(typed.strip())
        if found is None or not 1 <= found <= MAX_QUANTITY:
            self.wrong.append(FieldError(name, t("mending.quantity", most=MAX_QUANTITY)))
        return found or 1

    def amount(self, name: str, typed: str) -> int:
        amount = read_amount(name, typed, settings().shop_currency, self.wrong)
        if amount > MAX_PRICE:
            self.wrong.append(FieldError(name, t("mending.too_dear")))
        return amount
