"""The page of the press, and what is done on it."""

from collections.abc import Callable, Iterable
from functools import partial

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ATELIER
from printalma.atelier import commands, service, visuals
from printalma.atelier.page import Press
from printalma.db import reading
from printalma.events import log
from printalma.lib.errors import Refused
from printalma.live.channels import Page
from printalma.live.websocket import position_of
from printalma.web import pages

POSITION = "Log-Position"  # where the log ended: a page that has followed it further leaves the answer be

bp = Blueprint("atelier", __name__)


@bp.get("/dashboard/atelier")
@access(ATELIER)
def page() -> str:
    """`?product=` shows one product's pieces, `?order=` one order's: the code on its sheet leads there."""
    with pages.drawing() as connection:
        press = _press()
        shown = press.shown(connection)
        drawn = visuals.drawn(connection, press.order, press.sight)
    return render_template("atelier/page.html", **shown, drawn=drawn)


@bp.post("/dashboard/atelier/pieces")
@access(ATELIER)
def tick() -> AnyResponse:
    """`tick=<line>:<first>:<last>:yes|no:<mark of the line>`, as often as pieces were tapped."""
    actor = signed_in_actor()
    wanted = commands.ticks(request.form.getlist("tick"))
    return _acted(partial(service.tick, each, actor) for each in wanted)


@bp.post("/dashboard/atelier/orders")
@access(ATELIER)
def move() -> AnyResponse:
    """`send=<order>:<version>` has a ready order be on its way, `back=<order>:<version>` takes that back."""
    actor, wanted = signed_in_actor(), commands.Move.parse(request.form)
    verb = service.take_back if wanted.back else service.send
    return _acted([partial(verb, wanted.order, wanted.version, actor)])


def _press() -> Press:
    return Press.parse(request.args.to_dict(flat=False), signed_in_actor().page_sight)


def _acted(acts: Iterable[Callable[[], object]]) -> AnyResponse:
    """Do all of it, whatever is refused. Without JavaScript: 303 back to the page. To the page's script: what the page
    has missed since it read the log last, and the problem in words; none clears the one before."""
    problem: Refused | None = None
    for act in acts:
        try:
            act()
        except Refused as refused:
            problem = refused
    press = _press()
    if not pages.is_fragment():
        if problem is not None:
            flash(problem.message, "problem")
        return redirect(press.address(), 303)
    with reading() as connection:
        cursor = log.last_id(connection)
        since = position_of(request.form.get("since"))
        fragments = Page(press, press.sight).missed(connection, cursor if since is None else since, cursor)
    fragments += render_template("_problem.html", problem=problem)
    answer = Response(fragments, problem.status if problem else 200)
    answer.headers[POSITION] = str(cursor)
    return answer
