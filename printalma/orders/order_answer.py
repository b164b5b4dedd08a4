"""How a form on an order's page is answered, and how the page tells what became of orders."""

from collections.abc import Sequence

from flask import Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.db import reading
from printalma.lib.errors import Refused
from printalma.orders.detail_page import OrderPage
from printalma.orders.moving import Outcome

UNDO = "undo"  # the category of a page's last words that names orders: it draws the form that takes them back


def answered(view: OrderPage, problem: Refused | None, outcome: str = "") -> AnyResponse:
    """Without JavaScript: 303 back to the order. To HTMX: the fragments everybody else is about to get, and the problem
    in words; none clears the one before. `outcome` is what `told` says when there is no problem."""
    if "HX-Request" not in request.headers:
        if problem is not None:
            flash(problem.message, "problem")
        return redirect(view.address(), 303)
    with reading() as connection:
        fragments = view.redraw(connection)
    fragments += render_template("orders/_problem.html", message=problem.message if problem else None)
    return Response(fragments + outcome, problem.status if problem else 200)


def told(outcomes: Sequence[Outcome], came_from: str, is_back: bool = False) -> str:
    """The fragment that says what became of orders, and takes it back when pressed; `came_from` is the list's query.
    Without JavaScript, the next page has the button."""
    if "HX-Request" not in request.headers:
        if not is_back:
            flash(" ".join(outcome.seen for outcome in outcomes if outcome.problem is None), UNDO)
        return ""
    return render_template("orders/_outcome.html", outcomes=outcomes, came_from=came_from, is_back=is_back)
