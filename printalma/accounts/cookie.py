"""The cookie `auth_token`: the same token a front end may send as Bearer (contract, "Conventions")."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from printalma.accounts.guard import COOKIE
from printalma.accounts.sign_ins import SIGN_IN_LASTS
from printalma.config import settings


def set_cookie(response: Response, token: str) -> None:
    response.set_cookie(COOKIE, token, max_age=int(SIGN_IN_LASTS.total_seconds()), **_flags())


def clear_cookie(response: Response) -> None:
    """The sign-in is over: no token, and none of the pages it showed. Not "storage": a device's choices and its service
    worker stay."""
    response.delete_cookie(COOKIE, **_flags())
    response.headers["Clear-Site-Data"] = '"cache"'


def _flags() -> dict[str, Any]:
    # Front ends on other origins send the cookie only with SameSite=None, which browsers accept only with Secure.
    if settings().cors_origins:
        return {"httponly": True, "samesite": "None", "secure": True}
    return {"httponly": True, "samesite": "Lax", "secure": request.is_secure}
