"""What was typed becomes an order as every other is: each wrong field is told, none is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from printalma.accounts.actor import Actor
from printalma.catalog import queries as catalog
from printalma.config import settings
from printalma.db import Connection
from printalma.delivery.service import Quote
from printalma.entry import form
from printalma.lib import money
from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.lenient import as_object
from printalma.lib.validation import Text, whole
from printalma.mending.fields import Fields, Words
from printalma.mending.form import Added
from printalma.orders.commands import MAX_LINES, Address, Item, Payment, PlaceOrder
from printalma.orders.queries import ItemRow
from printalma.placing.drafts import Cart
from printalma.placing.taken import Channel, Taken
from printalma.refused.sent import without_pictures

# What a line says in the form's own words.
_TYPED = frozenset(("unitPrice", "quantity", "size", "color", "colorId", "name", "productName"))
_OTHERS = frozenset(("vendorProductId", "stickerId"))  # by which it is none of our products


class Said(Words):
    """All but the lines and what the delivery costs."""

    payment: Payment
    channel: Annotated[Channel, Field(strict=False)]
    notes: Annotated[Text, Field(max_length=form.MAX_NOTES)] | None = None


def cart(tx: Connection, typed: Mapping[str, str], sent: Sequence[Any], actor: Actor) -> Cart:
    """The order that was typed; `sent` are the lines of a refused one. Raises Invalid with what is wrong."""
    reader = _Reader(tx, [], typed, sent)
    said, items, quote = reader.said(), reader.items(), reader.quote()
    if reader.wrong or said is None:
        raise Invalid(t("errors.invalid"), errors=reader.wrong)
    address = Address(**{part: getattr(said, part) for part in form.ADDRESS} | {"name": said.name or ""})
    command = PlaceOrder({}, address, said.phone or "", said.email, said.notes, tuple(items), said.payment)
    return Cart(command, None, taken=Taken(actor, said.channel, quote))


@dataclass(frozen=True)
class _Reader(Fields):
    typed: Mapping[str, str]
    sent: Sequence[Any]

    def said(self) -> Said | None:
        fields = {name: self.typed[name] for name in Said.model_fields if name in self.typed and name != "carrier"}
        said = self.check(lambda: Said.parse(fields), {})
        if said is not None and not (said.phone or said.name):
            self.wrong.insert(0, FieldError("phone", t("entry.nobody")))
        return said

    def quote(self) -> Quote:
        """What a zone costs; what was typed as the fee goes before it."""
        zone, fee = self.typed.get("zone", ""), self.typed.get("fee", "").strip()
        quote = (self.zone(zone) if zone else None) or Quote()
        return Quote(self.amount("fee", fee), quote.time, quote.carrier, quote.place, quote.zone) if fee else quote

    def items(self) -> list[Item]:
        lines = form.lines(self.typed)
        if not lines:
            self.wrong.append(FieldError("product_new1", t("entry.no_line")))
        elif len(lines) > MAX_LINES:
            self.wrong.append(FieldError("product_new1", t("fields.too_many", max_length=MAX_LINES)))
        read = [(line, self.line(line)) for line in lines]
        sold = catalog.for_sale(self.tx, [row.product_id for _, row in read if row.product_id])
        for line, row in read:
            if row.product_id and row.product_id not in sold:
                self.wrong.append(FieldError(f"product_{line.row}", t("entry.not_sold")))
        return [_item(row, self._sent(line)) for line, row in read]

    def _sent(self, line: Added) -> Mapping[str, Any]:
        """What was sent of the line, if it is one of a refused order's: its artwork above all."""
        n = whole(self.typed.get(f"of_{line.row}")) or 0
        return as_object(self.sent[n - 1]) if 0 < n <= len(self.sent) else {}


def _item(row: ItemRow, sent: Mapping[str, Any]) -> Item:
    said = {name: value for name, value in sent.items() if name not in _TYPED}
    said["unitPrice"] = money.wire(row.unit_price, settings().shop_currency)
    if row.product_id is not None:
        said = {name: value for name, value in said.items() if name not in _OTHERS} | {"productId": row.product_id}
    text = row.product_name if row.product_id is None else None
    return Item(without_pictures(said), text, row.quantity, row.size, row.color, None)
