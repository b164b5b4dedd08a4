"""Front ends on other origins: exactly those of CORS_ORIGINS may call the JSON routes, with cookies. Off a platform,
other ports of this machine may with tokens (`origin.is_next_door`).

A preflight is answered before anything else looks at the request, because browsers send it without a token. It
promises nothing about the call itself, which then gets its 401, 404 or 405 in a form the front end can read.
"""

import re

from flask import Flask, Response, request

from printalma.web import origin
from printalma.web.routing import for_people

METHODS = "GET, POST, PUT, PATCH, DELETE"
EXPOSED = "Idempotent-Replayed, Retry-After"
PICTURES = "/pictures/"  # previews and exports of front ends draw them
REMEMBERED = "3600"  # seconds a browser need not ask again
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")


def init_app(app: Flask) -> None:
    app.before_request(_preflight)
    app.after_request(_allow)


def _preflight() -> Response | None:
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers or _is_page():
        return None
    response = Response(status=204)
    response.vary.update(("Origin", "Access-Control-Request-Headers"))
    if _may_call():
        _grant(response)
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = ", ".join(_wanted_headers())
        response.headers["Access-Control-Max-Age"] = REMEMBERED
    return response


def _allow(response: Response) -> Response:
    if (response.is_json or request.path.startswith(PICTURES)) and not _is_page():
        vary = response.headers.get("Vary")
        response.headers["Vary"] = f"{vary}, Origin" if vary else "Origin"
        if _may_call():
            _grant(response)
            response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response


def _may_call() -> bool:
    if "HTTP_ORIGIN" not in request.environ:
        return False
    if origin.is_listed() or origin.is_next_door():
        return True
    if not origin.is_ours():
        origin.tell_refused()
    return False


def _grant(response: Response) -> None:
    response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
    response.headers["Access-Control-Allow-Credentials"] = "true"


def _is_page() -> bool:
    """What no script of another origin has any business with, whoever lists it."""
    return for_people() or request.path.startswith("/static/")


def _wanted_headers() -> list[str]:
    """All that the front end wants to send: a listed origin is trusted, and older ones send headers of their own."""
    names = request.headers.get("Access-Control-Request-Headers", "").split(",")
    return [name.strip() for name in names if _HEADER_NAME.fullmatch(name.strip())]
