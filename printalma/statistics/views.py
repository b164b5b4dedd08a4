"""The page of numbers."""

from flask import Blueprint, render_template, request

from printalma.accounts.guard import access
from printalma.accounts.policy import ADMIN
from printalma.db import reading
from printalma.events import log
from printalma.statistics.live import Numbers
from printalma.statistics.periods import Period

bp = Blueprint("numbers", __name__)


@bp.get("/dashboard/numbers")
@access(ADMIN)
def numbers() -> str:
    """The page; to htmx, which asks while it is open, only what may have changed."""
    view = Numbers(Period.parse(request.args.to_dict(flat=False)))
    with reading() as connection:
        if "HX-Request" in request.headers:
            return view.redraw(connection)
        since = log.last_id(connection)
        shown = view.shown(connection)
    return render_template("statistics/page.html", since=since, **shown)
