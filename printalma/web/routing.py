"""Addresses: built from what they lead to, and read. A number in one is an id, and no id has more than fifteen digits.
A slash behind one changes nothing."""

from flask import Flask, current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, MapAdapter
from werkzeug.wrappers import Response as AnyResponse

from printalma.web.errors import for_people

ADDRESSES = "printalma.addresses"


class IdConverter(IntegerConverter):
    # A longer number is no id of ours: without the bound it would reach the database and overflow its column.
    regex = r"\d{1,15}"


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = IdConverter
    app.url_map.strict_slashes = False
    app.extensions[ADDRESSES] = app.url_map.bind("")
    app.jinja_env.globals["url_for"] = url_for
    app.before_request(_to_the_page)


def url_for(endpoint: str, **values: object) -> str:
    """The address of a view, as pages name it. Flask's own needs a request, and nobody sends one when a socket or a
    phone is told of an order."""
    adapter: MapAdapter = current_app.extensions[ADDRESSES]
    return adapter.build(endpoint, values).removeprefix("ws://")  # a page's socket goes where the page came from


def endpoint_at(path: str) -> str | None:
    """The view that answers whoever opens `path`."""
    adapter: MapAdapter = current_app.extensions[ADDRESSES]
    try:
        endpoint, _ = adapter.match(path, "GET")
    except HTTPException:
        return None
    return str(endpoint)


def _to_the_page() -> AnyResponse | None:
    """Calls are answered where they are sent, since a POST does not survive being redirected. A page has one address,
    by which its scripts and its socket know it."""
    if request.endpoint is None or not for_people() or request.method != "GET" or not request.path[1:].endswith("/"):
        return None
    return redirect(request.full_path.replace("/?", "?", 1).rstrip("?"), 308)
