"""What an order becomes by what somebody typed: each wrong field is told, none is saved."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import Field

from printalma.catalog import queries as catalog
from printalma.config import settings
from printalma.db import Connection, Row
from printalma.delivery import service as delivery
from printalma.lib.amounts import read_amount
from printalma.lib.errors import FieldError, Invalid, NotFound
from printalma.lib.i18n import t
from printalma.lib.letters import plain
from printalma.lib.validation import Command, Email, Line, Text, whole
from printalma.orders.commands import MAX_LINES, MAX_QUANTITY, Upto100, Upto150
from printalma.orders.mending.form import COLUMNS, Added, Asked
from printalma.orders.queries import Details, ItemRow, OrderRow

MAX_PRICE = 10**9  # minor units of one, or of a delivery
_NOT_NULL = ("shipping_name", "phone", "shipping_street")
# An order says one of these at least, as a new one does.
_WHERE = ("phone", "company", "street", "apartment", "postal_code", "city", "region")


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


class Why(Command):
    reason: Annotated[Text, Field(min_length=1, max_length=500)]


class Option(Command):
    """A size, a colour or a name."""

    text: Upto150 = None


def reason(asked: Asked) -> str:
    return Why.parse({"reason": asked.reason}).reason


def rewritten(tx: Connection, before: Details, asked: Asked) -> Details:
    """The order as somebody wants it. Raises Invalid with what is wrong in each field."""
    reader = _Reader(tx, before, asked)
    order, items = reader.order(), reader.items()
    reader.check(lambda: Why.parse({"reason": asked.reason}), {})
    wrong = reader.wrong
    if not items:
        wrong.append(FieldError("lines", t("mending.empty")))
    elif len(items) > MAX_LINES:
        wrong.append(FieldError("lines", t("fields.too_many", max_length=MAX_LINES)))
    if wrong:
        raise Invalid(t("errors.invalid"), errors=wrong)
    return replace(before, order=order, items=items)


@dataclass(frozen=True)
class _Reader:
    tx: Connection
    before: Details
    asked: Asked
    wrong: list[FieldError] = field(default_factory=list)

    def check(self, read: Callable[[], Command], names: dict[str, str]) -> Command | None:
        """What `read` reads; what is wrong with it is told at the form's fields, by `names`."""
        try:
            return read()
        except Invalid as invalid:
            self.wrong.extend(FieldError(names.get(each.field, each.field), each.message) for each in invalid.errors)
            return None

    def order(self) -> OrderRow:
        order, touched = self._delivered(), self.asked.touched
        words = self.check(lambda: Words.parse({name: touched[name] for name in COLUMNS if name in touched}), {})
        said: dict[str, Any] = {COLUMNS[name]: getattr(words, name) for name in COLUMNS if words and name in touched}
        said |= {column: said[column] or "" for column in _NOT_NULL if column in said}
        if "shipping_name" in said:
            said["customer"] = said["shipping_name"] or self._unnamed()
        order = OrderRow(**(order._asdict() | said))
        if said and not any(getattr(order, COLUMNS[name]) for name in _WHERE):
            self.wrong.append(FieldError("phone", t("orders.no_address")))
        return order

    def _delivered(self) -> OrderRow:
        """What a zone costs; what was typed as the fee goes before it."""
        order, asked = self.before.order, self.asked
        if asked.zone:
            try:
                quote = delivery.priced(self.tx, asked.zone)
            except NotFound:
                self.wrong.append(FieldError("zone", t("marks.needs.zone")))
            else:
                order = order._replace(shipping_amount=quote.fee, carrier=quote.carrier)
                order = order._replace(delivery_place=quote.place, delivery_time=quote.time)
        if "fee" in asked.touched:
            order = order._replace(shipping_amount=self._amount("fee", asked.touched["fee"]))
        return order

    def _unnamed(self) -> str:
        who = self.before.customer
        return f"{who.first_name} {who.last_name}" if who else t("orders.guest")

    def items(self) -> list[ItemRow]:
        kept = [self._changed(item) for item in self.before.items if item.id not in self.asked.dropped]
        return [*kept, *map(self._new, self.asked.added)]

    def _changed(self, item: ItemRow) -> ItemRow:
        touched = {name: self.asked.touched.get(f"{name}_{item.id}") for name in ("quantity", "price", "size", "color")}
        if touched["quantity"] is not None:
            item = item._replace(quantity=self._quantity(f"quantity_{item.id}", touched["quantity"]))
        if touched["price"] is not None:
            item = item._replace(unit_price=self._amount(f"price_{item.id}", touched["price"]))
        if touched["size"] is None and touched["color"] is None:
            return item
        product = catalog.by_id(self.tx, item.product_id) if item.product_id else None
        if touched["size"] is not None:
            item = item._replace(size=self._option(f"size_{item.id}", touched["size"], product, "sizes"))
        if touched["color"] is not None:
            color = self._option(f"color_{item.id}", touched["color"], product, "colors")
            item = item._replace(color=color, color_id=None)
        return item

    def _new(self, typed: Added) -> ItemRow:
        """One of ours costs what the catalogue says, unless a price was typed; anything else has a price of its own."""
        name = self._text(f"product_{typed.row}", typed.product)
        product = self._product(typed, name)
        price_field = f"price_{typed.row}"
        is_priced = product is not None and not typed.price
        return ItemRow(
            id=0,
            order_id=self.before.order.id,
            product_id=product.id if product else None,
            product_name=product.name if product else name or "",
            quantity=self._quantity(f"quantity_{typed.row}", typed.quantity),
            unit_price=product.price if product and is_priced else self._amount(price_field, typed.price),
            total_price=0,
            size=self._option(f"size_{typed.row}", typed.size, product, "sizes"),
            color=self._option(f"color_{typed.row}", typed.color, product, "colors"),
            color_id=None,
            product_description=product.description if product else None,
            product_price=product.price if product else None,
        )

    def _product(self, typed: Added, name: str | None) -> Row | None:
        if name is None:
            self.wrong.append(FieldError(f"product_{typed.row}", t("fields.required")))
            return None
        try:
            return catalog.named(self.tx, name)
        except Invalid as invalid:
            self.wrong.append(FieldError(f"product_{typed.row}", invalid.message))
            return None

    def _option(self, name: str, typed: str, product: Row | None, of: str) -> str | None:
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
        return option.text if isinstance(option, Option) else None

    def _quantity(self, name: str, typed: str) -> int:
        found = whole(typed.strip())
        if found is None or not 1 <= found <= MAX_QUANTITY:
            self.wrong.append(FieldError(name, t("mending.quantity", most=MAX_QUANTITY)))
        return found or 1

    def _amount(self, name: str, typed: str) -> int:
        amount = read_amount(name, typed, settings().shop_currency, self.wrong)
        if amount > MAX_PRICE:
            self.wrong.append(FieldError(name, t("mending.too_dear")))
        return amount
