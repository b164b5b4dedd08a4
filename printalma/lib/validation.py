"""Commands: what somebody asks for, parsed once into a frozen, valid value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.letters import bare, lines, one_line, visible

_BREAKS = r"\u000a-\u000d\u0085\u2028\u2029"  # folded into what the field holds, as tabs are
_CONTROL = r"\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f"  # what no keyboard makes
_SURROGATE = r"\ud800-\udfff"
NOT_IN_A_TEXT = re.compile(f"[{_CONTROL}{_SURROGATE}]")
_NOT_IN_A_SECRET = re.compile(f"[{_SURROGATE}]")
_WHOLE = re.compile("-?[0-9]+")
_OFFSET = re.compile(r"\d\d:?\d\d", re.ASCII)
NOT_SHOWN = -1  # which no version is
_EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\".]+(\.[^@\s<>\".]+)+")


def _one_line(value: str) -> str:
    return one_line(_written(value))


def _several_lines(value: str) -> str:
    return lines(_written(value))


def _written(value: str) -> str:
    """What somebody has written: all that is seen of it, and never what no keyboard makes."""
    if not value.isprintable() and NOT_IN_A_TEXT.search(value):
        raise PydanticCustomError("control_characters", "control characters")
    return visible(value).strip()


def _encodable(value: str) -> str:
    if not value.isascii() and _NOT_IN_A_SECRET.search(value):
        raise PydanticCustomError("control_characters", "control characters")
    return value


def email_address(value: str) -> str | None:
    """The e-mail address that `value` is, as addresses are compared; None for what is none."""
    lower = bare(value).lower()  # which may be longer: "İ" becomes two
    return lower if len(lower) <= 254 and _EMAIL.fullmatch(lower) else None


def _email(value: str) -> str:
    if (found := email_address(value)) is None:
        raise PydanticCustomError("email", "not an e-mail address")
    return found


def day_or_moment(text: object) -> date | None:
    """A day (2026-11-23) or a moment (2026-11-23T09:00:00Z), with room for time zones on both sides of the calendar."""
    text = str(text or "").strip()
    if not text:
        return None
    moment, _, zone = text.rpartition(" ")
    if ":" in moment and _OFFSET.fullmatch(zone):
        text = f"{moment}+{zone}"  # a + that was not encoded is a blank in an address
    try:
        found = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        found = date.min
    if not 1970 <= found.year <= 9998:
        raise PydanticCustomError("date", "not a date")
    return found


def is_blank(value: object) -> bool:
    """Whether a field says nothing."""
    return value is None or (isinstance(value, str) and not visible(value).strip())


def _only_digits(value: object) -> object:
    if isinstance(value, str) and not _WHOLE.fullmatch(value.strip()):
        raise PydanticCustomError("int_type", "not digits")
    return value


def whole(text: str | None) -> int | None:
    """The number that a form's or an address's digits are; None for anything else, or over fifteen digits."""
    return int(text) if text and len(text) <= 15 and text.isascii() and text.isdigit() else None


def shown(version: object) -> int:
    """The version that a form showed. What says none is NOT_SHOWN: who sent it has seen nothing of what is."""
    found = whole(version) if isinstance(version, str) else version
    return found if isinstance(found, int) else NOT_SHOWN


@dataclass(frozen=True, eq=False)
class Says:
    """What a validator written in Python adds to the JSON schema of its values.

    It is compared by identity: Python below 3.13 takes the hash of what stands in an Annotated, and a dict has none.
    """

    more: Mapping[str, Any]

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | dict(self.more)


Line = Annotated[str, AfterValidator(_one_line), Says({"pattern": f"^[^{_CONTROL}{_BREAKS}]*$"})]
Text = Annotated[str, AfterValidator(_several_lines), Says({"pattern": f"^[^{_CONTROL}]*$"})]
Secret = Annotated[str, StringConstraints(strip_whitespace=False), AfterValidator(_encodable)]
Email = Annotated[str, AfterValidator(_one_line), AfterValidator(_email), Says({"format": "email", "maxLength": 254})]
DayOrMoment = Annotated[date | datetime | None, BeforeValidator(day_or_moment)]
Digits = BeforeValidator(_only_digits)  # pydantic alone reads "1_0" and "10.0" as 10
Shown = Annotated[int, BeforeValidator(shown)]  # of a form, so that nobody overwrites what they have not seen


class Command(BaseModel):
    """Strict about types, deaf to unknown fields (docs/contract.md, "Conventions"). An optional field that says
    nothing, as null or as "", is left out: some front ends send every field they have."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", str_strip_whitespace=True)

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> Self:
        """The valid command that `fields` describe. Raises Invalid with one FieldError per wrong field."""
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise Invalid(t("errors.invalid"), errors=field_errors(error)) from None

    @model_validator(mode="before")
    @classmethod
    def _leave_blanks_out(cls, fields: Any) -> Any:
        if not isinstance(fields, dict):
            return fields
        known = cls.model_fields
        blank = [name for name, value in fields.items() if is_blank(value)]
        left_out = {name for name in blank if name in known and not known[name].is_required()}
        return {name: value for name, value in fields.items() if name not in left_out} if left_out else fields


class Query(Command):
    """What an address asks for behind its question mark; its texts are numbers and days, so it is not strict."""

    model_config = Command.model_config | {"strict": False}

    @classmethod
    def parse_query(cls, query: Any) -> Self:
        """The command a query string describes. Raises Invalid."""
        return cls.parse(query.to_dict())


def field_errors(error: ValidationError) -> list[FieldError]:
    """Pydantic's findings in the contract's form: a dotted path and a French sentence each."""
    return [
        FieldError(".".join(map(str, found["loc"])), _sentence(found["type"], found.get("ctx", {})))
        for found in error.errors(include_url=False, include_input=False)
    ]


_SENTENCES = {
    "missing": "required",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "too_few",
    "too_long": "too_many",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_big",
    "int_type": "whole_number",
    "int_from_float": "whole_number",
    "string_type": "text",
    "list_type": "list",
    "tuple_type": "list",
    "model_type": "object",
    "model_attributes_type": "object",
    "literal_error": "one_of",
    "enum": "one_of",
    "control_characters": "control_characters",
    "email": "email",
    "cursor": "cursor",
    "date": "date",
    "currency": "currency",
    "zone": "zone",
    "https": "https",
    "country": "country",
    "push_key": "push_key",
    "time": "time",
    "quiet_hours": "quiet_hours",
    "reasons": "reasons",
    "lines": "lines",
}


def _sentence(kind: str, context: dict[str, Any]) -> str:
    if "expected" in context:  # "'PAYTECH' or 'OTHER'"
        context = context | {"expected": ", ".join(re.findall("'([^']*)'", context["expected"]))}
    if kind in ("too_short", "too_long") and context.get("field_type") == "Value":
        kind = f"string_{kind}"  # a text that a function has looked at is only a "value" to pydantic
    if kind == "string_too_short" and context.get("min_length") == 1:
        kind = "missing"
    return t(f"fields.{_SENTENCES.get(kind, 'wrong')}", **{k: v for k, v in context.items() if k != "error"})
