"""What clients and admins ask of orders (docs/contract.md, "Orders").

A new order is read leniently: each field holds what is nearest to what a front end sent, and only what is no order at
all is refused (docs/contract.md, "Marks").
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field

from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.lenient import as_line, as_list, as_nearest, as_object, as_text, as_whole
from printalma.lib.validation import NOT_SHOWN, Command, Line, Shown, Text, email_address, whole
from printalma.orders.models import Status

MAX_KEY = 128
MAX_ID = 2**53 - 1  # the largest whole number that JSON carries safely everywhere (RFC 8259, 6)
MAX_LINES, MAX_QUANTITY = 300, 999
PLAIN = frozenset(("productId", "quantity", "unitPrice", "size", "color", "colorId"))  # of what a line says
MAX_PAYMENT = 100  # characters: an index leads through it

Upto100 = Annotated[Line, Field(max_length=100)] | None
Upto150 = Annotated[Line, Field(max_length=150)] | None
Payment = Literal["CASH_ON_DELIVERY", "PAYTECH", "PAYDUNYA", "ORANGE_MONEY", "WAVE", "OTHER"]
PAYMENTS: tuple[str, ...] = get_args(Payment)
CASH_ON_DELIVERY: Payment = "CASH_ON_DELIVERY"

Means = Literal["CASH", "WAVE", "ORANGE_MONEY", "TRANSFER", "CARD", "OTHER"]  # by which money changes hands
MEANS: tuple[str, ...] = get_args(Means)


@dataclass(frozen=True, slots=True)
class Address:
    """Where to, and for whom. An address that came in one line, or as no object, is its street."""

    name: str = ""
    company: str | None = None
    street: str | None = None
    apartment: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    in_one_line: bool = False

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        given = next((value for value in _addresses(fields) if isinstance(value, dict)), None)
        if given is None:
            lines = map(as_line, _addresses(fields))
            return cls(street=next((line for line in lines if line), None), in_one_line=True)
        names = as_line(given.get("firstName")), as_line(given.get("lastName"))
        return cls(
            name=" ".join(name for name in names if name),
            company=as_line(given.get("company")),
            street=as_line(given.get("street")),
            apartment=as_line(given.get("apartment")),
            city=as_line(given.get("city")),
            region=as_line(given.get("region")),
            postal_code=as_line(given.get("postalCode")),
            country=as_line(given.get("country")),
        )

    @property
    def leads_somewhere(self) -> bool:
        return any((self.street, self.apartment, self.city, self.region, self.postal_code, self.company))


def _addresses(fields: Mapping[str, Any]) -> tuple[Any, Any]:
    return fields.get("shippingDetails"), fields.get("shippingAddress")


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a cart. `sent` is all that a front end said of it; a line that is no object is only a `text`."""

    sent: Mapping[str, Any]
    text: str | None
    quantity: int
    size: str | None
    color: str | None
    color_id: int | None

    @classmethod
    def of(cls, value: Any) -> Self:
        sent = as_object(value)
        return cls(
            sent=sent,
            text=None if isinstance(value, dict) else as_line(value),
            quantity=as_nearest(sent.get("quantity"), 1, MAX_QUANTITY) or 1,
            size=as_line(sent.get("size")),
            color=as_line(sent.get("color")),
            color_id=as_whole(sent.get("colorId"), MAX_ID),
        )

    @property
    def is_plain(self) -> bool:
        """Whether nothing was said of it but what every article has: there is no artwork to look for."""
        return self.sent.keys() <= PLAIN

    @property
    def quantity_is_clear(self) -> bool:
        return as_whole(self.sent.get("quantity"), MAX_ID) == self.quantity


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """`sent` is all that a front end said."""

    sent: Mapping[str, Any]
    address: Address
    phone: str
    email: str | None
    notes: str | None
    items: tuple[Item, ...]
    payment_method: str

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> Self:
        """The order that `fields` describe. Raises Invalid when it is none: nowhere to bring it and nobody to call, no
        line, or too many."""
        address, phone = Address.of(fields), as_line(fields.get("phoneNumber")) or ""
        wrong = [] if phone or address.leads_somewhere else [FieldError("phoneNumber", t("orders.no_address"))]
        lines = lines_of(fields.get("orderItems"))
        if not lines:
            wrong.append(FieldError("orderItems", t("fields.too_few", min_length=1)))
        elif len(lines) > MAX_LINES:
            wrong.append(FieldError("orderItems", t("fields.too_many", max_length=MAX_LINES)))
        if wrong:
            raise Invalid(t("errors.invalid"), errors=wrong)
        return cls(
            sent=fields,
            address=address,
            phone=phone,
            email=_email(fields.get("email")),
            notes=as_text(fields.get("notes")),
            items=tuple(map(Item.of, lines)),
            payment_method=payment_of(fields.get("paymentMethod")),
        )


def lines_of(value: Any) -> list[Any]:
    """The lines of a cart; one that is not in a list is one, too."""
    if isinstance(value, dict | str) and value:
        value = [value]
    return [line for line in as_list(value) if line is not None and line != ""]


def _email(value: Any) -> str | None:
    written = as_line(value)
    return written and (email_address(written) or written)


def payment_of(value: Any) -> str:
    """A method that we know by the name that we have for it, any other by its own."""
    named = (as_line(value) or CASH_ON_DELIVERY)[:MAX_PAYMENT].strip()
    return named.upper() if named.upper() in PAYMENTS else named


def _status(value: Any) -> Any:
    """Some front ends call an order that has arrived completed."""
    return Status.DELIVERED.value if value == "COMPLETED" else value


class Said(Command):
    """What may be said with a move: `reason` and `notes` to the team; a carrier and a tracking number that are not
    given stay as they are."""

    reason: Upto100 = None
    notes: Annotated[Text, Field(max_length=2000)] | None = None
    carrier: Upto100 = None
    trackingNumber: Upto100 = None


class ChangeStatus(Said):
    """`version` is the order as its admin saw it."""

    status: Annotated[Status, Field(strict=False), BeforeValidator(_status)]
    version: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None


class ChangeShown(ChangeStatus):
    """The same by a page's form, which says the version in digits; without one it is nobody's."""

    version: Shown = NOT_SHOWN


class Answers(Said):
    """What somebody of the team says whom the dashboard asked; `collected`: the rest was paid at the door."""

    collected: bool = False

    def to(self, move: ChangeStatus) -> ChangeStatus:
        """The move with all that is said to it."""
        return move.model_copy(update=self.model_dump(exclude={"collected"}))


class Seen(Command):
    """An order as its admin saw it."""

    id: Annotated[int, Field(ge=1, le=MAX_ID)]
    version: Annotated[int, Field(ge=1, le=MAX_ID)]


def seen(text: str) -> Mapping[str, int | None]:
    """The fields of Seen, as a form says them: "12:3"."""
    order_id, _, version = text.partition(":")
    return {"id": whole(order_id), "version": whole(version)}


class TakeBack(Command):
    """`reason` is for the team; `version` is the order as it was seen, after the move that is taken back."""

    version: Shown = NOT_SHOWN
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
    """What the Idempotency-Key header says; one that is too long, or of strange signs, by its hash."""
    key = (header or "").strip()
    if len(key) <= MAX_KEY and key.isascii() and key.isprintable():
        return key or None
    return hashlib.sha256(key.encode("latin-1", "replace")).hexdigest()
