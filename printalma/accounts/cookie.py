"""The cookie `auth_token`: the same token a front end may send as Bearer (contract, "Conventions")."""

from typing import Any

from werkzeug.wrappers import Response

from printalma.accounts.guard import COOKIE
from printalma.accounts.sign_ins import SIGN_IN_LASTS
from printalma.config import settings
from printalma.serve import origin


def set_cookie(response: Response, token: str) -> None:
    response.set_cookie(COOKIE, token, max_age=int(SIGN_IN_LASTS.total_seconds()), **_flags())


def clear_cookie(response: Response) -> None:
    """The sign-in is over: no token, and none of the pages it showed. Not "storage": a device's choices and its service
    worker stay."""
    response.delete_cookie(COOKIE, **_flags())
    response.headers["Clear-Site-Data"] = '"cache"'


def _flags() -> dict[str, Any]:
    # Front ends on other sites send the cookie only with SameSite=None, which browsers accept only with Secure, and
    # Secure only over HTTPS: a dashboard asked over HTTP by its name would never see its cookie again.
    secure = origin.is_secure()
    if settings().cors_origins and (secure or origin.is_listed()):
        return {"httponly": True, "samesite": "None", "secure": True}
    return {"httponly": True, "samesite": "Lax", "secure": secure}
