"""The orders list: the page, what is done from it, and how it follows what happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from babel.numbers import format_decimal
from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ADMIN, DASHBOARD
from printalma.config import settings
from printalma.db import Connection, reading
from printalma.events.log import Record
from printalma.events.types import OrderPlaced, OrderStatusChanged
from printalma.lib.clock import now, shop_day
from printalma.lib.errors import Invalid, Refused
from printalma.lib.i18n import count, t
from printalma.lib.validation import whole
from printalma.orders import counters, first_order, queries
from printalma.orders.commands import MoveMany, TakeBackMany
from printalma.orders.detail_page import OrderPage
from printalma.orders.listing import page as pages
from printalma.orders.listing.filters import CHOICES, PERIODS, SIZES, OrderFilters
from printalma.orders.listing.pagination import SORTS
from printalma.orders.models import Status
from printalma.orders.service import Outcome, move_many, take_back_many
from printalma.orders.views import outcomes_shown
from printalma.web import origin
from printalma.web.pages import drawing, is_fragment
from printalma.web.routing import url_for

OFFERED = {name: choice.values for name, choice in CHOICES.items()} | {"period": PERIODS, "sort": SORTS, "size": SIZES}
MAX_TOLD = 5  # refusals in the words of a page without JavaScript: they travel in a cookie

bp = Blueprint("orders_list", __name__)


@dataclass(frozen=True)
class OrderList:
    """The list as its address says it; on its plain first page new rows simply appear."""

    filters: OrderFilters

    @property
    def name(self) -> str:
        return self.filters.address()

    def redraw(self, connection: Connection) -> str:
        return render_template("orders/_list_fragments.html", **self.shown(connection))

    def shown(self, connection: Connection) -> dict[str, Any]:
        """What the list's templates need."""
        found = pages.page(connection, self.filters, settings().shop_tz)
        more = {"page": found, "total": _total(found.total, found.more)}
        return self._named() | {"offered": OFFERED} | self._counted(connection) | more | {"shows": self.name}

    def follow(self, connection: Connection, records: Sequence[Record]) -> str:
        """The fragments that tell of what happened. However many orders the list has, only those of the records are
        looked at: a search costs no more than a plain list."""
        orders = queries.rows(connection, sorted({order_of(record) for record in records}))
        accepted = self._accepted(connection, orders)
        new = _new(self.filters, records) & accepted
        moved = {order_of(record) for record in records if isinstance(record.event, OrderStatusChanged)}
        at_once = new if self.filters.is_home else set()
        return render_template(
            "orders/_row_fragments.html",
            accepted=accepted,
            arrived=[order for order in orders if order.id in at_once],
            moved=[order for order in orders if order.id in moved - at_once],
            elsewhere=sorted(new - at_once),
            touched=_touched(records),
            **self._named(),
            **self._counted(connection),
        )

    def rows(self, connection: Connection, ids: Sequence[int]) -> str:
        """The rows of these orders, drawn anew where the page shows them."""
        orders = queries.rows(connection, ids)
        accepted = self._accepted(connection, orders)
        return render_template("orders/_rows.html", orders=orders, accepted=accepted, **self._named())

    def _named(self) -> dict[str, Any]:
        return {"filters": self.filters, "came_from": self.filters.query(), "steps": {s.value: s.step for s in Status}}

    def _accepted(self, connection: Connection, orders: Sequence[queries.OrderRow]) -> set[int]:
        ids = [order.id for order in orders]
        if self.filters.is_filtered or not self.filters.sight.is_whole:
            return pages.matches(connection, self.filters, ids, settings().shop_tz)
        return set(ids)

    def _counted(self, connection: Connection) -> dict[str, Any]:
        """The counters, and with them how many orders of each status the list could show: None where only a search
        could tell. `total` is how many it has, in words, or None in the same case. How the shop goes is for
        those who see all of it."""
        if not self.filters.sight.is_whole:
            return {"counters": None, "counts": None, "total": None}
        today = shop_day(now(), settings().shop_tz)
        kept = counters.read(connection, today.isoformat())
        if self.filters.search or not self.filters.is_counted:
            return {"counters": kept, "counts": None, "total": None}
        period = counters.by_status(connection, *self.filters.days(today)) if self.filters.period else kept.by_status
        counts = {status: period.get(status, 0) for status in Status}
        total = sum(counts[status] for status in self.filters.statuses)
        told = {status: _number(n) for status, n in counts.items()}
        return {"counters": kept, "counts": told, "total": _total(total)}


def order_of(record: Record) -> int:
    """Which order an event of orders tells of."""
    assert isinstance(record.event, OrderPlaced | OrderStatusChanged)
    return record.event.order_id


def _new(filters: OrderFilters, records: Sequence[Record]) -> set[int]:
    """The orders that came into the list by what happened, if its filters accept them."""
    found = set()
    for record in records:
        event = record.event
        if isinstance(event, OrderStatusChanged) and (event.previous in filters.statuses):
            continue
        found.add(order_of(record))
    return found


