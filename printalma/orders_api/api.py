"""/orders: the JSON side of orders (docs/contract.md, "Orders")."""

from typing import Any

from flask import Blueprint, Response, request
from limits import RateLimitItemPerMinute

from printalma import refused
from printalma.accounts.actor import Actor
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ADMIN, DASHBOARD, EVERYBODY, SIGNED_IN, Sight, own
from printalma.accounts.schemas import AdminConfirmed, AuthTested
from printalma.config import settings
from printalma.db import Connection, reading
from printalma.lib.clock import now, shop_day
from printalma.lib.errors import Conflict, Forbidden, NotFound
from printalma.lib.i18n import t
from printalma.orders import queries, service
from printalma.orders.commands import ChangeStatus, PlaceOrder, idempotency_key
from printalma.orders.listing import page as pages
from printalma.orders.listing import suggestions
from printalma.orders.listing.asked import Asked, ListOrders, ListOwnOrders
from printalma.orders.models import Status
from printalma.orders.queries import Details
from printalma.orders.schemas import OrderJSON
from printalma.orders_api import answers, body, own_statistics
from printalma.orders_api.own_statistics import OwnPageJSON
from printalma.orders_api.pages import TeamPageJSON, pagination_json, suggestion_json
from printalma.payments import service as payments
from printalma.payments.commands import MarkAsPaid
from printalma.pictures.intake import order_body
from printalma.placing import service as placing
from printalma.placing.drafts import Cart
from printalma.web import rate_limits
from printalma.web.bodies import LIMIT, json_object
from printalma.web.describe import Header, describe
from printalma.web.responses import success
from printalma.web.schemas import ProblemNow, Success

bp = Blueprint("orders", __name__, url_prefix="/orders")


KEY = Header("Idempotency-Key", {"type": "string"})
ORDER = {200: Success[OrderJSON]}
PLACED = ORDER | {201: Success[OrderJSON]}
REFUSALS = (409, 422)
REPLAYED = {200: "Idempotent-Replayed"}


@bp.post("")
@refused.watched
@access(SIGNED_IN)
@describe(PLACED, body=body.PlaceOrder, sends=(KEY,), errors=(*REFUSALS, 429), tells=REPLAYED)
def place() -> Response:
    if most := settings().limits.orders_per_minute:
        rate_limits.check("orders of a user", RateLimitItemPerMinute(most), signed_in_actor().id)
        rate_limits.check("signed-in orders", RateLimitItemPerMinute(most))
    return _place(guest=False)


@bp.post("/guest")
@refused.watched
@access(EVERYBODY)
@describe(PLACED, body=body.PlaceOrder, sends=(KEY,), errors=(*REFUSALS, 429), tells=REPLAYED)
def place_as_guest() -> Response:
    if most := settings().limits.guest_orders_per_minute:
        rate_limits.check("guest orders", RateLimitItemPerMinute(most))
    return _place(guest=True)


@bp.get("/my-orders")
@access(SIGNED_IN)
@describe({200: Success[OwnPageJSON]}, query=ListOwnOrders)
def my_orders() -> Response:
    asked, actor = ListOwnOrders.parse_query(request.args), signed_in_actor()
    with reading() as connection:
        found = _found(connection, asked, own(actor.id))
        today = shop_day(now(), settings().shop_tz)
        found["statistics"] = own_statistics.of_user(connection, actor.id, today, settings().shop_currency)
    return answers.page(t("orders.mine"), for_team=actor.may(DASHBOARD), **found)


@bp.get("/admin/all")
@access(DASHBOARD)
@describe({200: Success[TeamPageJSON]}, query=ListOrders)
def all_orders() -> Response:
    asked, actor = ListOrders.parse_query(request.args), signed_in_actor()
    with reading() as connection:
        found = _found(connection, asked, actor.sight)
        if asked.search and not found["pagination"]["total"]:
            meant = suggestions.suggested(connection, asked.filters(actor.sight), settings().shop_tz)
            found["suggestions"] = [suggestion_json(each) for each in meant if not each.everywhere]
    return answers.page(t("orders.all"), for_team=actor.may(DASHBOARD), **found)


