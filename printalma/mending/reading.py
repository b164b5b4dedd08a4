"""What an order becomes by what somebody typed: each wrong field is told, none is saved."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import Field

from printalma.catalog import queries as catalog
from printalma.db import Connection
from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.validation import Command, Text
from printalma.mending.fields import Fields, Words
from printalma.mending.form import COLUMNS, Asked
from printalma.orders.commands import MAX_LINES
from printalma.orders.queries import Details, ItemRow, OrderRow

_NOT_NULL = ("shipping_name", "phone", "shipping_street")
# An order says one of these at least, as a new one does.
_WHERE = ("phone", "company", "street", "apartment", "postal_code", "city", "region")


class Why(Command):
    reason: Annotated[Text, Field(min_length=1, max_length=500)]


def reason(asked: Asked) -> str:
    return Why.parse({"reason": asked.reason}).reason


def rewritten(tx: Connection, before: Details, asked: Asked) -> Details:
    """The order as somebody wants it. Raises Invalid with what is wrong in each field."""
    reader = _Reader(tx, [], before, asked)
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
class _Reader(Fields):
    before: Details
    asked: Asked

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
        quote = self.zone(asked.zone) if asked.zone else None
        if quote is not None:
            order = order._replace(shipping_amount=quote.fee, carrier=quote.carrier)
            order = order._replace(delivery_place=quote.place, delivery_time=quote.time)
        if "fee" in asked.touched:
            order = order._replace(shipping_amount=self.amount("fee", asked.touched["fee"]))
        return order

    def _unnamed(self) -> str:
        who = self.before.customer
        return f"{who.first_name} {who.last_name}" if who else t("orders.guest")

    def items(self) -> list[ItemRow]:
        kept = [self._changed(item) for item in self.before.items if item.id not in self.asked.dropped]
        new = [self.line(typed)._replace(order_id=self.before.order.id) for typed in self.asked.added]
        return [*kept, *new]

    def _changed(self, item: ItemRow) -> ItemRow:
        touched = {name: self.asked.touched.get(f"{name}_{item.id}") for name in ("quantity", "price", "size", "color")}
        if touched["quantity"] is not None:
            item = item._replace(quantity=self.quantity(f"quantity_{item.id}", touched["quantity"]))
        if touched["price"] is not None:
            item = item._replace(unit_price=self.amount(f"price_{item.id}", touched["price"]))
        if touched["size"] is None and touched["color"] is None:
            return item
        product = catalog.by_id(self.tx, item.product_id) if item.product_id else None
        if touched["size"] is not None:
            item = item._replace(size=self.option(f"size_{item.id}", touched["size"], product, "sizes"))
        if touched["color"] is not None:
            color = self.option(f"color_{item.id}", touched["color"], product, "colors")
            item = item._replace(color=color, color_id=None)
        return item
