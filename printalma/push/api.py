"""/push: devices, for front ends. Customers hear of their own orders, admins of what they chose on the dashboard."""

from flask import Blueprint, Response, request
from typing_extensions import TypedDict

from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import EVERYBODY, SIGNED_IN
from printalma.db import reading
from printalma.lib.i18n import t
from printalma.push import queries, service
from printalma.push.commands import Subscribe, Unsubscribe
from printalma.web.bodies import json_object
from printalma.web.describe import describe
from printalma.web.responses import success
from printalma.web.schemas import Success

bp = Blueprint("push", __name__, url_prefix="/push")


class PublicKey(TypedDict):
    publicKey: str


class Subscribed(TypedDict):
    id: int


@bp.get("/public-key")
@access(EVERYBODY)
@describe({200: Success[PublicKey]})
def public_key() -> Response:
    with reading() as connection:
        return success(t("push.key"), {"publicKey": queries.public_key(connection)})


@bp.post("/subscriptions")
@access(SIGNED_IN)
@describe({201: Success[Subscribed]}, body=Subscribe, errors=(409,))
def subscribe() -> Response:
    command = Subscribe.parse(json_object())
    device_id = service.subscribe(command, signed_in_actor(), request.headers.get("User-Agent", ""))
    return success(t("push.subscribed"), {"id": device_id}, 201)


@bp.delete("/subscriptions")
@access(SIGNED_IN)
@describe({200: Success[None]}, body=Unsubscribe)
def unsubscribe() -> Response:
    service.unsubscribe(Unsubscribe.parse(json_object()).endpoint, signed_in_actor())
    return success(t("push.unsubscribed"), None)
