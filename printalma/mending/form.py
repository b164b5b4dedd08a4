"""The form in which an order is mended: what it shows, and what somebody has changed in it.

Each field comes with what it showed (`was_…`): what was not touched is never sent over what a colleague changed
meanwhile, nor by words that a browser has kept since yesterday.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from printalma.config import settings
from printalma.lib import money
from printalma.lib.validation import shown as shown_version
from printalma.lib.validation import whole
from printalma.orders.models import Status
from printalma.orders.queries import Details

MAX_NEW = 10  # lines that are added at once
NEW = tuple(f"new{n}" for n in range(1, MAX_NEW + 1))
# Of the order, by what the form calls them.
COLUMNS = {
    "name": "shipping_name",
    "phone": "phone",
    "email": "email",
    "company": "shipping_company",
    "street": "shipping_street",
    "apartment": "shipping_apartment",
    "postal_code": "shipping_postal_code",
    "city": "shipping_city",
    "region": "shipping_region",
    "country": "shipping_country",
    "carrier": "carrier",
    "tracking": "tracking_number",
}
OF_CARRIER = {"carrier", "tracking"}


def is_offered(status: Status) -> bool:
    """Whether there is something to mend of an order in this state: of one on its way, who brings it."""
    return status.is_mendable or status == Status.SHIPPED


@dataclass(frozen=True)
class Added:
    """A new line as it was typed; `row` is what its fields end with."""

    row: str
    product: str
    size: str
    color: str
    quantity: str
    price: str

    @classmethod
    def of(cls, form: Mapping[str, str], row: str) -> Self:
        names = ("product", "size", "color", "quantity", "price")
        return cls(row, *(form.get(f"{name}_{row}", "").strip() for name in names))

    @property
    def is_blank(self) -> bool:
        """A quantity alone says nothing: every empty line has one."""
        return not any((self.product, self.size, self.color, self.price))


@dataclass(frozen=True)
class Asked:
    """What somebody wants to be changed. `touched` are the fields that say something else than they showed, `was` what
    each showed; `dropped` are lines."""

    version: int
    reason: str
    zone: str
    touched: Mapping[str, str]
    was: Mapping[str, str]
    dropped: frozenset[int]
    added: tuple[Added, ...]

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Self:
        was = {name.removeprefix("was_"): value for name, value in form.items() if name.startswith("was_")}
        dropped = (whole(name.removeprefix("drop_")) for name in form if name.startswith("drop_"))
        added = (Added.of(form, row) for row in NEW)
        return cls(
            version=shown_version(form.get("version")),
            reason=form.get("reason", ""),
            zone=form.get("zone", ""),
            touched={name: form[name] for name in was if name in form and not _same(form[name], was[name])},
            was=was,
            dropped=frozenset(item_id for item_id in dropped if item_id),
            added=tuple(each for each in added if not each.is_blank),
        )

    @property
    def is_of_carrier(self) -> bool:
        """Whether it is about nothing but who brings the order."""
        return not (self.zone or self.dropped or self.added) and self.touched.keys() <= OF_CARRIER

    def is_outdated(self, details: Details) -> bool:
        """Whether the order says something else since the form showed it, or has not a line of it any more."""
        present = shown(details)
        if self.version != details.order.version or self.dropped - {item.id for item in details.items}:
            return True
        return any(name not in present or not _same(self.was[name], present[name]) for name in self.touched)


def shown(details: Details) -> dict[str, str]:
    """What the form's fields show of an order."""
    order, currency = details.order, settings().shop_currency
    fields = {name: getattr(order, column) or "" for name, column in COLUMNS.items()}
    fields["fee"] = money.typed(order.shipping_amount, currency)
    for item in details.items:
        of_line = {"size": item.size or "", "color": item.color or "", "quantity": str(item.quantity)}
        of_line["price"] = money.typed(item.unit_price, currency)
        fields |= {f"{name}_{item.id}": value for name, value in of_line.items()}
    return fields


def fields(details: Details, form: Mapping[str, str] | None = None) -> tuple[dict[str, str], dict[str, str]]:
    """What the form is drawn with, after a refusal with what was typed; and what the order says by now of fields that
    a colleague has changed under somebody's hands."""
    present, asked = shown(details), Asked.of(form or {})
    kept = {name: value for name, value in asked.touched.items() if name in present}
    meanwhile = {name: present[name] for name in kept if not _same(asked.was[name], present[name])}
    new = {f"quantity_{row}": "1" for row in NEW}
    typed = {name: value for name, value in (form or {}).items() if name.endswith(NEW) or name.startswith("drop_")}
    drawn = present | {f"was_{name}": value for name, value in present.items()} | new | typed | kept
    return drawn | {"reason": asked.reason, "zone": asked.zone, "version": str(details.order.version)}, meanwhile


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()) == " ".join(other.split())
