"""How a form on an order's page is answered."""

from flask import Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.db import reading
from printalma.lib.errors import Conflict, Refused
from printalma.orders.order_page import OrderPage


def answered(view: OrderPage, problem: Refused | None) -> AnyResponse:
    """Without JavaScript: 303 back to the order. To HTMX: the fragments everybody else is about to get, and the problem
    in words; none clears the one before."""
    if "HX-Request" not in request.headers:
        if problem is not None:
            flash(problem.message, "problem")
        return redirect(view.address(), 303)
    with reading() as connection:
        fragments = view.redraw(connection)
    fragments += render_template("orders/_problem.html", message=problem.message if problem else None)
    return Response(fragments, 409 if isinstance(problem, Conflict) else problem.status if problem else 200)