@bp.get("/<int:order_id>")
@access(SIGNED_IN)
@describe(ORDER)
def show(order_id: int) -> Response:
    actor = signed_in_actor()
    with reading() as connection:
        details = queries.details_by_id(connection, order_id)
    if details is None or not actor.may_see(details.order):
        raise NotFound(t("orders.unknown"))
    return _order(t("orders.found"), details, actor)


@bp.patch("/<int:order_id>/status")
@access(SIGNED_IN)
@describe(ORDER | {409: ProblemNow[OrderJSON]}, body=ChangeStatus, errors=(403,))
def change_status(order_id: int) -> Response:
    """An admin's. A customer may cancel by it, as by the call below: it is the button that front ends have."""
    fields, actor = json_object(), signed_in_actor()
    if not actor.may(DASHBOARD) and fields.get("status") != Status.CANCELLED:
        raise Forbidden(t("errors.403"))
    command = ChangeStatus.parse(fields)
    is_team = actor.may(DASHBOARD)
    try:
        if is_team:
            return _order(t("orders.status_changed"), service.change_status(order_id, command, actor), actor)
        return _order(t("orders.cancelled"), service.cancel(order_id, actor, command.notes), actor)
    except Conflict as conflict:
        conflict.data = answers.present_state(order_id, is_team)
        raise


@bp.post("/<int:order_id>/mark-as-paid")
@access(DASHBOARD)
@describe(ORDER, body=MarkAsPaid, errors=(409,))
def mark_as_paid(order_id: int) -> Response:
    actor = signed_in_actor()
    details = payments.mark_as_paid(order_id, MarkAsPaid.parse(json_object()), actor)
    return _order(t("paying.marked", number=details.order.number), details, actor)


@bp.delete("/<int:order_id>/cancel")
@access(SIGNED_IN)
@describe(ORDER, errors=(409,))
def cancel(order_id: int) -> Response:
    actor = signed_in_actor()
    return _order(t("orders.cancelled"), service.cancel(order_id, actor), actor)


@bp.get("/test-auth")
@access(SIGNED_IN)
@describe({200: Success[AuthTested]})
def test_auth() -> Response:
    user = signed_in_actor().as_json()
    found: AuthTested = {"user": user, "hasUser": True, "userRole": user["role"], "userId": user["id"]}
    return success(t("orders.auth_tested"), found)


@bp.get("/test-admin")
@access(ADMIN)
@describe({200: Success[AdminConfirmed]})
def test_admin() -> Response:
    user = signed_in_actor().as_json()
    found: AdminConfirmed = {"user": user, "role": user["role"]}
    return success(t("orders.admin_confirmed"), found)


def _place(guest: bool) -> Response:
    came = order_body()
    key = idempotency_key(request.headers.get("Idempotency-Key"))
    command, actor = PlaceOrder.parse(came.fields), None if guest else signed_in_actor()
    size = request.content_length or LIMIT  # a body in chunks names none
    placed = placing.place(Cart(command, actor, key, came.fingerprint, came.pictures, came.dropped, size=size))
    sentence = t("orders.guest_created" if guest else "orders.created")
    response = _order(sentence, placed.details, actor, 200 if placed.replayed else 201)
    if placed.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _found(connection: Connection, asked: Asked, sight: Sight) -> dict[str, Any]:
    page = pages.numbered(connection, asked, settings().shop_tz, sight)
    orders = queries.details(connection, page.orders)
    return {"orders": orders, "pagination": pagination_json(asked, page)}


def _order(sentence: str, details: Details, reader: Actor | None, status: int = 200) -> Response:
    """An order with all that was sent of it, for `reader`, who is None for a guest."""
    if details.order.sent_size and not details.texts:
        with reading() as connection:
            details = answers.complete(connection, details)
    return answers.order(sentence, details, reader is not None and reader.may(DASHBOARD), status)
