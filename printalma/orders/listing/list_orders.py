"""What a list of orders may be asked for."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from printalma.lib.validation import Digits, Line, Query
from printalma.orders.commands import Upto100
from printalma.orders.listing.pagination import Cursor
from printalma.orders.models import Status

_ZONE = re.compile(r"\d\d:?\d\d", re.ASCII)


def _day_or_moment(text: object) -> object:
    """A day (2026-11-23) or a moment (2026-11-23T09:00:00Z), with room for time zones on both sides of the calendar."""
    if not isinstance(text, str) or not text.strip():
        return None
    text = text.strip()
    moment, _, zone = text.rpartition(" ")
    if ":" in moment and _ZONE.fullmatch(zone):
        text = f"{moment}+{zone}"  # a + that was not encoded is a blank in an address
    try:
        found = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        found = date.min
    if not 1970 <= found.year <= 9998:
        raise PydanticCustomError("date", "not a date")
    return found


Day = Annotated[date | datetime | None, BeforeValidator(_day_or_moment)]


class ListOrders(Query):
    page: Annotated[int, Digits, Field(ge=1, le=1_000_000)] = 1
    limit: Annotated[int, Digits, Field(ge=1, le=100)] = 10
    status: Status | None = None
    search: Upto100 = None
    startDate: Day = None
    endDate: Day = None
    sortBy: Literal["createdAt", "updatedAt", "totalAmount", "status", "orderNumber"] = "createdAt"
    sortOrder: Literal["asc", "desc"] = "desc"
    cursor: Annotated[Line, Field(max_length=200)] | None = None

    def after(self) -> Cursor | None:
        """Where the page before ended, when the front end goes on from there."""
        return Cursor.parse(self.cursor, self.sortBy) if self.cursor else None

    @field_validator("cursor")
    @classmethod
    def _of_this_sort(cls, word: str | None, info: ValidationInfo) -> str | None:
        if word is not None and Cursor.parse(word, info.data.get("sortBy", "")) is None:
            raise PydanticCustomError("cursor", "not a cursor of this list")
        return word

    @model_validator(mode="before")
    @classmethod
    def _any_case(cls, fields: Any) -> Any:
        order = fields.get("sortOrder")
        return fields | {"sortOrder": order.lower()} if isinstance(order, str) else fields
