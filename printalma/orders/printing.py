"""/dashboard/print: orders on paper, as a slip for the parcel or a sheet for the workshop."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template, request

from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ATELIER, DASHBOARD
from printalma.db import Connection, reading
from printalma.lib.errors import Invalid, NotFound
from printalma.lib.i18n import t
from printalma.lib.validation import whole
from printalma.orders import artwork_paper, history, prints, queries
from printalma.orders.artwork_paper import Paper
from printalma.orders.detail_page import OrderPage, came_from
from printalma.orders.history import Note
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.models import Status
from printalma.orders.queries import Details, ItemRow, OrderRow
from printalma.orders.serializers import address_lines
from printalma.web.routing import url_for

MAX_ORDERS = 100
KINDS = ("slip", "sheet")
VIEWS = {"slip": 1, "sheet": None}  # of a line
PAPERS = ("a4", "80mm")

bp = Blueprint("paper", __name__)


@dataclass(frozen=True)
class Print:
    """What is printed: these orders, in this order, as `kind`, on `paper`."""

    ids: tuple[int, ...]
    kind: str
    paper: str
    filters: OrderFilters

    def without(self, orders: Sequence[OrderRow]) -> str | None:
        """Where the others are printed; None when there are none."""
        left_out = {order.id for order in orders}
        ids = tuple(order_id for order_id in self.ids if order_id not in left_out)
        return self.address(ids=ids) if ids else None

    def address(self, **changes: Any) -> str:
        """The same orders on other paper."""
        asked = replace(self, **changes)
        named = {"ids": ",".join(map(str, asked.ids)), "as": asked.kind, "paper": asked.paper}
        return url_for("paper.orders_on_paper", **named, list=self.filters.query() or None)

    @property
    def back(self) -> str:
        """Where one came from: the order, or the list of several; the workshop has one page."""
        if not self.filters.sight.is_team:
            return url_for("atelier.page", order=self.ids[0] if len(self.ids) == 1 else None)
        return OrderPage(self.ids[0], self.filters).address() if len(self.ids) == 1 else self.filters.address()


@dataclass(frozen=True)
class Printed:
    """An order on paper. `ended`: nothing of it is to be made or sent."""

    order: OrderRow
    ended: bool
    items: Sequence[ItemRow]
    address: Sequence[str]
    notes: Sequence[Note]
    paper: Paper


@bp.get("/dashboard/print")
@access(ATELIER)
def orders_on_paper() -> str:
    """`?ids=1,2,3&as=slip|sheet&paper=a4|80mm`, each order on pages of its own. Ids nobody knows are left out. A slip
    says prices: the workshop's are sheets."""
    actor = signed_in_actor()
    kinds = KINDS if actor.may(DASHBOARD) else ("sheet",)
    asked = Print(
        ids(request.args.getlist("ids")),
        next((kind for kind in kinds if kind == request.args.get("as")), kinds[0]),
        next((paper for paper in PAPERS if paper == request.args.get("paper")), PAPERS[0]),
        came_from(request.args.to_dict(flat=False), actor.page_sight),
    )
    with reading() as connection:
        seen = asked.filters.sight.includes
        rows = {row.id: row for row in queries.rows(connection, asked.ids) if seen(row)}
        orders = queries.details(connection, [rows[order_id] for order_id in asked.ids if order_id in rows])
        papers, pictures = artwork_paper.shown(connection, orders, most=VIEWS[asked.kind])
        scales = prints.scales(connection, [item for details in orders for item in details.items])
        shown = [_printed(connection, details, papers[details.order.id]) for details in orders]
    if not shown:
        raise NotFound(t("orders.unknown"))
    ended = [each.order for each in shown if each.ended]
    drawn = {"orders": shown, "ended": ended, "pictures": pictures, "scales": scales}
    return render_template("orders/print.html", print=asked, kinds=kinds, papers=PAPERS, **drawn)


def ids(given: list[str]) -> tuple[int, ...]:
    """The ids of `?ids=1,2&ids=3`, each once. Raises Invalid for none of them and for more than MAX_ORDERS."""
    found = [whole(word.strip()) for word in ",".join(given).split(",")]
    ids = tuple(dict.fromkeys(order_id for order_id in found if order_id is not None))
    if not ids:
        raise Invalid(t("orders.no_papers"))
    if len(ids) > MAX_ORDERS:
        raise Invalid(t("orders.too_many_papers", most=MAX_ORDERS))
    return ids


def _printed(connection: Connection, details: Details, paper: Paper) -> Printed:
    order = details.order
    return Printed(
        order=order,
        ended=Status(order.status).is_lost,
        items=details.items,
        address=address_lines(order),
        notes=history.notes(connection, order.id) if order.noted else [],
        paper=paper,
    )
