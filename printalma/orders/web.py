"""The dashboard: its front door and one order."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.guard import ADMIN, EVERYBODY, access, signed_in_actor
from printalma.db import reading
from printalma.events import log
from printalma.lib.command import whole
from printalma.lib.errors import Conflict, NotFound, Refused
from printalma.lib.text import t
from printalma.orders import service
from printalma.orders.asked import HOME
from printalma.orders.commands import ChangeStatus
from printalma.orders.live import OrderPage

bp = Blueprint("dashboard", __name__)


@bp.get("/")
@access(EVERYBODY)
def home() -> AnyResponse:
    return redirect(HOME, 303)


@bp.get("/dashboard/orders/<int:order_id>")
@access(ADMIN)
def order(order_id: int) -> str:
    with reading() as connection:
        since = log.last_id(connection)
        shown = OrderPage(order_id).shown(connection)
    if shown["details"] is None:
        raise NotFound(t("orders.unknown"))
    return render_template("orders/order.html", since=since, **shown)


@bp.post("/dashboard/orders/<int:order_id>/status")
@access(ADMIN)
def change_status(order_id: int) -> AnyResponse | str:
    """Without JavaScript: 303 back to the order. From HTMX: the fragments everybody else is about to get."""
    problem = None
    try:
        service.change_status(order_id, _command(), signed_in_actor())
    except NotFound:
        raise
    except Refused as refused:
        problem = refused
    if "HX-Request" not in request.headers:
        if problem is not None:
            flash(problem.message, "problem")
        return redirect(f"{HOME}/orders/{order_id}", 303)
    return _fragments(order_id, problem)


def _command() -> ChangeStatus:
    return ChangeStatus.parse(
        {
            "status": request.form.get("status"),
            "notes": request.form.get("notes", ""),
            "version": whole(request.form.get("version")),
        }
    )


def _fragments(order_id: int, problem: Refused | None) -> AnyResponse:
    with reading() as connection:
        fragments = OrderPage(order_id).redraw(connection)
    if problem is not None:
        fragments += render_template("orders/_problem.html", message=problem.message)
    return Response(fragments, 409 if isinstance(problem, Conflict) else problem.status if problem else 200)
