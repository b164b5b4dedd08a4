"""What pages behind a link's secret have in common: they tell no other page of it, and a dead link says so."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, make_response, render_template, request

from printalma.lib.errors import NotFound

View = TypeVar("View", bound=Callable[..., Any])


def behind_a_secret(view: View) -> View:
    """Mark a view whose address holds a secret: no page that follows, and no file it loads, learns it from a referrer.
    Browsers then call the origin of its form "null", which guard knows."""

    @wraps(view)
    def marked(*args: Any, **kwargs: Any) -> Response:
        try:
            response = make_response(view(*args, **kwargs))
        except NotFound as over:
            response = make_response(render_template("accounts/dead_link.html", message=over.message), 404)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    marked.__dict__["behind_a_secret"] = True
    return cast(View, marked)


def secret_of_link() -> str:
    """It stands in the address's query, which no log keeps."""
    return request.args.get("token", "")
