"""The addresses that payment providers call (docs/contract.md, "Payment providers"). Without the shop's keys there are
none."""

from functools import partial
from typing import Literal

from flask import Blueprint, Response, jsonify
from typing_extensions import TypedDict

from printalma.accounts.guard import access
from printalma.accounts.policy import EVERYBODY
from printalma.config import settings
from printalma.lib.errors import NotFound
from printalma.lib.gateways import Keys
from printalma.lib.i18n import t
from printalma.payments.doors import orange_money, paydunya, paytech, service
from printalma.web.describe import File, describe

ERRORS = (400, 404, 413, 415)

bp = Blueprint("payment_doors", __name__)


class ReceivedJSON(TypedDict):
    received: Literal[True]


@bp.post("/paytech/ipn-callback")
@access(EVERYBODY)
@describe({200: File("text/plain")}, errors=ERRORS)
def from_paytech() -> Response:
    keys = _given(settings().gateways.paytech)
    message = paytech.read(keys)
    service.take(message, partial(paytech.confirm, keys, message))
    return Response("IPN OK", mimetype="text/plain")


@bp.post("/paydunya/webhook")
@access(EVERYBODY)
@describe({200: ReceivedJSON}, errors=ERRORS)
def from_paydunya() -> Response:
    return _of_paydunya()


@bp.post("/paydunya/callback")
@access(EVERYBODY)
@describe({200: ReceivedJSON}, errors=ERRORS)
def also_from_paydunya() -> Response:
    return _of_paydunya()


@bp.post("/orange-money/callback")
@access(EVERYBODY)
@describe({200: ReceivedJSON}, errors=ERRORS)
def from_orange_money() -> Response:
    keys = _given(settings().gateways.orange_money)
    message = orange_money.read(keys)
    service.take(message, partial(orange_money.confirm, keys, message))
    return _received()


def _of_paydunya() -> Response:
    keys = _given(settings().gateways.paydunya)
    message = paydunya.read(keys)
    service.take(message, partial(paydunya.confirm, keys, message))
    return _received()


def _received() -> Response:
    received: ReceivedJSON = {"received": True}
    return jsonify(received)


def _given(keys: Keys | None) -> Keys:
    if keys is None:
        raise NotFound(t("errors.404"))
    return keys
