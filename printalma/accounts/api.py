"""/auth: the JSON side of accounts (docs/contract.md, "Auth")."""

from flask import Blueprint, Response, jsonify, request
from limits import RateLimitItemPerHour

from printalma.accounts import service, sign_ins, tokens
from printalma.accounts.actor import Actor
from printalma.accounts.commands import ChangePassword, Login, Register
from printalma.accounts.cookies import clear_cookie, known_device, remember_device, set_cookie
from printalma.accounts.guard import access, current_actor, signed_in_actor
from printalma.accounts.policy import EVERYBODY, SIGNED_IN
from printalma.accounts.schemas import Checked, SignedIn, UserJSON
from printalma.config import settings
from printalma.lib.addresses import address_key
from printalma.lib.clock import now
from printalma.lib.i18n import t
from printalma.web import rate_limits
from printalma.web.bodies import json_object
from printalma.web.describe import describe
from printalma.web.schemas import BadSignIn, Message

bp = Blueprint("auth", __name__, url_prefix="/auth")


@bp.post("/login")
@access(EVERYBODY)
@describe({201: SignedIn, 401: BadSignIn}, body=Login, errors=(429,), tells={201: "Set-Cookie"})
def login() -> Response:
    return _welcome(sign_ins.login(Login.parse(json_object()), address_key(request.remote_addr), known_device()))


@bp.post("/register")
@access(EVERYBODY)
@describe({201: SignedIn}, body=Register, errors=(409, 429), tells={201: "Set-Cookie"})
def register() -> Response:
    if most := settings().limits.registrations_per_hour:
        rate_limits.check("registrations", RateLimitItemPerHour(most))
    return _welcome(service.register(Register.parse(json_object())))


@bp.post("/logout")
@access(EVERYBODY)
@describe({201: Message}, tells={201: "Set-Cookie"})
def logout() -> Response:
    actor = current_actor()
    if actor is not None:
        sign_ins.logout(actor)
    response = jsonify({"message": t("accounts.signed_out")})
    response.status_code = 201
    clear_cookie(response)
    return response


@bp.get("/check")
@access(SIGNED_IN)
@describe({200: Checked})
def check() -> Response:
    return jsonify({"isAuthenticated": True, "user": signed_in_actor().as_json()})


@bp.get("/profile")
@access(SIGNED_IN)
@describe({200: UserJSON})
def profile() -> Response:
    return jsonify(signed_in_actor().as_json())


@bp.put("/change-password")
@access(SIGNED_IN)
@describe({200: Message}, body=ChangePassword, errors=(429,))
def change_password() -> Response:
    service.change_password(ChangePassword.parse(json_object()), signed_in_actor())
    return jsonify({"message": t("accounts.password_changed")})


def _welcome(actor: Actor) -> Response:
    token = tokens.issue(actor, now())
    response = jsonify({"user": actor.as_json(), "access_token": token})
    response.status_code = 201
    set_cookie(response, token)
    remember_device(response, actor)
    return response
