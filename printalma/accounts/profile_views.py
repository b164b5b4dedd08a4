"""One's own page: name, password, and tokens for scripts."""

from collections.abc import Callable, Mapping

from flask import Blueprint, flash, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts import queries, service, sign_ins, tokens
from printalma.accounts.commands import ChangePassword, NameToken, Rename
from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.lib.clock import now
from printalma.lib.errors import Refused
from printalma.web.pages import answer_form, draw_form, drawing
from printalma.web.routing import url_for

bp = Blueprint("profile", __name__, url_prefix="/dashboard/profile")


@bp.get("")
@access(DASHBOARD)
def page() -> str:
    return _page()


@bp.post("/name")
@access(DASHBOARD)
@keyed()
def rename() -> AnyResponse:
    return _done(lambda: service.rename(Rename.parse(request.form), signed_in_actor()), "accounts.renamed")


@bp.post("/password")
@access(DASHBOARD)
@keyed()
def change_password() -> AnyResponse:
    return _done(
        lambda: service.change_password(ChangePassword.parse(request.form), signed_in_actor()),
        "accounts.password_changed",
    )


@bp.post("/tokens")
@access(DASHBOARD)
@keyed()
def make_token() -> AnyResponse:
    """The token goes to the page in its last words, as an invitation does: it is shown once, and kept nowhere."""

    def make() -> None:
        actor = sign_ins.make_token(NameToken.parse(request.form), signed_in_actor())
        flash(tokens.issue(actor, now()), "token")

    return answer_form(make, url_for("profile.page"), again=lambda refused: _page(refused, request.form))


@bp.post("/tokens/end")
@access(DASHBOARD)
@keyed()
def end_token() -> AnyResponse:
    return _done(lambda: sign_ins.end_token(request.form.get("mark", ""), signed_in_actor()), "profile.token_ended")


def _done(change: Callable[[], None], sentence: str) -> AnyResponse:
    return answer_form(change, url_for("profile.page"), sentence, again=_page)


def _page(problem: Refused | None = None, typed: Mapping[str, str] | None = None) -> str:
    actor = signed_in_actor()
    with drawing() as connection:
        user = queries.require_user(connection, actor.id)
        made = sign_ins.open_tokens(connection, actor.id)
    fields = {"firstName": actor.first_name, "lastName": actor.last_name, **(typed or {})}
    return draw_form("accounts/profile.html", fields, problem, is_weak=user.weak_password, tokens=made)