def _touched(records: Sequence[Record]) -> set[str]:
    """The statuses whose orders are more or fewer by what happened: a frame goes to every screen, so it is short."""
    events = [record.event for record in records]
    moved = [event for event in events if isinstance(event, OrderStatusChanged)]
    return {status for event in moved for status in (event.previous, event.new)} | {Status.PENDING.value}


def _total(n: int, more: bool = False) -> str:
    return count("ui.list.total", n, shown=_number(n, more))


def _number(n: int, more: bool = False) -> str:
    """As the list writes how many there are: beyond 10,000 nobody counts."""
    most = pages.MAX_COUNT
    told: str = format_decimal(min(n, most), locale="fr_FR")
    return f"{told}+" if more or n > most else told


@bp.get("/dashboard")
@access(DASHBOARD)
def orders() -> Response:
    """The page; to a script of the page that asks for another list, the fragments that make it that list."""
    view = OrderList(OrderFilters.parse(request.args.to_dict(flat=False), signed_in_actor().sight))
    with drawing() as connection:
        shown = view.shown(connection)
        if shown["counters"] and not shown["counters"].total:
            shown["first_curl"] = first_order.curl(connection, origin.address())
    template = "orders/_list_answer.html" if is_fragment() else "orders/list.html"
    response = Response(render_template(template, **shown))
    response.vary.add("HX-Request")
    return response


@bp.post("/dashboard/orders/move")
@access(DASHBOARD)
def move() -> AnyResponse:
    """Move the orders that the form names. Without JavaScript: 303 back to the list."""
    try:
        command = _command()
    except Invalid:
        if is_fragment():
            raise
        flash(t("ui.move.nothing"), "problem")
        return redirect(_list().filters.address(), 303)
    outcomes = move_many(command, signed_in_actor())
    if is_fragment():
        return Response(_fragments(outcomes))
    outcomes_shown(outcomes, "")
    done = sum(outcome.problem is None for outcome in outcomes)
    _flash(outcomes, count("ui.move.done", done, status=t(f"statuses.{command.status}")))
    return redirect(_list().filters.address(), 303)


@bp.post("/dashboard/orders/take-back")
@access(DASHBOARD)
def take_back() -> AnyResponse:
    """Take back what has just been done to the orders that the form names, from the list or from an order's page."""
    outcomes = take_back_many(TakeBackMany.parse({"orders": _seen(request.form.getlist("order"))}), signed_in_actor())
    if is_fragment():
        return Response(_fragments(outcomes, is_back=True))
    _flash(outcomes, count("ui.back.done", sum(outcome.problem is None for outcome in outcomes)))
    return redirect(_list().filters.address(), 303)


@bp.post("/dashboard/orders/try")
@access(ADMIN)
@keyed()
def try_out() -> AnyResponse:
    """Post a test order, in a shop that has none yet: a real one, marked in its notes."""
    try:
        first_order.place()
    except Refused as refused:
        flash(refused.message, "problem")
    return redirect(url_for("orders_list.orders"), 303)


def _command() -> MoveMany:
    """A row's button says "id:version:STATUS", ticked rows say "id:version" and their button the status."""
    one, _, status = request.form.get("step", "").rpartition(":")
    orders = _seen([one] if one else request.form.getlist("order"))
    return MoveMany.parse({"status": status if one else request.form.get("status"), "orders": orders})


def _seen(orders: Sequence[str]) -> list[dict[str, int | None]]:
    pairs = (order.partition(":") for order in orders)
    return [{"id": whole(order_id), "version": whole(version)} for order_id, _, version in pairs]


def _list() -> OrderList:
    """The list from which a form was sent."""
    address = request.headers.get("HX-Current-URL") or f"?{request.form.get('list', '')}"
    query = parse_qs(address.partition("#")[0].partition("?")[2])
    return OrderList(OrderFilters.parse(query, signed_in_actor().sight))


def _order_page() -> OrderPage | None:
    """The order's page from which a form was sent, if it was one."""
    try:
        url = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return None
    return OrderPage.parse(url.path, parse_qs(url.query), signed_in_actor().sight)


def _fragments(outcomes: Sequence[Outcome], is_back: bool = False) -> str:
    """What changes on the page from which the form was sent, and what became of the orders."""
    orders, page = _list(), _order_page() if is_back else None
    with reading() as connection:
        ids = [outcome.order_id for outcome in outcomes]
        shown = page.redraw(connection) if page else orders.rows(connection, ids)
    return shown + outcomes_shown(outcomes, orders.filters.query(), is_back)


def _flash(outcomes: Sequence[Outcome], done: str) -> None:
    refused = [outcome for outcome in outcomes if outcome.problem]
    if len(refused) < len(outcomes):
        flash(done, "done")
    for outcome in refused[:MAX_TOLD]:
        flash(t("ui.move.refused", number=outcome.number, why=outcome.problem), "problem")
    if len(refused) > MAX_TOLD:
        flash(count("ui.move.more_refused", len(refused) - MAX_TOLD), "problem")
