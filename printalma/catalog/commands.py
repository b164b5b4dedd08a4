"""What an admin asks of a product."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field

from printalma.catalog.variants import Variant
from printalma.lib import lengths, money
from printalma.lib.amounts import read_amount
from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.letters import one_line
from printalma.lib.validation import NOT_SHOWN, Command, Line, Shown, Text, is_blank, whole

MAX_STOCK = 1_000_000
MAX_VARIANTS = 500
MAX_PRINT_WIDTH = 10_000  # mm
Option = Annotated[Line, Field(min_length=1, max_length=50)]


class VariantCount(Command):
    """A size and a colour, "" for none, the count that was shown and the one that was typed; None is not counted."""

    size: Annotated[Line, Field(max_length=50)]
    color: Annotated[Line, Field(max_length=50)]
    was: int | None
    stock: Annotated[int, Field(ge=0, le=MAX_STOCK)] | None


class SaveProduct(Command):
    """`price` in minor units; `stock` None for untracked. `byVariant`: its `variants` are counted, and `stock` is not
    asked for. `printWidth` in millimetres.

    `version`, `stockWas` and a variant's `was` are what the form showed: an unknown version is no product's. A new
    product has none of them.
    """

    name: Annotated[Line, Field(min_length=1, max_length=150)]
    description: Annotated[Text, Field(max_length=2000)] = ""
    price: Annotated[int, Field(ge=0, le=money.MAX_AMOUNT)]
    sizes: Annotated[list[Option], Field(max_length=50)] = Field(default_factory=list)
    colors: Annotated[list[Option], Field(max_length=50)] = Field(default_factory=list)
    stock: Annotated[int, Field(ge=0, le=MAX_STOCK)] | None = None
    byVariant: bool = False
    variants: Annotated[list[VariantCount], Field(max_length=MAX_VARIANTS)] = Field(default_factory=list)
    printWidth: Annotated[int, Field(ge=1, le=MAX_PRINT_WIDTH)] | None = None
    active: bool = True
    version: Shown = NOT_SHOWN
    stockWas: int | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, str], currency: str) -> Self:
        """The command that a form's texts describe: "29,90", "S, M, L", an empty stock for untracked."""
        wrong: list[FieldError] = []
        price = read_amount("price", form.get("price", ""), currency, wrong)
        by_variant = form.get("by_variant") == "on"
        sizes, colors = _options(form, "sizes", wrong), _options(form, "colors", wrong)
        variants = _variants(form, wrong) if by_variant else []
        if by_variant and not (sizes or colors or variants):
            wrong.append(FieldError("by_variant", t("catalog.no_variants")))
        fields: dict[str, Any] = {
            "name": form.get("name", ""),
            "description": form.get("description", ""),
            "price": price,
            "sizes": sizes,
            "colors": colors,
            "stock": _count(form, "stock", wrong),
            "byVariant": by_variant,
            "variants": variants,
            "printWidth": _width(form, wrong),
            "active": form.get("active") == "on",
            "version": form.get("version"),
            "stockWas": whole(form.get("stock_was")),
        }
        return cls._all_or_errors(fields, wrong)

    def columns(self) -> dict[str, Any]:
        """What a product's row says."""
        asked = self.model_dump(exclude={"version", "stockWas", "variants", "byVariant", "printWidth"})
        return asked | {"by_variant": self.byVariant, "print_width": self.printWidth}

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


def _count(form: Mapping[str, str], name: str, wrong: list[FieldError]) -> int | None:
    typed = form.get(name, "").strip()
    found = whole(typed)
    if typed and found is None:
        wrong.append(FieldError(name, t("fields.whole_number")))
    return found


def _width(form: Mapping[str, str], wrong: list[FieldError]) -> int | None:
    typed = form.get("printWidth", "").strip()
    found = lengths.read_centimetres(typed)
    if typed and found not in range(1, MAX_PRINT_WIDTH + 1):
        wrong.append(FieldError("printWidth", t("fields.centimetres")))
        return None
    return found


def _variants(form: Mapping[str, str], wrong: list[FieldError]) -> list[dict[str, Any]]:
    """The counts of a form's grid, whose cells are numbered."""
    return [
        {
            "size": form.get(f"size_{n}", ""),
            "color": form.get(f"color_{n}", ""),
            "was": whole(form.get(f"was_{n}")),
            "stock": _count(form, f"stock_{n}", wrong),
        }
        for n in range(MAX_VARIANTS)
        if f"stock_{n}" in form
    ]


def _options(form: Mapping[str, str], name: str, wrong: list[FieldError]) -> list[str]:
    """What a list with commas names. Two that an order could not tell apart ("Noir", "noir") are one too many."""
    found = [option.strip() for option in one_line(form.get(name, "")).split(",") if not is_blank(option)]
    known: set[Variant] = set()
    for option in found:
        folded = Variant(option, "").folded
        if folded in known:
            wrong.append(FieldError(name, t("catalog.twice", option=option)))
            break
        known.add(folded)
    return found
