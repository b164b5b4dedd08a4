"""The team's page, and the page behind an invitation's link."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts import policy, queries, tokens
from printalma.accounts.commands import ChangeRole, Invite, Register
from printalma.accounts.cookies import remember_device, set_cookie
from printalma.accounts.forms import keyed, secret
from printalma.accounts.guard import access, home_of, signed_in_actor
from printalma.accounts.link_pages import behind_a_secret, secret_of_link
from printalma.accounts.policy import ADMIN, ATELIER, EVERYBODY, OWNER, Role
from printalma.config import settings
from printalma.lib.clock import now
from printalma.lib.errors import NotFound, Refused
from printalma.team import service, twins
from printalma.web import origin
from printalma.web.pages import answer_form, draw_form, drawing
from printalma.web.routing import url_for

bp = Blueprint("team", __name__)


@bp.get("/dashboard/team")
@access(ADMIN)
def page() -> str:
    return _page({})


@bp.post("/dashboard/team/invitations")
@access(ADMIN)
@keyed()
def invite() -> AnyResponse:
    """The link goes to the page in its last words, which only this browser reads: no address and no log holds it."""

    def make() -> None:
        token = secret()
        service.invite(Invite.parse(request.form), token, signed_in_actor())
        flash(origin.address() + url_for("team.invitation", token=token), "invitation")

    return answer_form(make, url_for("team.page"), again=lambda refused: _page(request.form, refused))


@bp.post("/dashboard/team/invitations/<int:invitation_id>/revoke")
@access(ADMIN)
@keyed()
def revoke(invitation_id: int) -> AnyResponse:
    return _done(lambda: service.revoke(invitation_id, signed_in_actor()), "team.revoked")


@bp.post("/dashboard/team/<int:user_id>/role")
@access(ADMIN)
@keyed()
def change_role(user_id: int) -> AnyResponse:
    return _done(
        lambda: service.change_role(user_id, ChangeRole.parse(request.form).role, signed_in_actor()),
        "team.role_changed",
    )


@bp.post("/dashboard/team/<int:user_id>/active")
@access(ADMIN)
@keyed()
def set_active(user_id: int) -> AnyResponse:
    active = request.form.get("active") == "on"
    sentence = "team.enabled" if active else "team.disabled"
    return _done(lambda: service.set_active(user_id, active, signed_in_actor()), sentence)


@bp.post("/dashboard/team/<int:user_id>/password-link")
@access(ADMIN)
@keyed()
def make_password_link(user_id: int) -> AnyResponse:
    """Its host is what the shop is called in its settings, never what a request calls it: where nothing is said there,
    the page puts the address in front under which the browser knows it."""

    def make() -> None:
        token = secret()
        name = service.make_password_link(user_id, token, signed_in_actor())
        link = (settings().shop_url or "") + url_for("password.page", token=token)
        flash(f"{name}\n{link}", "password_link")

    return answer_form(make, url_for("team.page"))


@bp.post("/dashboard/team/twins")
@access(ADMIN)
def acknowledge_twins() -> AnyResponse:
    return _done(twins.acknowledge, "team.twins_known")


@bp.get("/invitation")
@access(EVERYBODY)
@behind_a_secret
def invitation() -> str:
    return _invitation({})


@bp.post("/invitation")
@access(EVERYBODY)
@keyed()
@behind_a_secret
def accept() -> AnyResponse:
    try:
        actor = service.accept(secret_of_link(), Register.parse(request.form))
    except NotFound:
        raise
    except Refused as refused:
        return Response(_invitation(request.form, refused), refused.status)
    response = redirect(home_of(actor) if actor.may(ATELIER) else url_for("accounts.login_page"), 303)
    set_cookie(response, tokens.issue(actor, now()))
    remember_device(response, actor)
    return response


def _done(change: Callable[[], None], sentence: str) -> AnyResponse:
    return answer_form(change, url_for("team.page"), sentence)


def _page(fields: Mapping[str, Any], problem: Refused | None = None) -> str:
    actor = signed_in_actor()
    with drawing() as connection:
        return draw_form(
            "team/page.html",
            fields,
            problem,
            members=queries.members(connection),
            twins=twins.found(connection),
            invitations=queries.open_invitations(connection, now()),
            roles=[role for role in Role if actor.may(OWNER) or not policy.may(role, OWNER)],
        )


def _invitation(fields: Mapping[str, Any], problem: Refused | None = None) -> str:
    return draw_form("team/invitation.html", fields, problem, invitation=service.invitation(secret_of_link()))
