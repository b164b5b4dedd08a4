"""The cookie `auth_token`: the same token a front end may send as Bearer (docs/contract.md, "Sign-ins")."""

from typing import Any

from flask import Flask, Response, g
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts import tokens
from printalma.accounts.guard import COOKIE
from printalma.accounts.sign_ins import SIGN_IN_LASTS
from printalma.config import settings
from printalma.lib.clock import now
from printalma.web import origin


def init_app(app: Flask) -> None:
    app.after_request(_renew)


def set_cookie(response: AnyResponse, token: str) -> None:
    response.set_cookie(COOKIE, token, max_age=int(SIGN_IN_LASTS.total_seconds()), **flags())


def clear_cookie(response: AnyResponse) -> None:
    """The sign-in is over: no token, and none of the pages it showed. Not "storage": a device's choices and its service
    worker stay."""
    response.delete_cookie(COOKIE, **flags())
    response.headers["Clear-Site-Data"] = '"cache"'


def _renew(response: Response) -> Response:
    actor = g.get("renewed")
    if actor is not None:
        set_cookie(response, tokens.issue(actor, now()))
    return response


def flags() -> dict[str, Any]:
    # Front ends on other sites send the cookie only with SameSite=None, which browsers accept only with Secure, and
    # Secure only over HTTPS: a dashboard asked over HTTP by its name would never see its cookie again.
    secure = origin.is_secure()
    if settings().cors_origins and (secure or origin.is_listed()):
        return {"httponly": True, "samesite": "None", "secure": True}
    return {"httponly": True, "samesite": "Lax", "secure": secure}
