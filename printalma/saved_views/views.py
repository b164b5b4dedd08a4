"""Saved views: their page, what saves, renames and removes them, and the tabs of a list with their numbers."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, flash, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.db import reading
from printalma.lib.errors import Refused
from printalma.lib.i18n import t
from printalma.orders.listing.filters import OrderFilters
from printalma.saved_views import queries, service, tabs
from printalma.saved_views.commands import Name
from printalma.web.pages import answer_form, draw_form, drawing
from printalma.web.routing import url_for

LATER_SECONDS = "3"
UNDO = "undo_view"  # the category of a page's last words that draws the form by which a view shows again what it did

bp = Blueprint("saved_views", __name__, url_prefix="/dashboard/views")


@bp.get("")
@access(DASHBOARD)
def page() -> str:
    return _page({})


@bp.post("")
@access(DASHBOARD)
@keyed()
def save() -> AnyResponse:
    actor = signed_in_actor()
    filters = queries.parsed(request.form.get("query", ""), actor.sight)

    def act() -> None:
        service.save(Name.parse(_name()), filters, actor)

    return answer_form(act, filters.address(), "saved_views.saved", again=lambda refused: _page(request.form, refused))


@bp.post("/<int:view_id>")
@access(DASHBOARD)
@keyed()
def rename(view_id: int) -> AnyResponse:
    return _done(lambda: service.rename(view_id, Name.parse(_name()), signed_in_actor()), view_id)


@bp.post("/<int:view_id>/filter")
@access(DASHBOARD)
@keyed()
def refilter(view_id: int) -> AnyResponse:
    """It shows from now on what the list shows that it is sent from, and the page that comes next takes that back; or
    with what it `was`, what it showed before."""
    actor, was = signed_in_actor(), request.form.get("was")
    filters = queries.parsed(request.form.get("query", ""), actor.sight)

    def act() -> None:
        before = service.refilter(view_id, filters, actor, was)
        if was is not None:
            flash(t("saved_views.refiltered_back"), "done")
        elif queries.parsed(before, actor.sight).is_filtered:
            flash(f"{view_id} {before} {filters.query()}", UNDO)
        else:
            flash(t("saved_views.refiltered"), "done")

    return answer_form(act, filters.address())


@bp.post("/<int:view_id>/remove")
@access(DASHBOARD)
@keyed()
def remove(view_id: int) -> AnyResponse:
    return _done(lambda: service.remove(view_id, signed_in_actor()), view_id)


@bp.get("/tabs")
@access(DASHBOARD)
def counted() -> Response:
    """The tabs of the list that the query asks for, counted as far as there was time; a Retry-After says that there is
    more."""
    actor = signed_in_actor()
    filters = OrderFilters.parse(request.args.to_dict(flat=False), actor.sight)
    with reading() as connection:
        is_all = tabs.count(connection, filters, actor)
    answer = Response(render_template("saved_views/_tabs_answer.html", filters=filters))
    if not is_all:
        answer.headers["Retry-After"] = LATER_SECONDS
    return answer


def _name() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in Name.model_fields}


def _done(act: Callable[[], None], view_id: int) -> AnyResponse:
    return answer_form(
        act,
        url_for("saved_views.page"),
        "saved_views.saved",
        again=lambda refused: _page(request.form, refused, view_id),
    )


def _page(fields: Mapping[str, str], problem: Refused | None = None, wrong: int | None = None) -> str:
    """`wrong` is the view whose form was refused; none: the new one's."""
    actor = signed_in_actor()
    filters = queries.parsed(fields.get("query", ""), actor.sight)
    with drawing():
        views = tabs.shown(filters)
    return draw_form("saved_views/page.html", fields, problem, wrong=wrong, filters=filters, views=views)
