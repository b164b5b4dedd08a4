"""What clients and admins ask of orders (docs/contract.md, "Orders")."""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, JsonValue, model_validator

from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.validation import Command, Email, Line, Text, is_blank
from printalma.orders.models import Status

MAX_KEY = 128
MAX_ID = 2**53 - 1  # the largest whole number that JSON carries safely everywhere (RFC 8259, 6)


Upto100 = Annotated[Line, Field(max_length=100)] | None
Upto150 = Annotated[Line, Field(max_length=150)] | None
Upto500 = Annotated[Line, Field(max_length=500)] | None
PostalCode = Annotated[Line, Field(max_length=20)] | None
Street = Annotated[Line, Field(min_length=1, max_length=200)]
Place = Annotated[Line, Field(min_length=1, max_length=100)]
Phone = Annotated[Line, Field(min_length=1, max_length=40)]
Payment = Literal["CASH_ON_DELIVERY", "PAYTECH", "OTHER"]
PAYMENTS: tuple[str, ...] = get_args(Payment)


class ShippingDetails(Command):
    firstName: Upto100 = None
    lastName: Upto100 = None
    company: Upto150 = None
    street: Street
    apartment: Upto100 = None
    city: Place
    region: Upto100 = None
    postalCode: PostalCode = None
    country: Place

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.firstName, self.lastName) if part)


class Item(Command):
    productId: Annotated[int, Field(ge=1, le=MAX_ID)]
    quantity: Annotated[int, Field(ge=1, le=999)]
    size: Upto100 = None
    color: Upto100 = None
    colorId: Annotated[int, Field(ge=-MAX_ID, le=MAX_ID)] | None = None


ONE_ADDRESS: list[JsonValue] = [
    {"required": ["shippingDetails"], "properties": {"shippingDetails": {"type": "object"}}},
    {"required": ["shippingAddress"], "properties": {"shippingAddress": {"type": "string", "minLength": 1}}},
]


class PlaceOrder(Command):
    """Prices and totals a client sends are unknown fields: ignored."""

    model_config = Command.model_config | {"json_schema_extra": {"anyOf": ONE_ADDRESS}}

    shippingDetails: ShippingDetails | None = None
    shippingAddress: Upto500 = None
    phoneNumber: Phone
    email: Email | None = None
    notes: Annotated[Text, Field(max_length=2000)] | None = None
    orderItems: Annotated[list[Item], Field(min_length=1, max_length=100)]
    paymentMethod: Payment = "CASH_ON_DELIVERY"

    @model_validator(mode="before")
    @classmethod
    def _one_address(cls, fields: Any) -> Any:
        """Newer front ends send details, older ones a line; details win, and one of them must be there."""
        if not isinstance(fields, dict):
            return fields
        if not is_blank(fields.get("shippingDetails")):
            return {name: value for name, value in fields.items() if name != "shippingAddress"}
        return fields | {"shippingDetails": {}} if is_blank(fields.get("shippingAddress")) else fields

    def quantities(self) -> dict[int, int]:
        """How many of each product, over all lines."""
        found: dict[int, int] = {}
        for item in self.orderItems:
            found[item.productId] = found.get(item.productId, 0) + item.quantity
        return found


class ChangeStatus(Command):
    """`notes` is for the team. `version` is the order as its admin saw it."""

    status: Annotated[Status, Field(strict=False)]
    notes: Annotated[Text, Field(max_length=2000)] | None = None
    version: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None


class Seen(Command):
    """An order as its admin saw it."""

    id: Annotated[int, Field(ge=1, le=MAX_ID)]
    version: Annotated[int, Field(ge=1, le=MAX_ID)]


class TakeBack(Command):
    """`reason` is for the team; `version` is the order as it was seen, after the move that is taken back."""

    version: Annotated[int, Field(ge=1, le=MAX_ID)]
    reason: Annotated[Text, Field(max_length=2000)] | None = None


class TakeBackMany(Command):
    """The orders of one move."""

    orders: Annotated[list[Seen], Field(min_length=1, max_length=100)]


class MoveMany(Command):
    """One move for several orders."""

    status: Annotated[Status, Field(strict=False)]
    orders: Annotated[list[Seen], Field(min_length=1, max_length=100)]


class AddNote(Command):
    """What the team should know of an order."""

    notes: Annotated[Text, Field(min_length=1, max_length=2000)]


def idempotency_key(header: str | None) -> str | None:
    """The Idempotency-Key header, checked. Raises Invalid over 128 characters or outside printable ASCII."""
    if header is None:
        return None
    key = header.strip()
    if not 1 <= len(key) <= MAX_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(t("errors.invalid"), errors=[FieldError("Idempotency-Key", t("orders.bad_key"))])
    return key
