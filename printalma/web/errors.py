"""Whatever goes wrong, answered in the contract's form: JSON for JSON routes, a page for people."""

import logging
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, jsonify, redirect, render_template, request
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES as REASONS  # Python's own names change with its versions
from werkzeug.wrappers import Response as AnyResponse

from printalma.db import UNREACHABLE, ReadTooLong
from printalma.db.faults import why
from printalma.lib.errors import Forbidden, Refused, TooMany, Unauthorized
from printalma.lib.i18n import t
from printalma.lib.rare import RARE
from printalma.web.pages import is_fragment
from printalma.web.routing import for_people, url_for

log = logging.getLogger(__name__)
UNAUTHORIZED = {"message": "Unauthorized", "statusCode": 401}
FORBIDDEN = {"message": "Forbidden resource", "error": "Forbidden", "statusCode": 403}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)
    for unreachable in UNREACHABLE:
        app.register_error_handler(unreachable, _unavailable)
    app.register_error_handler(ParseException, _unreadable)
    app.register_error_handler(Exception, _unexpected)


def body(status: int, message: str, errors: list[dict[str, str]] | None = None, data: Any = None) -> dict[str, Any]:
    """The contract's error object. `data` is there only when it says something (a stale order as it is now)."""
    found: dict[str, Any] = {
        "success": False,
        "message": message,
        "error": REASONS[status],
        "statusCode": status,
        "errors": errors or [],
    }
    return found if data is None else found | {"data": data}


def message_of(status: int) -> str:
    return t(f"errors.{status}") if status in (400, 404, 405, 408, 413, 414, 415, 429, 431, 500) else REASONS[status]


def _refused(error: Refused) -> AnyResponse:
    if isinstance(error, Unauthorized):
        return _unauthorized(error)
    if isinstance(error, Forbidden):
        return _answer(403, error.message, error.data or FORBIDDEN)
    errors = [{"field": e.field, "message": e.message} for e in error.errors]
    response = _answer(error.status, error.message, body(error.status, error.message, errors, error.data))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _unauthorized(error: Unauthorized) -> AnyResponse:
    if for_people() and is_fragment():
        return Response(status=401)  # behind a redirect a script would find the sign-in page, and take it for an answer
    if for_people():
        return redirect(_login_address(), 303)
    response = jsonify(error.data or UNAUTHORIZED)
    response.status_code = 401
    return response


def _login_address() -> str:
    """The sign-in page, from which one comes back to the page that was asked for, or whose form was sent."""
    login = url_for("accounts.login_page")
    if request.method == "GET":
        query = request.query_string.decode("ascii", "ignore")  # what browsers send is ASCII; others send any bytes
        return f"{login}?{urlencode({'next': f'{request.path}?{query}'.rstrip('?')})}"
    _, is_ours, page = (request.referrer or "").partition(f"//{request.host}/")
    return f"{login}?{urlencode({'next': f'/{page}', 'unsent': '1'})}" if is_ours else login


def _http(error: HTTPException) -> AnyResponse:
    if isinstance(error.response, AnyResponse):
        return error.response  # a redirect of the router's, already complete
    status = error.code or 500
    message = message_of(status)
    is_form = status == 413 and for_people() and request.method == "POST"
    response = _too_large() if is_form else _answer(status, message, body(status, message))
    if status == 405:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "")
    return response


def _too_large() -> Response:
    """A file's form, sent without scripts, which would have made a photograph smaller: the way back to its page."""
    _, _, form = (request.referrer or "").partition(f"//{request.host}/")
    return Response(render_template("too_large.html", form=f"/{form.lstrip('/')}"), 413, mimetype="text/html")


def _unavailable(error: Exception) -> AnyResponse:
    # A word and not a traceback: every request meets it until the database is back.
    log.error("database unavailable: %s", why(error), extra=RARE)
    # Flask-Login hands every template the user, and would ask the database who that is: an error within the error.
    g.setdefault("_login_user", None)
    is_too_long = isinstance(error, ReadTooLong)
    sentence = t("errors.too_long" if is_too_long else "errors.503")
    response = _answer(503, sentence, body(503, sentence), comes_back=not is_too_long)
    response.headers["Retry-After"] = "5"
    return response


def _unreadable(_error: ParseException) -> AnyResponse:
    """A body that is no HTTP, found while it was read: chunks that do not say how long they are."""
    return _answer(400, t("errors.400"), body(400, t("errors.400")))


def _unexpected(error: Exception) -> AnyResponse:
    log.error("unexpected error in %s %s", request.method, request.path, exc_info=error)
    return _answer(500, t("errors.500"), body(500, t("errors.500")))


def _answer(status: int, message: str, as_json: dict[str, Any], comes_back: bool = False) -> Response:
    if for_people():
        page = render_template("error.html", status=status, message=message, comes_back=comes_back)
        return Response(page, status, mimetype="text/html")
    response = jsonify(as_json)
    response.status_code = status
    return response
