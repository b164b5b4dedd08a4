"""What an admin asks of a product."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field

from printalma.lib import money
from printalma.lib.amounts import read_amount
from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.letters import one_line
from printalma.lib.validation import Command, Line, Text, is_blank, whole

MAX_STOCK = 1_000_000
Option = Annotated[Line, Field(min_length=1, max_length=50)]


class SaveProduct(Command):
    """`price` in minor units; `stock` None for untracked.

    `version` and `stockWas` are what the form showed: an unknown version is no product's. A new product has neither.
    """

    name: Annotated[Line, Field(min_length=1, max_length=150)]
    description: Annotated[Text, Field(max_length=2000)] = ""
    price: Annotated[int, Field(ge=0, le=money.MAX_AMOUNT)]
    sizes: Annotated[list[Option], Field(max_length=50)] = Field(default_factory=list)
    colors: Annotated[list[Option], Field(max_length=50)] = Field(default_factory=list)
    stock: Annotated[int, Field(ge=0, le=MAX_STOCK)] | None = None
    active: bool = True
    version: int = 0
    stockWas: int | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, str], currency: str) -> Self:
        """The command that a form's texts describe: "29,90", "S, M, L", an empty stock for untracked."""
        wrong: list[FieldError] = []
        price = read_amount("price", form.get("price", ""), currency, wrong)
        counted = form.get("stock", "").strip()
        stock = whole(counted)
        if counted and stock is None:
            wrong.append(FieldError("stock", t("fields.whole_number")))
        fields: dict[str, Any] = {
            "name": form.get("name", ""),
            "description": form.get("description", ""),
            "price": price,
            "sizes": _options(form.get("sizes", "")),
            "colors": _options(form.get("colors", "")),
            "stock": stock,
            "active": form.get("active") == "on",
            "version": whole(form.get("version")) or 0,
            "stockWas": whole(form.get("stock_was")),
        }
        return cls._all_or_errors(fields, wrong)

    def columns(self) -> dict[str, Any]:
        """What a product's row says."""
        return self.model_dump(exclude={"version", "stockWas"})

    @classmethod
    def _all_or_errors(cls, fields: dict[str, Any], wrong: list[FieldError]) -> Self:
        try:
            command = cls.parse(fields)
        except Invalid as invalid:
            raise Invalid(invalid.message, errors=wrong + invalid.errors) from None
        if wrong:
            raise Invalid(t("errors.invalid"), errors=wrong)
        return command


class SetStock(Command):
    """`was` is the count that was shown, `stock` the one that was typed over it."""

    was: Annotated[int, Field(ge=0)]
    stock: Annotated[int, Field(ge=0, le=MAX_STOCK)]

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> Self:
        """The command that a form's digits describe. Raises Invalid."""
        return cls.parse({"was": whole(form.get("was")), "stock": whole(form.get("stock"))})


def _options(listed: str) -> list[str]:
    return [option.strip() for option in one_line(listed).split(",") if not is_blank(option)]
