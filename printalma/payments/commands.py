"""What the team says of money that has changed hands."""

from typing import Annotated, Literal

from pydantic import Field

from printalma.config import settings
from printalma.lib import money
from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.validation import NOT_SHOWN, Command, Line, Shown, Text
from printalma.orders.commands import MAX_PAYMENT, Means, Seen

Typed = Annotated[Line, Field(max_length=40)] | None
Words = Annotated[Text, Field(max_length=2000)] | None


class Pay(Command):
    """Money received: `amount` as it was typed, none for all that is due. `version` is the order as it was seen."""

    version: Shown = NOT_SHOWN
    amount: Typed = None
    means: Means = "CASH"
    note: Words = None


class GiveBack(Pay):
    """Money given back, all that is kept where no `amount` is said; `note` says why. `mistaken`: it never came."""

    note: Annotated[Text, Field(min_length=1, max_length=2000)]
    mistaken: Literal["", "on"] = ""


class PayMany(Command):
    """All that is due of several orders, each as it was seen, by the same means."""

    orders: Annotated[list[Seen], Field(min_length=1, max_length=100)]
    means: Means = "CASH"


class MarkAsPaid(Command):
    """All that is due, by whatever a front end calls the means."""

    paymentMethod: Annotated[Line, Field(max_length=MAX_PAYMENT)] | None = None
    notes: Words = None


def amount_of(typed: str | None, otherwise: int) -> int:
    """The minor units that were typed. Raises Invalid for what is no amount of the shop's currency, or none at all."""
    if typed is None:
        return otherwise
    currency = settings().shop_currency
    found = money.readings(typed, currency)
    if len(found) != 1:
        raise _wrong(t("fields.money", example=money.example(currency)))
    if found[0] == 0:
        raise _wrong(t("paying.zero"))
    return found[0]


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, errors=[FieldError("amount", sentence)])
