"""What the lists of the API may be asked for (docs/contract.md, "Orders")."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, create_model, field_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from printalma.accounts.policy import Sight
from printalma.lib.validation import DayOrMoment, Digits, Line, Query
from printalma.orders.commands import Upto100
from printalma.orders.listing.choices import CHOICES
from printalma.orders.listing.filters import OrderFilters, chosen_of
from printalma.orders.listing.pagination import Cursor, Keyset


class Asked(Query):
    """What the API's query may say beside CHOICES."""

    page: Annotated[int, Digits, Field(ge=1, le=1_000_000)] = 1
    limit: Annotated[int, Digits, Field(ge=1, le=100)] = 10
    search: Upto100 = None
    startDate: DayOrMoment = None
    endDate: DayOrMoment = None
    sortBy: Literal["createdAt", "updatedAt", "totalAmount", "status", "orderNumber"] = "createdAt"
    sortOrder: Annotated[Literal["asc", "desc"], BeforeValidator(lambda order: str(order).lower())] = "desc"
    cursor: Annotated[Line, Field(max_length=200)] | None = None

    def filters(self, sight: Sight) -> OrderFilters:
        """Among the orders that `sight` leaves to be seen."""
        said = {name: [value] for name in CHOICES if (value := getattr(self, name, None)) is not None}
        period = "custom" if self.startDate or self.endDate else ""
        return OrderFilters(sight, self.search or "", chosen_of(said), period, self.startDate, self.endDate)

    @property
    def keyset(self) -> Keyset:
        """In what order, from the cursor on. What is searched for by words is found by date."""
        sort = "createdAt" if self.search else self.sortBy
        return Keyset(sort, self.sortOrder == "asc", Cursor.parse(self.cursor, sort) if self.cursor else None)

    @field_validator("cursor")
    @classmethod
    def _of_this_sort(cls, word: str | None, info: ValidationInfo) -> str | None:
        sort = "createdAt" if info.data.get("search") else info.data.get("sortBy", "")
        if word is not None and Cursor.parse(word, sort) is None:
            raise PydanticCustomError("cursor", "not a cursor of this list")
        return word


class _OwnAsked(Asked):
    """The same of one's own orders, without words: an order is found by what the team wrote of it, too, and letter by
    letter that could be read."""

    search: Annotated[SkipJsonSchema[None], BeforeValidator(lambda _: None)] = None


def _choices(*names: str) -> dict[str, Any]:
    return {name: (CHOICES[name].kind | None, None) for name in names}


_OF_TEAM = _choices(*(name for name, choice in CHOICES.items() if choice.is_of_api))
# Named one by one: a further filter is the team's until somebody says otherwise.
_OF_CUSTOMER = _choices("status", "payment", "paymentStatus")
ListOrders: type[Asked] = create_model("ListOrders", __base__=Asked, **_OF_TEAM)
ListOwnOrders: type[Asked] = create_model("ListOwnOrders", __base__=_OwnAsked, **_OF_CUSTOMER)
