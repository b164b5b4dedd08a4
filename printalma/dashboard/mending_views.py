"""/dashboard/orders/<id>/edit: the page on which an order is mended."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.catalog import queries as catalog
from printalma.config import settings
from printalma.dashboard.detail_page import OrderPage, came_from
from printalma.db import Connection
from printalma.delivery import service as delivery
from printalma.lib.errors import Conflict, NotFound, Refused
from printalma.lib.i18n import t
from printalma.mending import form, service
from printalma.orders import queries
from printalma.orders.models import Status
from printalma.orders.queries import Details
from printalma.web.pages import answer_form, draw_form, drawing

bp = Blueprint("mending", __name__)


@bp.get("/dashboard/orders/<int:order_id>/edit")
@access(DASHBOARD)
def edit(order_id: int) -> AnyResponse | str:
    with drawing() as connection:
        details = _details(connection, order_id)
        if form.is_offered(Status(details.order.status)):
            return _form(connection, details)
    flash(t("mending.too_late", status=t(f"statuses.{details.order.status}")), "problem")
    return redirect(_page(order_id).address(), 303)


@bp.post("/dashboard/orders/<int:order_id>/edit")
@access(DASHBOARD)
@keyed()
def change(order_id: int) -> AnyResponse:
    def again(refused: Refused) -> str:
        if isinstance(refused, NotFound):
            raise refused
        with drawing() as connection:
            return _form(connection, _details(connection, order_id), request.form, refused)

    def act() -> None:
        service.change(order_id, form.Asked.of(request.form), signed_in_actor())

    return answer_form(act, _page(order_id).address(), "mending.saved", again)


def _form(
    connection: Connection,
    details: Details,
    typed: Mapping[str, str] | None = None,
    problem: Refused | None = None,
) -> str:
    fields, meanwhile = form.fields(details, typed)
    products = catalog.everything(connection)
    return draw_form(
        "mending/form.html",
        fields,
        problem,
        meanwhile=meanwhile if isinstance(problem, Conflict) else {},
        details=details,
        is_whole=Status(details.order.status).is_mendable or not form.Asked.of(typed or {}).is_of_carrier,
        view=_page(details.order.id),
        new_rows=form.NEW,
        products=products,
        of_products={product.id: product for product in products},
        zones=delivery.choices(connection),
        currency=settings().shop_currency,
    )


def _details(connection: Connection, order_id: int) -> Details:
    details = queries.details_by_id(connection, order_id)
    if details is None or not signed_in_actor().sight.includes(details.order):
        raise NotFound(t("orders.unknown"))
    return details


def _page(order_id: int) -> OrderPage:
    return OrderPage(order_id, came_from(request.args.to_dict(flat=False), signed_in_actor().sight))
