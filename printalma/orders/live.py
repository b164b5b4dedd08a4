"""The bridge from orders' events to screens: what a list, a page, a toast becomes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import render_template

from printalma.config import settings
from printalma.db import Connection
from printalma.events import log, renderings
from printalma.events.log import Record
from printalma.events.renderings import Rendering, View
from printalma.events.types import OrderPlaced, OrderStatusChanged
from printalma.lib.clock import now, shop_day
from printalma.lib.command import whole
from printalma.lib.text import count, t
from printalma.orders import notices, phone, queries
from printalma.orders.models import Status
from printalma.orders.present import address_lines
from printalma.orders.told import told
from printalma.stats import queries as stats

PAGE_SIZE = 50
PAGES_MOST = 1_000_000
TOASTS_MOST = 3
HOME = "/dashboard"


@dataclass(frozen=True)
class OrderList:
    """The list with its filter and page; on its first page without a filter new rows simply appear."""

    statuses: tuple[Status, ...] = ()
    page: int = 1

    @property
    def is_home(self) -> bool:
        return not self.statuses and self.page == 1

    def address(self, page: int = 1) -> str:
        """Where this list's page `page` is."""
        query = [("status", status.value) for status in self.statuses] + ([("page", str(page))] if page > 1 else [])
        return f"{HOME}?{urlencode(query)}" if query else HOME

    def redraw(self, connection: Connection) -> str:
        return render_template("orders/_list_fragments.html", **self.shown(connection))

    def shown(self, connection: Connection) -> dict[str, Any]:
        """What the list's templates need."""
        found = queries.board(connection, self.statuses, self.page, PAGE_SIZE)
        return {"view": self, "page": found, "counters": _counters(connection), "statuses": list(Status)}


@dataclass(frozen=True)
class OrderPage:
    """One order."""

    order_id: int

    def redraw(self, connection: Connection) -> str:
        return render_template("orders/_order_fragments.html", **self.shown(connection))

    def shown(self, connection: Connection) -> dict[str, Any]:
        """What the order's templates need; `details` is None for an unknown order."""
        details = queries.details_by_id(connection, self.order_id)
        if details is None:
            return {"details": None}
        return {
            "details": details,
            "moves": Status(details.order["status"]).next,
            "address": address_lines(details.order),
            "timeline": [_line(details.order, record) for record in log.of_order(connection, self.order_id)],
        }


def register() -> None:
    placed, changed = notices.of_placed, notices.of_status_changed
    renderings.register(OrderPlaced, Rendering(paint, json=placed, socketio=placed, push=phone.of_placed))
    renderings.register(
        OrderStatusChanged, Rendering(paint, json=changed, socketio=changed, push=phone.of_status_changed)
    )
    renderings.register_view(parse_view)


def parse_view(path: str, query: Mapping[str, list[str]]) -> View | None:
    """/dashboard?status=…&page=… is a list, /dashboard/orders/<id> an order."""
    if path == HOME:
        page = whole((query.get("page") or [""])[0])
        statuses = tuple(status for status in Status if status in query.get("status", ()))
        return OrderList(statuses, min(page or 1, PAGES_MOST))
    prefix, _, order_id = path.rpartition("/")
    number = whole(order_id) if prefix == f"{HOME}/orders" else None
    return None if number is None else OrderPage(number)


def paint(connection: Connection, view: View, records: Sequence[Record]) -> str:
    """The fragments by which a page follows what happened to orders."""
    events = [told(record) for record in records]
    painted = render_template("orders/_toasts.html", toasts=_toasts(records), news=_news(records), events=events)
    if isinstance(view, OrderList):
        painted += _paint_list(connection, view, records)
    elif isinstance(view, OrderPage) and any(_order_id(record) == view.order_id for record in records):
        painted += view.redraw(connection)
    return painted


def _paint_list(connection: Connection, view: OrderList, records: Sequence[Record]) -> str:
    placed = {_order_id(record) for record in records if isinstance(record.event, OrderPlaced)}
    orders = queries.rows(connection, sorted({_order_id(record) for record in records}))
    return render_template(
        "orders/_row_fragments.html",
        view=view,
        arrived=[order for order in orders if order["id"] in placed and view.is_home],
        moved=[order for order in orders if order["id"] not in placed or not view.is_home],
        counters=_counters(connection),
    )


def _line(order: queries.Fields, record: Record) -> dict[str, Any]:
    event = record.event
    if isinstance(event, OrderStatusChanged):
        return {"at": record.at, "what": t(f"statuses.{event.new}"), "who": event.changed_by, "note": event.note}
    return {"at": record.at, "what": t("ui.order.placed"), "who": order["customer"], "note": None}


def _counters(connection: Connection) -> stats.Counters:
    return stats.counters(connection, shop_day(now(), settings().shop_tz).isoformat())


def _order_id(record: Record) -> int:
    assert isinstance(record.event, OrderPlaced | OrderStatusChanged)
    return record.event.order_id


def _toasts(records: Sequence[Record]) -> list[dict[str, Any]]:
    """A toast for each event, but one for all of them when they are many: catching up is not an alarm."""
    if len(records) > TOASTS_MOST:
        placed = sum(isinstance(record.event, OrderPlaced) for record in records)
        moved = len(records) - placed
        said = [count("toasts.placed", placed)] * bool(placed) + [count("toasts.moved", moved)] * bool(moved)
        return [{"title": t("toasts.many"), "message": " · ".join(said), "href": HOME, "actor": ""}]
    return [_toast(record) for record in records]


def _toast(record: Record) -> dict[str, Any]:
    notice = notices.to_admins(record)
    return {
        "title": notice["title"],
        "message": notice["message"],
        "href": f"{HOME}/orders/{_order_id(record)}",
        "actor": record.actor_id or "",
    }


def _news(records: Sequence[Record]) -> str:
    """What a screen reader says of the batch: new orders only."""
    placed = [record.event.number for record in records if isinstance(record.event, OrderPlaced)]
    if not placed:
        return ""
    return t("toasts.new_order", number=placed[0]) if len(placed) == 1 else count("toasts.placed", len(placed))
