"""The two cookies: `auth_token`, the same token a front end may send as Bearer (docs/contract.md, "Sign-ins"), and
`device`, by which a device is known again that has signed in before (OWASP's "device cookie"). The second opens
nothing: it only has the device's own wrong passwords counted apart from everybody else's.
"""

import secrets
from typing import Any

from flask import Flask, Response, g, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts import tokens
from printalma.accounts.actor import Actor
from printalma.accounts.attempts import KnownDevice
from printalma.accounts.guard import COOKIE
from printalma.accounts.sign_ins import SIGN_IN_LASTS
from printalma.config import settings
from printalma.lib.clock import now
from printalma.web import origin

DEVICE_COOKIE = "device"
YEAR = 31_536_000  # seconds
MAX_USERS = 5  # of one device


def init_app(app: Flask) -> None:
    app.after_request(_renew)


def set_cookie(response: AnyResponse, token: str) -> None:
    response.set_cookie(COOKIE, token, max_age=int(SIGN_IN_LASTS.total_seconds()), **_flags())


def clear_cookie(response: AnyResponse) -> None:
    """The sign-in is over: no token, and none of the pages it showed. Not "storage": a device's choices and its service
    worker stay."""
    response.delete_cookie(COOKIE, **_flags())
    response.headers["Clear-Site-Data"] = '"cache"'


def known_device() -> KnownDevice | None:
    """The device that sends this request, when somebody has signed in on it before."""
    try:
        found = _signer().loads(request.cookies.get(DEVICE_COOKIE, ""))
    except BadSignature:
        return None
    return KnownDevice(str(found["id"]), tuple(found["users"]))


def remember_device(response: AnyResponse, actor: Actor) -> None:
    """The actor has signed in on this device."""
    before = known_device() or KnownDevice(secrets.token_hex(8), ())
    users = [actor.id, *(user for user in before.users if user != actor.id)][:MAX_USERS]
    response.set_cookie(
        DEVICE_COOKIE, str(_signer().dumps({"id": before.id, "users": users})), max_age=YEAR, **_flags()
    )


def _renew(response: Response) -> Response:
    actor = g.get("renewed")
    if actor is not None:
        set_cookie(response, tokens.issue(actor, now()))
    return response


def _flags() -> dict[str, Any]:
    # Front ends on other sites send the cookie only with SameSite=None, which browsers accept only with Secure, and
    # Secure only over HTTPS: a dashboard asked over HTTP by its name would never see its cookie again.
    secure = origin.is_secure()
    if settings().cors_origins and (secure or origin.is_listed()):
        return {"httponly": True, "samesite": "None", "secure": True}
    return {"httponly": True, "samesite": "Lax", "secure": secure}


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(list(reversed(settings().secret_keys)), salt="known device")  # it signs with the last
