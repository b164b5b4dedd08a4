"""Which papers of an order are printed, and which of these it is not any more as it was printed: whoever holds an old
one sends a parcel to where the customer has moved from."""

from collections.abc import Mapping, Sequence
from enum import IntEnum, StrEnum
from functools import lru_cache

from printalma.events.types import OrderNotPrinted, OrderPrinted
from printalma.lib.i18n import t
from printalma.orders.queries import ItemRow, OrderRow


class Kind(StrEnum):
    """A delivery note, a sheet for the workshop, a list of what is fetched from the shelves for several orders."""

    SLIP = "slip"
    SHEET = "sheet"
    PICK = "pick"

    @property
    def place(self) -> int:
        """Its lower bit in `orders.printed`, which has two for each."""
        return 2 * [*Kind].index(self)


class Was(IntEnum):
    """How far a paper is printed."""

    NEVER = 0
    AS_IT_IS = 1
    BEFORE = 2  # the order says something else since


CURRENT = {kind: Was.AS_IT_IS << kind.place for kind in Kind}
_OF_ITEMS = ("product_name", "quantity", "size", "color", "reference")
_OF_ORDER: dict[Kind, tuple[str, ...]] = {
    Kind.SLIP: (
        *("customer", "shipping_name", "shipping_company", "shipping_street", "shipping_apartment", "shipping_city"),
        *("shipping_region", "shipping_postal_code", "shipping_country", "phone", "notes"),
        *("carrier", "tracking_number", "delivery_time"),
        *("shipping_amount", "total", "paid", "payment_status", "payment_method"),
    ),
    Kind.SHEET: ("customer", "shipping_city", "notes"),
    Kind.PICK: (),
}


def read(printed: int, kind: Kind) -> Was:
    return Was(printed >> kind.place & 3)


def noted(printed: int, kind: Kind, was: Was) -> int:
    """The same with this said of `kind`."""
    return printed & ~(3 << kind.place) | was << kind.place


def since(before: OrderRow, after: OrderRow) -> int:
    """What is left of an order's papers once it has become `after`, but for its lines."""
    found = after.printed
    for kind, names in _OF_ORDER.items():
        if any(getattr(before, name) != getattr(after, name) for name in names):
            found = _outdated(found, kind)
    return found


def since_lines(printed: int, before: Sequence[ItemRow], after: Sequence[ItemRow]) -> int:
    """What is left of them once an order has these lines."""
    if [_shown(item) for item in before] == [_shown(item) for item in after]:
        return printed
    for kind in Kind:
        printed = _outdated(printed, kind)
    return printed


@lru_cache(maxsize=64)  # all that there are
def named(printed: int) -> Mapping[str, Sequence[Kind]]:
    """The papers that are `printed`, and those to be printed `again`."""
    by = {was: tuple(kind for kind in Kind if read(printed, kind) == was) for was in Was}
    return {"printed": by[Was.AS_IT_IS], "again": by[Was.BEFORE]}


def sentence(event: OrderPrinted) -> str:
    """What happened, in words."""
    is_not = isinstance(event, OrderNotPrinted)
    return t(f"papers.not_happened.{event.paper}") if is_not else t(f"papers.happened.{event.paper}")


def _outdated(printed: int, kind: Kind) -> int:
    return noted(printed, kind, Was.BEFORE) if read(printed, kind) == Was.AS_IT_IS else printed


def _shown(item: ItemRow) -> tuple[object, ...]:
    return tuple(getattr(item, name) for name in _OF_ITEMS)
