"""What somebody says of papers that they have printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from printalma.dashboard.selection import MAX_ORDERS
from printalma.lib.errors import Invalid
from printalma.lib.i18n import t
from printalma.lib.validation import whole
from printalma.orders.printed import Kind, Was


@dataclass(frozen=True)
class Printed:
    """`orders` are on a paper of this kind that says what they were up to the event `since`."""

    kind: Kind
    orders: Sequence[int]
    since: int

    @classmethod
    def parse(cls, form: Mapping[str, str], orders: Sequence[str]) -> Self:
        """Raises Invalid."""
        found = [whole(order_id) for order_id in orders]
        since = whole(form.get("since"))
        if since is None or not 1 <= len(found) <= MAX_ORDERS:
            raise _unreadable()
        return cls(_kind(form), _known(found), since)


@dataclass(frozen=True)
class NotPrinted:
    """`orders` are not printed, after all, and are again what they were."""

    kind: Kind
    orders: Mapping[int, Was]

    @classmethod
    def parse(cls, form: Mapping[str, str], orders: Sequence[str]) -> Self:
        """As a form says them, "12:0". Raises Invalid."""
        pairs = [order.partition(":") for order in orders]
        was = [whole(was) for _, _, was in pairs]
        is_sound = whole(form.get("since")) is not None and set(was) <= {*Was}
        if not (is_sound and 1 <= len(pairs) <= MAX_ORDERS):
            raise _unreadable()
        ids = _known([whole(order_id) for order_id, _, _ in pairs])
        return cls(_kind(form), {order_id: Was(each or 0) for order_id, each in zip(ids, was, strict=True)})


def _kind(form: Mapping[str, str]) -> Kind:
    try:
        return Kind(form.get("as", ""))
    except ValueError:
        raise _unreadable() from None


def _known(found: Sequence[int | None]) -> list[int]:
    if None in found or len({*found}) != len(found):
        raise _unreadable()
    return [order_id for order_id in found if order_id is not None]


def _unreadable() -> Invalid:
    return Invalid(t("papers.unreadable"))
