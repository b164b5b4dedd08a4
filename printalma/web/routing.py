"""Addresses: built from what they lead to, and read. A number in one is an id, and no id has more than fifteen digits.
A slash behind one changes nothing."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from flask import Flask, current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, MapAdapter, Rule, UnicodeConverter, ValidationError
from werkzeug.wrappers import Response as AnyResponse

from printalma.lib.validation import NOT_IN_A_TEXT

ADDRESSES = "printalma.addresses"
PAGES = ("/dashboard", "/login", "/logout", "/invitation", "/password")
HEALTH = ("/metrics", "/healthz", "/livez")
FOR_CHECKOUTS = ("/delivery", "/payment-methods", "/payment-config", "/orange-money")
FOR_PROVIDERS = ("/paytech", "/paydunya")
FOR_PROGRAMS = (
    "/auth",
    "/orders",
    *FOR_CHECKOUTS,
    *FOR_PROVIDERS,
    "/notifications",
    "/pictures",
    "/push",
    "/socket.io",
    "/static",
    *HEALTH,
)


class IdConverter(IntegerConverter):
    # A longer number is no id of ours: without the bound it would reach the database and overflow its column.
    regex = r"\d{1,15}"


class WordConverter(UnicodeConverter):
    def to_python(self, value: str) -> str:
        """PostgreSQL takes no text with a NUL in it, and said so by a 500: what is no text leads nowhere."""
        if NOT_IN_A_TEXT.search(value):
            raise ValidationError
        return value


class Route(Rule):
    """Code that builds addresses is written for each view, twice: 0.14 of the 1.4 s of a start. Most are never asked
    for; it is written for those that are, when they are."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        written = cache(lambda: super(Route, self)._compile_builder(append_unknown))
        return lambda rule, /, **values: written()(rule, **values)


def init_app(app: Flask) -> None:
    app.url_rule_class = Route
    app.url_map.converters |= {"int": IdConverter, "string": WordConverter, "default": WordConverter}
    app.url_map.strict_slashes = False
    app.extensions[ADDRESSES] = app.url_map.bind("")
    app.jinja_env.globals["url_for"] = url_for
    app.before_request(_to_the_page)


def url_for(endpoint: str, **values: object) -> str:
    """The address of a view, as pages name it. Flask's own needs a request, and nobody sends one when a socket or a
    phone is told of an order."""
    adapter: MapAdapter = current_app.extensions[ADDRESSES]
    return adapter.build(endpoint, values).removeprefix("ws://")  # a page's socket goes where the page came from


def view_at(path: str) -> tuple[str, Mapping[str, Any]] | None:
    """The view that answers whoever opens `path`, and what of the path it is given."""
    adapter: MapAdapter = current_app.extensions[ADDRESSES]
    try:
        endpoint, values = adapter.match(path, "GET")
    except HTTPException:
        return None
    return endpoint, values


def for_people() -> bool:
    """Whether a page must answer: one was asked for, or a browser was sent to where there is nothing for programs."""
    if request.path == "/" or request.path.startswith(PAGES):
        return True
    if request.path.startswith(FOR_PROGRAMS):
        return False
    return request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"


def _to_the_page() -> AnyResponse | None:
    """Calls are answered where they are sent, since a POST does not survive being redirected. A page has one address,
    by which its scripts and its socket know it."""
    if request.endpoint is None or request.method != "GET" or not request.path[1:].endswith("/") or not for_people():
        return None
    return redirect(request.full_path.replace("/?", "?", 1).rstrip("?"), 308)
