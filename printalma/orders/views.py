"""The dashboard: its front door and one order."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.guard import ADMIN, EVERYBODY, access, signed_in_actor
from printalma.db import reading
from printalma.events import log
from printalma.lib.errors import NotFound, Refused
from printalma.lib.i18n import t
from printalma.lib.validation import whole
from printalma.orders import service, taking_back
from printalma.orders.commands import ChangeStatus, TakeBack
from printalma.orders.detail_page import OrderPage, came_from
from printalma.orders.listing.filters import HOME
from printalma.orders.moving import outcome_of
from printalma.orders.order_answer import answered, told
from printalma.orders.queries import Fields

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
        shown = OrderPage(order_id, came_from(request.args.to_dict(flat=False))).shown(connection)
    if shown["details"] is None:
        raise NotFound(t("orders.unknown"))
    return render_template("orders/order.html", since=since, **shown)


@bp.post("/dashboard/orders/<int:order_id>/status")
@access(ADMIN)
def change_status(order_id: int) -> AnyResponse:
    """Without JavaScript: 303 back to the order. From HTMX: the fragments everybody else is about to get."""
    return _acted(order_id, lambda: service.change_status(order_id, _command(), signed_in_actor(), by_hand=True).order)


@bp.post("/dashboard/orders/<int:order_id>/take-back")
@access(ADMIN)
def take_back(order_id: int) -> AnyResponse:
    """Take the order's last move back, with a reason."""
    fields = {"version": whole(request.form.get("seen")), "reason": request.form.get("reason", "")}
    return _acted(
        order_id, lambda: taking_back.take_back(order_id, TakeBack.parse(fields), signed_in_actor()), is_back=True
    )


def _acted(order_id: int, act: Callable[[], Fields], is_back: bool = False) -> AnyResponse:
    """Do it, and answer from the order's page."""
    view = OrderPage(order_id, came_from(request.args.to_dict(flat=False)))
    try:
        outcome = outcome_of(act())
    except NotFound:
        raise
    except Refused as refused:
        return answered(view, refused)
    return answered(view, None, told([outcome], view.filters.query(), is_back))


def _command() -> ChangeStatus:
    return ChangeStatus.parse(
        {
            "status": request.form.get("status"),
            "notes": request.form.get("notes", ""),
            "version": whole(request.form.get("version")),
        }
    )
