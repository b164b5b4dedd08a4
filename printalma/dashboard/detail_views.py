"""The dashboard: its front door, one order, and what is done from its page."""

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, current_actor, home_of, signed_in_actor
from printalma.accounts.policy import DASHBOARD, EVERYBODY
from printalma.clearing import service as clearing
from printalma.clearing.commands import Clear
from printalma.dashboard import asking
from printalma.dashboard.detail_page import OrderPage
from printalma.db import reading
from printalma.lib.errors import Invalid, NotFound, Refused
from printalma.lib.i18n import t
from printalma.orders import service
from printalma.orders.commands import AddNote, ChangeShown, TakeBack
from printalma.orders.queries import Details
from printalma.orders.service import Outcome
from printalma.payments import service as paying
from printalma.payments.commands import GiveBack, Pay
from printalma.web import pages

UNDO = "undo"  # the category of a page's last words that names orders: it draws the form that takes them back

bp = Blueprint("dashboard", __name__)


@bp.get("/")
@access(EVERYBODY)
def home() -> AnyResponse:
    return redirect(home_of(current_actor()), 303)


@bp.get("/dashboard/orders/<int:order_id>")
@access(DASHBOARD)
def order(order_id: int) -> str:
    with pages.drawing() as connection:
        shown = _page(order_id).shown(connection)
    if shown["details"] is None:
        raise NotFound(t("orders.unknown"))
    return render_template("dashboard/order.html", me=signed_in_actor().id, **shown)


@bp.post("/dashboard/orders/<int:order_id>/status")
@access(DASHBOARD)
def change_status(order_id: int) -> AnyResponse:
    """Without JavaScript: 303 back to the order. From HTMX: the fragments everybody else is about to get."""
    form, actor = request.form, signed_in_actor()

    def move() -> Details:
        seen = ChangeShown.parse({"status": form.get("status"), "version": form.get("version")})
        answers = asking.answers(form, seen.status, {order_id: seen.version}, actor.sight)
        return service.change_status(order_id, answers.to(seen), actor, by_hand=True, collect=answers.collected)

    return _acted(order_id, move)


@bp.post("/dashboard/orders/<int:order_id>/take-back")
@access(DASHBOARD)
def take_back(order_id: int) -> AnyResponse:
    """Take the order's last move back, with a reason."""
    form = request.form.to_dict()
    return _acted(order_id, lambda: service.take_back(order_id, TakeBack.parse(form), signed_in_actor()), done="back")


@bp.post("/dashboard/orders/<int:order_id>/notes")
@access(DASHBOARD)
@keyed()
def add_note(order_id: int) -> AnyResponse:
    """Add a note, in whatever status the order is."""
    problem = None
    try:
        service.add_note(order_id, AddNote.parse({"notes": request.form.get("notes", "")}), signed_in_actor())
    except Invalid as invalid:
        problem = Invalid(t("orders.bad_note", why=invalid.errors[0].message))
    return _answer(_page(order_id), problem)


@bp.post("/dashboard/orders/<int:order_id>/marks/<int:mark_id>/<act>")
@access(DASHBOARD)
@keyed()
def clear_mark(order_id: int, mark_id: int, act: str) -> AnyResponse:
    """Settle what the team has to look at, in one of the ways in which that may be."""
    problem: Refused | None = None
    try:
        clearing.clear(order_id, mark_id, act, Clear.from_form(request.form), signed_in_actor())
    except NotFound:
        raise
    except Refused as refused:
        problem = Invalid(t("marks.bad", why=refused.errors[0].message)) if refused.errors else refused
    return _answer(_page(order_id), problem)


@bp.post("/dashboard/orders/<int:order_id>/pay")
@access(DASHBOARD)
@keyed()
def pay(order_id: int) -> AnyResponse:
    """Note money that was received, all that is due where no amount is said."""
    return _noted(order_id, lambda: paying.pay(order_id, Pay.parse(request.form.to_dict()), signed_in_actor()))


@bp.post("/dashboard/orders/<int:order_id>/give-back")
@access(DASHBOARD)
@keyed()
def give_back(order_id: int) -> AnyResponse:
    """Note money that was given back, or that never came."""
    return _noted(
        order_id, lambda: paying.give_back(order_id, GiveBack.parse(request.form.to_dict()), signed_in_actor())
    )


def outcomes_shown(outcomes: Sequence[Outcome], came_from: str, done: str = "move") -> str:
    """The fragment that says what became of orders, and takes it back when pressed; `came_from` is the list's query,
    `done` is move, back or paid. Without JavaScript, the next page has the button."""
    if not pages.is_fragment():
        if done == "move":
            flash(" ".join(outcome.seen for outcome in outcomes if outcome.problem is None), UNDO)
        return ""
    return render_template("dashboard/_outcome.html", outcomes=outcomes, came_from=came_from, act=done)


def _page(order_id: int) -> OrderPage:
    return OrderPage.asked(order_id, request.args.to_dict(flat=False), signed_in_actor().sight)


def _noted(order_id: int, act: Callable[[], None]) -> AnyResponse:
    """Do it, and answer from the order's page: what cannot be taken, in the words of the first field."""
    problem: Refused | None = None
    try:
        act()
    except NotFound:
        raise
    except Refused as refused:
        problem = Invalid(t("paying.bad", why=refused.errors[0].message)) if refused.errors else refused
    return _answer(_page(order_id), problem)


def _acted(order_id: int, act: Callable[[], Details], done: str = "move") -> AnyResponse:
    """Do it, and answer from the order's page."""
    page = _page(order_id)
    try:
        outcome = Outcome.of(act().order)
    except NotFound:
        raise
    except asking.Unanswered as unanswered:
        return asking.drawn(unanswered, page.address(view="change_status"), page.address())
    except Refused as refused:
        return _answer(page, refused)
    return _answer(page, None, outcomes_shown([outcome], page.filters.query(), done))


def _answer(page: OrderPage, problem: Refused | None, outcomes: str = "") -> AnyResponse:
    """Without JavaScript: 303 back to the order. To HTMX: the fragments everybody else is about to get, and the problem
    in words; none clears the one before."""
    if not pages.is_fragment():
        if problem is not None:
            flash(problem.message, "problem")
        return redirect(page.address(), 303)
    with reading() as connection:
        fragments = page.redraw(connection)
    fragments += render_template("_problem.html", problem=problem)
    return Response(fragments + outcomes, problem.status if problem else 200)
