"""The dashboard's bell and its page."""

from contextlib import suppress

from flask import Blueprint, Response, after_this_request, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.actor import Actor
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.config import settings
from printalma.db import Connection, Unavailable, reading
from printalma.lib.clock import now, shop_day
from printalma.lib.validation import whole
from printalma.notifications import bell, service
from printalma.orders import counters
from printalma.web import pages
from printalma.web.routing import url_for

bp = Blueprint("bell", __name__, url_prefix="/dashboard/notifications")


@bp.get("")
@access(DASHBOARD)
def notifications() -> str:
    actor = signed_in_actor()
    with reading() as connection:
        page = bell.page(connection, actor, whole(request.args.get("before")))
        pending = _pending(connection, actor)
    days = bell.days(page.news, settings().shop_tz)
    return render_template("notifications/list.html", page=page, days=days, pending=pending, since=page.upto)


@bp.get("/count")
@access(DASHBOARD)
def count() -> Response:
    """Where the bell stands, for a page that cannot tell by counting; and how many orders nobody has touched."""
    actor = signed_in_actor()
    with reading() as connection:
        found = bell.count(connection, actor)
        pending = _pending(connection, actor)
    _begin(actor, found)
    return jsonify({"unread": found.unread, "upto": found.upto, "pending": pending})


@bp.post("/read")
@access(DASHBOARD)
def read() -> AnyResponse:
    """Everything up to `upto`, the newest event there was when the page was drawn, is read."""
    service.mark_all_read(signed_in_actor(), whole(request.form.get("upto")))
    return redirect(url_for("bell.notifications"), 303)


def shown() -> bell.Count:
    """What the bell of the page that is being drawn says."""
    actor = signed_in_actor()
    with pages.beside() as connection:
        found = bell.count(connection, actor)
    _begin(actor, found)
    return found


def _pending(connection: Connection, actor: Actor) -> int:
    """How many orders nobody has touched, for those who see all of them."""
    if not actor.sight.is_whole:
        return 0
    return counters.read(connection, shop_day(now(), settings().shop_tz).isoformat()).pending


def _begin(actor: Actor, found: bell.Count) -> None:
    """Note a first look once the page is drawn; where nothing can be written, the next one is the first."""

    def note(response: Response) -> Response:
        with suppress(Unavailable):
            service.look(actor, found.upto)
        return response

    if found.is_first:
        after_this_request(note)
