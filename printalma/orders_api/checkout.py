"""What a checkout asks after its order: /orders/number, payment-status, /orange-money/payment-status (docs/contract.md,
"After the checkout").

Open to anyone who counts up order numbers, so nothing in an answer says who ordered, and nothing that is said here
changes what an order is. Never a 401: front ends send whoever gets one away to sign in.
"""

from typing import Literal

from flask import Blueprint, Response, jsonify
from limits import RateLimitItemPerMinute
from typing_extensions import TypedDict

from printalma.accounts.guard import access
from printalma.accounts.policy import EVERYBODY
from printalma.config import settings
from printalma.db import reading
from printalma.lib import money
from printalma.lib.clock import iso
from printalma.lib.errors import NotFound
from printalma.lib.i18n import t
from printalma.orders import payments, queries
from printalma.orders.models import Status
from printalma.orders.queries import OrderRow
from printalma.orders_api import claims
from printalma.orders_api.claims import ClaimBody, PaymentClaim
from printalma.web import rate_limits
from printalma.web.bodies import json_object
from printalma.web.describe import describe
from printalma.web.responses import success
from printalma.web.schemas import Done, Instant, Success

# Of one address, a minute. A page that waits for its payment asks each second.
ASKED = RateLimitItemPerMinute(240)
CLAIMED = RateLimitItemPerMinute(30)


class NamelessOrderJSON(TypedDict):
    id: int
    orderNumber: str
    status: Status
    statusLabel: str
    paymentMethod: str
    paymentStatus: str
    totalAmount: float
    subtotal: float
    deliveryFee: float
    createdAt: Instant


class PaymentStateJSON(TypedDict):
    success: Literal[True]
    orderNumber: str
    paymentStatus: str
    transactionId: str | None
    paymentMethod: str
    totalAmount: float
    orderStatus: Status


bp = Blueprint("checkout", __name__)


@bp.get("/orders/number/<string:number>")
@access(EVERYBODY)
@describe({200: Success[NamelessOrderJSON]}, errors=(429,))
def by_number(number: str) -> Response:
    order = _of_number(number)
    return success(t("orders.found"), _order_json(order))


@bp.get("/orange-money/payment-status/<string:number>")
@access(EVERYBODY)
@describe({200: PaymentStateJSON}, errors=(429,))
def payment_state(number: str) -> Response:
    return jsonify(_payment_json(_of_number(number)))


@bp.patch("/orders/<int:order_id>/payment-status")
@access(EVERYBODY)
@describe({200: Done}, body=ClaimBody, errors=(429,))
def claim_payment(order_id: int) -> Response:
    rate_limits.check("payment claims", CLAIMED)
    claim = PaymentClaim.of(json_object())
    claims.note(order_id, claim)
    return jsonify({"success": True, "message": t("orders.claim_taken", state=claim.state)})


def _of_number(number: str) -> OrderRow:
    rate_limits.check("orders by number", ASKED)
    with reading() as connection:
        order = queries.by_number(connection, number)
    if order is None:
        raise NotFound(t("orders.unknown_number", number=number[:40]))
    return order


def _order_json(order: OrderRow) -> NamelessOrderJSON:
    status, currency = Status(order.status), settings().shop_currency
    return {
        "id": order.id,
        "orderNumber": order.number,
        "status": status,
        "statusLabel": t(f"statuses.{status}"),
        "paymentMethod": order.payment_method,
        "paymentStatus": payments.known_as(order.payment_status),
        "totalAmount": money.number(order.total, currency),
        "subtotal": money.number(order.subtotal, currency),
        "deliveryFee": money.number(order.shipping_amount, currency),
        "createdAt": iso(order.created_at),
    }


def _payment_json(order: OrderRow) -> PaymentStateJSON:
    return {
        "success": True,
        "orderNumber": order.number,
        "paymentStatus": payments.known_as(order.payment_status),
        # Another provider's opens its receipt, with the customer's name.
        "transactionId": order.transaction_id if order.payment_method == "ORANGE_MONEY" else None,
        "paymentMethod": order.payment_method,
        "totalAmount": money.number(order.total, settings().shop_currency),
        "orderStatus": Status(order.status),
    }
