"""What is asked of the printer: which orders, as which paper, on paper of what size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from printalma.accounts.actor import Actor
from printalma.accounts.policy import DASHBOARD
from printalma.config import settings
from printalma.db import Connection
from printalma.orders import selection
from printalma.orders.detail_page import OrderPage, came_from
from printalma.orders.listing import page as pages
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.listing.pagination import SORTS, Cursor
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
    """What is printed: these orders, in this order, as `kind`, on `paper`. `kinds` are those that may be asked for.
    `rest` is where the list goes on, of which these are the first; None when they are all."""

    ids: tuple[int, ...]
    kind: Kind
    paper: str
    filters: OrderFilters
    kinds: Sequence[Kind]
    is_all: bool = False
    rest: Cursor | None = None

    @property
    def papers(self) -> Sequence[str]:
        return SIZES[self.kind]

    def without(self, orders: Sequence[OrderRow]) -> str | None:
        """Where the others are printed; None when there are none."""
        left_out = {order.id for order in orders}
        ids = tuple(order_id for order_id in self.ids if order_id not in left_out)
        return self.address(ids=ids, is_all=False) if ids else None

    def as_kind(self, kind: Kind) -> str:
        """The same orders as another paper, of the size that is usual for it."""
        return self.address(kind=kind, paper=None)

    def address(self, **changes: Any) -> str:
        """The same orders on other paper."""
        asked = replace(self, **changes)
        named = {"as": asked.kind.value, "paper": asked.paper, "list": asked.filters.query() or None}
        which = {"all": 1} if asked.is_all else {"ids": ",".join(map(str, asked.ids))}
        return url_for("paper.orders_on_paper", **which, **named)

    @property
    def next(self) -> str | None:
        """Where the list's next orders are printed."""
        return self.address(filters=replace(self.filters, after=self.rest, before=None)) if self.rest else None

    @property
    def back(self) -> str:
        """Where one came from: the order, or the list of several; the workshop has one page."""
        if not self.filters.sight.is_team:
            return url_for("atelier.page", order=self.ids[0] if len(self.ids) == 1 else None)
        is_one = len(self.ids) == 1 and not self.is_all
        return OrderPage(self.ids[0], self.filters).address() if is_one else self.filters.address()


def parse(connection: Connection, query: Mapping[str, list[str]], cookies: Mapping[str, str], actor: Actor) -> Print:
    """What an address asks for. Raises Invalid where it names no orders, or too many of them."""
    one = {name: values[0] for name, values in query.items() if values}
    kinds = tuple(Kind) if actor.may(DASHBOARD) else _FOR_THE_PRESS
    kind = next((kind for kind in kinds if kind == one.get("as")), kinds[0])
    wanted = (one.get("paper"), cookies.get(cookie_of(kind)))
    paper = next((paper for paper in wanted if paper in SIZES[kind]), SIZES[kind][0])
    filters = came_from(query, actor.page_sight)
    found = Print((), kind, str(paper), filters, kinds)
    if one.get("all") != "1":
        return replace(found, ids=selection.ids(query.get("ids", [])))
    ids, rest = _first(connection, filters)
    return replace(found, ids=ids, rest=rest, is_all=True)


def cookie_of(kind: Kind) -> str:
    """Where a device keeps on what it prints that."""
    return f"paper_{kind}"


def _first(connection: Connection, filters: OrderFilters) -> tuple[tuple[int, ...], Cursor | None]:
    """As many orders of the list as are printed at once, from its page on, and where it goes on."""
    most = selection.MAX_ORDERS
    every = pages.matching(connection, filters, settings().shop_tz, chunk=most + 1, place=filters.after)
    orders = next(every, ())
    rest = SORTS[filters.sort].place_of(orders[most - 1]) if len(orders) > most else None
    return tuple(order.id for order in orders[:most]), rest
