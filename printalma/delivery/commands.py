"""What an admin asks of delivery and of the ways to pay."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from printalma.delivery.models import MAX_ID, PROVIDERS, Kind
from printalma.lib import money
from printalma.lib.amounts import read_amount
from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.letters import one_line, plain
from printalma.lib.validation import NOT_SHOWN, Command, Line, Shown, is_blank, whole

MAX_PLACES = 300  # countries of a place abroad: there are fewer
MAX_TIME = 999
MAX_LABEL = 100


def _https(address: str) -> str:
    if not address.startswith("https://") or not address.isascii() or " " in address:
        raise PydanticCustomError("https", "not an https address")
    return address


Name = Annotated[Line, Field(min_length=1, max_length=100)]
Price = Annotated[int, Field(ge=0, le=money.MAX_AMOUNT // 100)]
Time = Annotated[int, Field(ge=0, le=MAX_TIME)]
Logo = Annotated[Line, Field(max_length=500), AfterValidator(_https)]
Places = Annotated[list[Name], Field(max_length=MAX_PLACES)]
Unit = Literal["heures", "jours"]


class Save(Command):
    """A setting as it shall be. `version` is the one that the form showed; what is new has none."""

    kind: ClassVar[Kind]
    version: Shown = NOT_SHOWN
    active: bool = True

    @classmethod
    def from_form(cls, form: Mapping[str, str], currency: str) -> Self:
        """The command that a form's texts, or a file's cells, describe. Raises Invalid."""
        wrong: list[FieldError] = []
        read = {name: _read(name, form, currency, wrong) for name in cls.model_fields}
        fields = {name: value for name, value in read.items() if value is not None}
        wrong += cls._odd_times(fields) if not wrong else []
        try:
            command = cls.parse(fields)
        except Invalid as invalid:
            known = {error.field for error in wrong}
            more = [error for error in invalid.errors if error.field not in known]
            raise Invalid(invalid.message, errors=wrong + more) from None
        if wrong:
            raise Invalid(t("errors.invalid"), errors=wrong)
        return command

    @property
    def key(self) -> str:
        """What no two settings of a kind have in common."""
        return plain(self.columns()["name"])

    def columns(self) -> dict[str, Any]:
        """What a setting's row says."""
        return self.model_dump(exclude={"version"})

    @classmethod
    def _odd_times(cls, fields: Mapping[str, Any]) -> list[FieldError]:
        least, most = fields.get("time_min"), fields.get("time_max")
        is_odd = (least is None) != (most is None) or (least is not None and least > most)
        return [FieldError("time_max", t("delivery.odd_times"))] if is_odd else []


class SaveCity(Save):
    kind = Kind.CITY
    name: Name
    category: Literal["centre", "residential", "popular", "suburb"]
    zone_type: Literal["dakar-ville", "banlieue"]
    price: Price
    is_free: bool = False
    time_min: Time | None = None
    time_max: Time | None = None
    time_unit: Unit = "heures"

    def columns(self) -> dict[str, Any]:
        return super().columns() | {"kind": self.kind.value, "places": []}


class SaveRegion(Save):
    kind = Kind.REGION
    name: Name
    places: Places = Field(default_factory=list)
    price: Price
    time_min: Time | None = None
    time_max: Time | None = None
    time_unit: Unit = "jours"

    def columns(self) -> dict[str, Any]:
        return super().columns() | {"kind": self.kind.value, "is_free": False}


class SaveAbroad(Save):
    """Its times are days: front ends add the word themselves, and have none for a time that is not there."""

    kind = Kind.ABROAD
    name: Name
    places: Annotated[list[Name], Field(min_length=1, max_length=MAX_PLACES)]
    price: Price
    time_min: Time
    time_max: Time

    def columns(self) -> dict[str, Any]:
        return super().columns() | {"kind": self.kind.value, "is_free": False, "time_unit": "jours"}


class SaveCarrier(Save):
    kind = Kind.CARRIER
    name: Name
    logo: Logo | None = None


class SaveTariff(Save):
    kind = Kind.TARIFF
    place_id: Annotated[Line, Field(min_length=1, max_length=MAX_ID)]
    carrier_id: Annotated[Line, Field(min_length=1, max_length=MAX_ID)]
    price: Price
    standard_price: Price | None = None
    time_min: Time
    time_max: Time

    @property
    def key(self) -> str:
        return f"{self.place_id} {self.carrier_id}"


COMMANDS: dict[Kind, type[Save]] = {
    each.kind: each for each in (SaveCity, SaveRegion, SaveAbroad, SaveCarrier, SaveTariff)
}


class OfferPayments(Command):
    """The ways to pay on offer, and what the one of no known name is called. `version` is theirs as it was shown."""

    version: Shown = NOT_SHOWN
    offered: Annotated[frozenset[str], Field(min_length=1)]
    label: Annotated[Line, Field(max_length=MAX_LABEL)] | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> Self:
        """The command that a form describes. Raises Invalid where nothing is on offer, or something without a name."""
        offered = frozenset(provider for provider in PROVIDERS if form.get(provider) == "on")
        wrong = [] if offered else [FieldError("offered", t("delivery.payments.none"))]
        if "OTHER" in offered and is_blank(form.get("label")):
            wrong.append(FieldError("label", t("fields.required")))
        if wrong:
            raise Invalid(wrong[0].message, errors=wrong)
        return cls.parse({**form, "offered": offered})


def _read(name: str, form: Mapping[str, str], currency: str, wrong: list[FieldError]) -> Any:
    text = form.get(name, "")
    if name in ("active", "is_free"):
        return text == "on"
    if is_blank(text):
        return 0 if name == "price" and form.get("is_free") == "on" else None
    if name == "places":
        return [part.strip() for part in one_line(text).split(",") if not is_blank(part)]
    if name in ("price", "standard_price"):
        return read_amount(name, text, currency, wrong)
    if name in ("time_min", "time_max"):
        return _read_whole(name, text, wrong)
    return text


def _read_whole(name: str, text: str, wrong: list[FieldError]) -> int | None:
    found = whole(text.strip())
    if found is None:
        wrong.append(FieldError(name, t("fields.whole_number")))
    return found
