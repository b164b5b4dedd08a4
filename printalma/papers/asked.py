"""What is asked of the printer: which orders, as which paper, on paper of what size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from printalma.accounts.actor import Actor
from printalma.accounts.policy import DASHBOARD
from printalma.dashboard import selection
from printalma.dashboard.detail_page import OrderPage, came_from
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.printed import Kind
from printalma.orders.queries import OrderRow
from printalma.web.routing import url_for

# On what each is printed; the first is what a device prints on that has chosen nothing. "a4x4": four to a page.
SIZES = {
    Kind.SLIP: ("a4", "a4x2", "a4x4", "label", "80mm"),
    Kind.SHEET: ("a4", "80mm"),
    Kind.PICK: ("a4", "80mm"),
}
# A slip and the press: what the press prints says no price.
_FOR_THE_PRESS = (Kind.SHEET, Kind.PICK)


@dataclass(frozen=True)
class Print:
    """What is printed: these orders, in this order, as `kind`, on `paper`. `kinds` are those that may be asked for."""

    ids: tuple[int, ...]
    kind: Kind
    paper: str
    filters: OrderFilters
    kinds: Sequence[Kind]

    @property
    def papers(self) -> Sequence[str]:
        return SIZES[self.kind]

    def without(self, orders: Sequence[OrderRow]) -> str | None:
        """Where the others are printed; None when there are none."""
        left_out = {order.id for order in orders}
        ids = tuple(order_id for order_id in self.ids if order_id not in left_out)
        return self.address(ids=ids) if ids else None

    def as_kind(self, kind: Kind) -> str:
        """The same orders as another paper, of the size that is usual for it."""
        return self.address(kind=kind, paper=None)

    def address(self, **changes: Any) -> str:
        """The same orders on other paper."""
        asked = replace(self, **changes)
        named = {"ids": ",".join(map(str, asked.ids)), "as": asked.kind.value, "paper": asked.paper}
        return url_for("paper.orders_on_paper", **named, list=self.filters.query() or None)

    @property
    def back(self) -> str:
        """Where one came from: the order, or the list of several; the workshop has one page."""
        if not self.filters.sight.is_team:
            return url_for("atelier.page", order=self.ids[0] if len(self.ids) == 1 else None)
        return OrderPage(self.ids[0], self.filters).address() if len(self.ids) == 1 else self.filters.address()


def parse(query: Mapping[str, list[str]], cookies: Mapping[str, str], actor: Actor) -> Print:
    """What an address asks for. Raises Invalid where it names no orders, or too many of them."""
    one = {name: values[0] for name, values in query.items() if values}
    kinds = tuple(Kind) if actor.may(DASHBOARD) else _FOR_THE_PRESS
    kind = next((kind for kind in kinds if kind == one.get("as")), kinds[0])
    wanted = (one.get("paper"), cookies.get(cookie_of(kind)), SIZES[kind][0])
    paper = next(paper for paper in wanted if paper in SIZES[kind])
    return Print(selection.ids(query.get("ids", [])), kind, str(paper), came_from(query, actor.page_sight), kinds)


def cookie_of(kind: Kind) -> str:
    """Where a device keeps on what it prints that."""
    return f"paper_{kind}"
