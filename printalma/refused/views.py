"""The pages of refused orders: which there were, what was sent, why it was refused, and that somebody has seen it."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.lib.errors import NotFound
from printalma.lib.i18n import t
from printalma.lib.validation import whole
from printalma.refused import queries, service
from printalma.refused.live import RefusedList
from printalma.refused.shown import Shown
from printalma.web.pages import answer_form, drawing
from printalma.web.routing import url_for

LATEST = 2**42  # milliseconds: in a hundred years

bp = Blueprint("refused", __name__, url_prefix="/dashboard/refused")


@bp.before_request
def _only_who_sees_them() -> None:
    if not queries.may_see(signed_in_actor().sight):
        raise NotFound(t("refused.unknown"))


@bp.get("")
@access(DASHBOARD)
def listed() -> str:
    view = RefusedList.at(request.args.get("page"))
    with drawing() as connection:
        return render_template("refused/list.html", **view.shown(connection))


@bp.get("/<int:refused_id>")
@access(DASHBOARD)
def one(refused_id: int) -> str:
    with drawing() as connection:
        row = queries.by_id(connection, refused_id)
    if row is None:
        raise NotFound(t("refused.unknown"))
    return render_template("refused/one.html", refused=Shown(row))


@bp.post("/<int:refused_id>/seen")
@access(DASHBOARD)
def see(refused_id: int) -> AnyResponse:
    return _seen(refused_id)


@bp.post("/seen")
@access(DASHBOARD)
def see_all() -> AnyResponse:
    return _seen(None)


def _seen(refused_id: int | None) -> AnyResponse:
    """As they were when the page was drawn: what was refused since waits."""
    milliseconds = whole(request.form.get("upto")) or 0
    upto = datetime.fromtimestamp(min(max(milliseconds, 0), LATEST) / 1000, UTC)
    return answer_form(lambda: service.see(upto, signed_in_actor(), refused_id), url_for("refused.listed"))
