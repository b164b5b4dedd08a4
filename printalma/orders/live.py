"""The bridge from orders' events to screens: what a list, a page, a toast becomes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from printalma.catalog.live import Shelf
from printalma.config import settings
from printalma.db import Connection
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import Rendering, View
from printalma.events.types import OrderNoted, OrderPlaced, OrderStatusChanged
from printalma.lib.clock import now, shop_day
from printalma.lib.text import count, t
from printalma.orders import notices, queries
from printalma.orders.asked import HOME
from printalma.orders.board import Board, matches, page
from printalma.orders.models import Status
from printalma.orders.order_page import OrderPage
from printalma.stats import queries as stats

TOASTS_MOST = 3


@dataclass(frozen=True)
class OrderList:
    """The list as its address says it; on its plain first page new rows simply appear."""

    board: Board

    def redraw(self, connection: Connection) -> str:
        return render_template("orders/_list_fragments.html", **self.shown(connection))

    def shown(self, connection: Connection) -> dict[str, Any]:
        """What the list's templates need."""
        found = page(connection, self.board, settings().shop_tz)
        return {"board": self.board, "page": found, "counters": _counters(connection), "statuses": list(Status)}


def register() -> None:
    for kind, told in ((OrderPlaced, notices.of_placed), (OrderStatusChanged, notices.of_status_changed)):
        renderings.register(kind, Rendering(html=paint, json=told, socketio=told, push=None))
    renderings.register(OrderNoted, Rendering(html=paint_notes, json=None, socketio=None, push=None))
    renderings.register_view(parse_view)


def parse_view(path: str, query: Mapping[str, list[str]]) -> View | None:
    """/dashboard?… is a list, /dashboard/orders/<id>?list=… an order."""
    if path == HOME:
        return OrderList(Board.parse(query))
    return OrderPage.parse(path, query)


def paint(connection: Connection, view: View, records: Sequence[Record]) -> str:
    """The fragments by which a page follows what happened to orders."""
    painted = render_template("orders/_toasts.html", toasts=_toasts(records), news=_news(records))
    if isinstance(view, Shelf):
        painted += view.counts(connection)
    elif isinstance(view, OrderList):
        painted += _paint_list(connection, view, records)
    elif isinstance(view, OrderPage) and any(_order_id(record) == view.order_id for record in records):
        painted += view.redraw(connection)
    return painted


def paint_notes(connection: Connection, view: View, records: Sequence[Record]) -> str:
    """A note is no news: what shows its order is drawn anew, without a toast."""
    noted = {record.event.order_id for record in records if isinstance(record.event, OrderNoted)}
    if isinstance(view, OrderList):
        accepted = matches(connection, view.board, sorted(noted), settings().shop_tz)
        orders = queries.rows(connection, sorted(noted))
        return render_template("orders/_row_redraws.html", board=view.board, accepted=accepted, orders=orders)
    return view.redraw(connection) if isinstance(view, OrderPage) and view.order_id in noted else ""


def _paint_list(connection: Connection, view: OrderList, records: Sequence[Record]) -> str:
    placed = {_order_id(record) for record in records if isinstance(record.event, OrderPlaced)}
    orders = queries.rows(connection, sorted({_order_id(record) for record in records}))
    home = view.board.is_home
    return render_template(
        "orders/_row_fragments.html",
        board=view.board,
        accepted=matches(connection, view.board, [order["id"] for order in orders], settings().shop_tz),
        arrived=[order for order in orders if order["id"] in placed and home],
        moved=[order for order in orders if order["id"] not in placed or not home],
        counters=_counters(connection),
    )


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
        told = [count("toasts.placed", placed)] * bool(placed) + [count("toasts.moved", moved)] * bool(moved)
        return [{"title": t("toasts.many"), "message": " · ".join(told), "href": HOME, "actor": ""}]
    return [_toast(record) for record in records]


def _toast(record: Record) -> dict[str, Any]:
    told = notices.to_admins(record)
    return {
        "title": told["title"],
        "message": told["message"],
        "href": f"{HOME}/orders/{_order_id(record)}",
        "actor": record.actor_id or "",
    }


def _news(records: Sequence[Record]) -> str:
    """What a screen reader says of the batch: new orders only."""
    placed = [record.event.number for record in records if isinstance(record.event, OrderPlaced)]
    if not placed:
        return ""
    return t("toasts.new_order", number=placed[0]) if len(placed) == 1 else count("toasts.placed", len(placed))
