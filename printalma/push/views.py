"""The dashboard's page of devices: which are told, of what, and when."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.config import settings
from printalma.events.outbox.channel import Outcome
from printalma.lib.clock import now
from printalma.lib.i18n import t
from printalma.push import queries, service
from printalma.push.commands import SavePreferences
from printalma.web.pages import answer_form, beside, drawing
from printalma.web.routing import url_for

KINDS = ("new", "cancelled", "status")
CHOICES = (*KINDS, "not_while_looking")

bp = Blueprint("devices", __name__, url_prefix="/dashboard")


@bp.get("/devices")
@access(DASHBOARD)
def devices() -> str:
    return _page()


@bp.post("/devices/preferences")
@access(DASHBOARD)
@keyed()
def save() -> AnyResponse:
    form = request.form
    quiet = {name: form.get(name) if "quiet" in form else None for name in ("quiet_from", "quiet_to")}

    def act() -> None:
        service.set_preferences(
            SavePreferences.parse({name: name in form for name in CHOICES} | quiet), signed_in_actor()
        )

    return answer_form(act, _home(), "ui.devices.saved", again=lambda _: _page(t("ui.devices.quiet_wrong")))


@bp.post("/devices/<int:device_id>/remove")
@access(DASHBOARD)
@keyed()
def remove(device_id: int) -> AnyResponse:
    service.remove(device_id, signed_in_actor())
    flash(t("ui.devices.removed"), "done")
    return redirect(_home(), 303)


@bp.post("/devices/<int:device_id>/test")
@access(DASHBOARD)
def test(device_id: int) -> AnyResponse:
    """Send a message now, and say what came of it."""
    outcome = service.send_test(device_id, signed_in_actor())
    is_good = outcome is Outcome.DELIVERED
    flash(t("ui.devices.delivered") if is_good else t(f"push.outcomes.{outcome}"), "done" if is_good else "problem")
    return redirect(_home(), 303)


@bp.post("/seen")
@access(DASHBOARD)
def seen() -> AnyResponse:
    """A dashboard is in view."""
    service.looked(signed_in_actor())
    return Response(status=204)


def server_key() -> str:
    """The key with which the page that is being drawn subscribes."""
    with beside() as connection:
        return queries.public_key(connection)


def _home() -> str:
    return url_for("devices.devices")


def _page(problem: str | None = None) -> str:
    actor = signed_in_actor()
    with drawing() as connection:
        return render_template(
            "push/devices.html",
            devices=queries.devices(connection, actor.id),
            wanted=queries.preferences(connection, actor.id),
            kinds=KINDS,
            problem=problem,
            zone=settings().shop_tz.key,
            time=now(),
        )
