"""What an admin asks of the shop's settings."""

from collections.abc import Mapping
from typing import Annotated, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from printalma.lib import money, phones
from printalma.lib.validation import NOT_SHOWN, Command, Line, Shown, Text, whole

MAX_LOW_STOCK = 10_000
MAX_REASONS, MAX_REASON = 30, 100  # lines, and the characters of each
MAX_ADDRESS = 6  # lines: more leave no room for the customer's
MAX_QUANTITY = 99_900  # of one product in an order: a hundred lines of 999
MAX_DPI = 2_400
MAX_HOURS = 9_999
# The fields of the form, and the columns that they are saved in: a setting more is one line more.
WAITS = {
    "confirmLate": "confirm_late",
    "confirmOverdue": "confirm_overdue",
    "sendLate": "send_late",
    "sendOverdue": "send_overdue",
}
COUNTS = {"lowStock": "low_stock", "mostPerProduct": "most_per_product", "minDpi": "min_dpi", **WAITS}
TEXTS = {name: name for name in ("name", "currency", "zone", "country", "reasons", "address", "phone")}
COLUMNS = TEXTS | COUNTS
ZONES = frozenset(available_timezones())  # once: looking walks through the files of the system


def _currency(code: str) -> str:
    if not money.known(code):
        raise PydanticCustomError("currency", "not a currency")
    return code


def _zone(name: str) -> str:
    if name not in ZONES:
        raise PydanticCustomError("zone", "not a time zone")
    return name


def _country(region: str) -> str:
    if region not in phones.countries(money.LOCALE):
        raise PydanticCustomError("country", "not a country")
    return region


def _reasons(text: str) -> str:
    lines = list(dict.fromkeys(line for line in map(str.strip, text.splitlines()) if line))
    if len(lines) > MAX_REASONS or any(len(line) > MAX_REASON for line in lines):
        raise PydanticCustomError("reasons", "not reasons", {"lines": MAX_REASONS, "length": MAX_REASON})
    return "\n".join(lines)


def _address(text: str) -> str:
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    if len(lines) > MAX_ADDRESS:
        raise PydanticCustomError("lines", "too many lines", {"most": MAX_ADDRESS})
    return "\n".join(lines)


Hours = Annotated[int, Field(ge=0, le=MAX_HOURS)]


class ChangeShop(Command):
    """`lowStock`: a product with as many or fewer left is marked. `mostPerProduct`: of one order; 0 is no limit.
    `minDpi`: a picture with fewer dots an inch is marked; 0 marks none. No `country`: the time zone's. `reasons` for
    which orders are lost, a line each; none: the usual ones. `address` and `phone` stand on papers. WAITS are hours.
    `version` is the settings' that were shown; an unknown one is nobody's."""

    version: Shown = NOT_SHOWN

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    currency: Annotated[str, AfterValidator(_currency)]
    zone: Annotated[str, AfterValidator(_zone)]
    country: Annotated[str, AfterValidator(_country)] | None = None
    lowStock: Annotated[int, Field(ge=0, le=MAX_LOW_STOCK)]
    reasons: Annotated[Text, AfterValidator(_reasons)] | None = None
    address: Annotated[Text, Field(max_length=400), AfterValidator(_address)] | None = None
    phone: Annotated[Line, Field(max_length=60)] | None = None
    mostPerProduct: Annotated[int, Field(ge=0, le=MAX_QUANTITY)]
    minDpi: Annotated[int, Field(ge=0, le=MAX_DPI)]
    confirmLate: Hours
    confirmOverdue: Hours
    sendLate: Hours
    sendOverdue: Hours

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> Self:
        """The command that a form's texts describe. Raises Invalid."""
        return cls.parse({**form, **{name: whole(form.get(name)) for name in COUNTS}})

    def columns(self) -> dict[str, str | int | None]:
        """What the shop's row says."""
        return {column: getattr(self, name) for name, column in COLUMNS.items()}
