"""What a checkout asks after its order: /orders/number, payment-status, /orange-money/payment-status (docs/contract.md,
"After the checkout").

Open to anyone who counts up order numbers, so nothing in an answer says who ordered, and nothing that is said here
changes what an order is. Never a 401: front ends send whoever gets one away to sign in.
"""

from flask import Blueprint, Response, jsonify
from limits import RateLimitItemPerMinute

from printalma.accounts.guard import access
from printalma.accounts.policy import EVERYBODY
from printalma.config import settings
from printalma.db import reading
from printalma.lib.errors import NotFound
from printalma.lib.i18n import t
from printalma.orders import checkout, claims
from printalma.orders.checkout import NamelessOrderJSON, PaymentStateJSON
from printalma.orders.claims import ClaimBody, PaymentClaim
from printalma.orders.queries import OrderRow
from printalma.web import rate_limits
from printalma.web.bodies import json_object
from printalma.web.describe import describe
from printalma.web.responses import success
from printalma.web.schemas import Done, Success

# Of one address, a minute. A page that waits for its payment asks each second.
ASKED = RateLimitItemPerMinute(240)
CLAIMED = RateLimitItemPerMinute(30)

bp = Blueprint("checkout", __name__)


@bp.get("/orders/number/<string:number>")
@access(EVERYBODY)
@describe({200: Success[NamelessOrderJSON]}, errors=(429,))
def by_number(number: str) -> Response:
    order = _of_number(number)
    return success(t("orders.found"), checkout.order_json(order, settings().shop_currency))


@bp.get("/orange-money/payment-status/<string:number>")
@access(EVERYBODY)
@describe({200: PaymentStateJSON}, errors=(429,))
def payment_state(number: str) -> Response:
    return jsonify(checkout.payment_json(_of_number(number), settings().shop_currency))


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
        order = checkout.by_number(connection, number)
    if order is None:
        raise NotFound(t("orders.unknown_number", number=number[:40]))
    return order
