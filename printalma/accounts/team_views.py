"""The team's page, and the page behind an invitation's link."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts import policy, queries, team, tokens, twins
from printalma.accounts.commands import ChangeRole, Invite, Register
from printalma.accounts.cookies import remember_device, set_cookie
from printalma.accounts.forms import keyed, secret
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ADMIN, DASHBOARD, EVERYBODY, OWNER, Role
from printalma.db import reading
from printalma.events import log
from printalma.lib.clock import now
from printalma.lib.errors import NotFound, Refused
from printalma.lib.i18n import t
from printalma.web import origin

TEAM = "/dashboard/team"

bp = Blueprint("team", __name__)


@bp.get(TEAM)
@access(ADMIN)
def page() -> str:
    return _page()


@bp.post(f"{TEAM}/invitations")
@access(ADMIN)
@keyed()
def invite() -> AnyResponse:
    """The link goes to the page in its last words, which only this browser reads: no address and no log holds it."""
    token = secret()
    try:
        team.invite(Invite.parse(request.form), token, signed_in_actor())
    except Refused as refused:
        return Response(_page(request.form, refused), refused.status)
    flash(origin.address() + url_for("team.invitation", token=token), "invitation")
    return redirect(TEAM, 303)


@bp.post(f"{TEAM}/invitations/<int:invitation_id>/revoke")
@access(ADMIN)
@keyed()
def revoke(invitation_id: int) -> AnyResponse:
    return _done(lambda: team.revoke(invitation_id, signed_in_actor()), "team.revoked")


@bp.post(f"{TEAM}/<int:user_id>/role")
@access(ADMIN)
@keyed()
def change_role(user_id: int) -> AnyResponse:
    return _done(
        lambda: team.change_role(user_id, ChangeRole.parse(request.form).role, signed_in_actor()), "team.role_changed"
    )


@bp.post(f"{TEAM}/<int:user_id>/active")
@access(ADMIN)
@keyed()
def set_active(user_id: int) -> AnyResponse:
    active = request.form.get("active") == "on"
    sentence = "team.enabled" if active else "team.disabled"
    return _done(lambda: team.set_active(user_id, active, signed_in_actor()), sentence)


@bp.post(f"{TEAM}/twins")
@access(ADMIN)
def acknowledge_twins() -> AnyResponse:
    return _done(twins.acknowledge, "team.twins_known")


@bp.get("/invitation")
@access(EVERYBODY)
def invitation() -> str:
    return _invitation({})


@bp.post("/invitation")
@access(EVERYBODY)
@keyed()
def accept() -> AnyResponse:
    try:
        actor = team.accept(_token(), Register.parse(request.form))
    except NotFound:
        raise
    except Refused as refused:
        return Response(_invitation(request.form, refused), refused.status)
    response = redirect("/dashboard" if actor.may(DASHBOARD) else "/login", 303)
    set_cookie(response, tokens.issue(actor, now()))
    remember_device(response, actor)
    return response


def _done(change: Callable[[], None], sentence: str) -> AnyResponse:
    try:
        change()
        flash(t(sentence), "done")
    except Refused as refused:
        flash(refused.message, "problem")
    return redirect(TEAM, 303)


def _page(fields: Mapping[str, Any] | None = None, problem: Refused | None = None) -> str:
    actor = signed_in_actor()
    with reading() as connection:
        return render_template(
            "accounts/team.html",
            since=log.last_id(connection),
            members=queries.members(connection),
            twins=twins.found(connection),
            invitations=queries.open_invitations(connection, now()),
            roles=[role for role in Role if actor.may(OWNER) or not policy.may(role, OWNER)],
            fields=fields or {},
            problem=problem,
            errors=_by_field(problem),
        )


def _token() -> str:
    """The link's secret stands in its query, which no log keeps."""
    return request.args.get("token", "")


def _invitation(fields: Mapping[str, Any], problem: Refused | None = None) -> str:
    found = team.invitation(_token())
    return render_template(
        "accounts/invitation.html", invitation=found, fields=fields, problem=problem, errors=_by_field(problem)
    )


def _by_field(problem: Refused | None) -> dict[str, str]:
    return {error.field: error.message for error in problem.errors} if problem else {}
