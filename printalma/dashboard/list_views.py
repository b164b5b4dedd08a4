"""What is asked of the orders list: the page itself, and moves of its orders, one or several at once."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ADMIN, DASHBOARD
from printalma.dashboard import asking, first_order
from printalma.dashboard.detail_page import OrderPage
from printalma.dashboard.detail_views import outcomes_shown
from printalma.dashboard.list_page import OrderList
from printalma.db import reading
from printalma.lib.errors import Invalid, Refused
from printalma.lib.i18n import count, t
from printalma.orders.commands import MoveMany, TakeBackMany, seen
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.service import Outcome, move_many, take_back_many
from printalma.payments.commands import PayMany
from printalma.payments.service import pay_many
from printalma.web import origin
from printalma.web.pages import drawing, is_fragment
from printalma.web.routing import url_for

MAX_TOLD = 5  # refusals in the words of a page without JavaScript: they travel in a cookie

bp = Blueprint("orders_list", __name__)


@bp.get("/dashboard")
@access(DASHBOARD)
def orders() -> Response:
    """The page; to a script of the page that asks for another list, the fragments that make it that list."""
    view = OrderList(OrderFilters.parse(request.args.to_dict(flat=False), signed_in_actor().sight))
    with drawing() as connection:
        shown = view.shown(connection)
        if shown["counters"] and not shown["counters"].total:
            shown["first_curl"] = first_order.curl(connection, origin.address())
    template = "dashboard/_list_answer.html" if is_fragment() else "dashboard/list.html"
    response = Response(render_template(template, **shown))
    response.vary.add("HX-Request")
    return response


@bp.post("/dashboard/orders/move")
@access(DASHBOARD)
def move() -> AnyResponse:
    """Move the orders that the form names. Without JavaScript: 303 back to the list."""
    actor = signed_in_actor()
    try:
        command = _command()
        seen = {order.id: order.version for order in command.orders}
        answers = asking.answers(request.form, command.status, seen, actor.sight)
    except asking.Unanswered as unanswered:
        return asking.drawn(unanswered, url_for("orders_list.move"), _list().filters.address())
    except Invalid:
        if is_fragment():
            raise
        flash(t("ui.move.nothing"), "problem")
        return redirect(_list().filters.address(), 303)
    outcomes = move_many(command, answers, actor)
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
    outcomes = take_back_many(TakeBackMany.parse({"orders": _ticked()}), signed_in_actor())
    if is_fragment():
        return Response(_fragments(outcomes, done="back"))
    _flash(outcomes, count("ui.back.done", sum(outcome.problem is None for outcome in outcomes)))
    return redirect(_list().filters.address(), 303)


@bp.post("/dashboard/orders/pay")
@access(DASHBOARD)
def pay() -> AnyResponse:
    """Note of the orders that the form names that all that is due was received."""
    fields = {"orders": _ticked(), "means": request.form.get("means", "CASH")}
    try:
        command = PayMany.parse(fields)
    except Invalid:
        if is_fragment():
            raise
        flash(t("ui.move.nothing"), "problem")
        return redirect(_list().filters.address(), 303)
    outcomes = pay_many(command, signed_in_actor())
    if is_fragment():
        return Response(_fragments(outcomes, done="paid"))
    _flash(outcomes, count("paying.many_done", sum(outcome.problem is None for outcome in outcomes)))
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
    orders = [seen(one)] if one else _ticked()
    return MoveMany.parse({"status": status if one else request.form.get("status"), "orders": orders})


def _ticked() -> list[Mapping[str, int | None]]:
    return [seen(order) for order in request.form.getlist("order")]


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


def _fragments(outcomes: Sequence[Outcome], done: str = "move") -> str:
    """What changes on the page from which the form was sent, and what became of the orders."""
    orders, page = _list(), _order_page() if done == "back" else None
    with reading() as connection:
        ids = [outcome.order_id for outcome in outcomes]
        shown = page.redraw(connection) if page else orders.rows(connection, ids)
    return shown + outcomes_shown(outcomes, orders.filters.query(), done)


def _flash(outcomes: Sequence[Outcome], done: str) -> None:
    refused = [outcome for outcome in outcomes if outcome.problem]
    if len(refused) < len(outcomes):
        flash(done, "done")
    for outcome in refused[:MAX_TOLD]:
        flash(t("ui.move.refused", number=outcome.number, why=outcome.problem), "problem")
    if len(refused) > MAX_TOLD:
        flash(count("ui.move.more_refused", len(refused) - MAX_TOLD), "problem")
