"""How a page works, once: it is drawn, follows the log from there, and its forms act (docs/architecture.md, "A page").

A write is a POST that answers 303. Refused, it shows the page again with what was typed, and each reason at its field.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.db import Connection, reading
from printalma.events import log
from printalma.lib.errors import Refused
from printalma.lib.i18n import t


def init_app(app: Flask) -> None:
    app.context_processor(_since)


def is_fragment() -> bool:
    """Whether htmx asks: it puts what it gets into the page that is open."""
    return "HX-Request" in request.headers


@contextmanager
def drawing() -> Iterator[Connection]:
    """Read for a page. It follows the log from where that ended before anything was read: what comes in between is
    told twice, not never."""
    with reading() as connection:
        g.since, g.drawing = log.last_id(connection), connection
        try:
            yield connection
        finally:
            del g.drawing


@contextmanager
def beside() -> Iterator[Connection]:
    """Read for what stands on every page, with the connection of a page that is being drawn. Each page once took a
    second one while it held its own: with as many pages as connections nobody got one, and all were refused."""
    if "drawing" in g:
        yield g.drawing
        return
    with reading() as connection:
        yield connection


def draw_form(template: str, fields: Mapping[str, Any], problem: Refused | None = None, **shown: Any) -> str:
    """A page with a form that holds `fields`, and what is wrong with them by field."""
    return render_template(template, fields=fields, problem=problem, errors=errors_by_field(problem), **shown)


def errors_by_field(problem: Refused | None) -> dict[str, str]:
    """One sentence for each field of a form; what is wrong with a part of a field is said at the field."""
    return {error.field.partition(".")[0]: error.message for error in problem.errors} if problem else {}


def answer_form(
    act: Callable[[], object], to: str, done: str | None = None, again: Callable[[Refused], str] | None = None
) -> AnyResponse:
    """Do it and go on `to` a page, which says the sentence `done`. Refused, the page is drawn `again`; a form in which
    nothing was typed goes on all the same, and the reason is said there."""
    try:
        act()
    except Refused as refused:
        if again is not None:
            return Response(again(refused), refused.status)
        flash(refused.message, "problem")
    else:
        if done is not None:
            flash(t(done), "done")
    return redirect(to, 303)


def _since() -> dict[str, Any]:
    return {"since": g.since} if "since" in g else {}
