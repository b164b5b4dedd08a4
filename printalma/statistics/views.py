"""The page of numbers."""

from flask import Blueprint, render_template, request

from printalma.accounts.guard import access
from printalma.accounts.policy import ADMIN
from printalma.statistics.live import Numbers
from printalma.statistics.periods import Period
from printalma.web.pages import drawing, is_fragment

bp = Blueprint("numbers", __name__)


@bp.get("/dashboard/numbers")
@access(ADMIN)
def numbers() -> str:
    """The page; to htmx, which asks while it is open, only what may have changed."""
    view = Numbers(Period.parse(request.args.to_dict(flat=False)))
    with drawing() as connection:
        if is_fragment():
            return view.redraw(connection)
        shown = view.shown(connection)
    return render_template("statistics/page.html", **shown)
