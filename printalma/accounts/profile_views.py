"""One's own page: name, password, and tokens for scripts."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts import queries, service, sign_ins, tokens
from printalma.accounts.commands import ChangePassword, NameToken, Rename
from printalma.accounts.form_keys import is_done
from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.db import reading
from printalma.events import log
from printalma.lib.clock import now
from printalma.lib.errors import Refused
from printalma.lib.i18n import t

PROFILE = "/dashboard/profile"

bp = Blueprint("profile", __name__, url_prefix=PROFILE)


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
    try:
        actor = sign_ins.make_token(NameToken.parse(request.form), signed_in_actor())
    except Refused as refused:
        return Response(_page(refused, request.form), refused.status)
    flash(tokens.issue(actor, now()), "token")
    return redirect(PROFILE, 303)


@bp.post("/tokens/end")
@access(DASHBOARD)
@keyed()
def end_token() -> AnyResponse:
    return _done(lambda: sign_ins.end_token(request.form.get("mark", ""), signed_in_actor()), "profile.token_ended")


def _done(change: Callable[[], None], sentence: str) -> AnyResponse:
    try:
        change()
    except Refused as refused:
        if not is_done():  # sent again, the old password is wrong because it has been changed
            return Response(_page(refused), refused.status)
    flash(t(sentence), "done")
    return redirect(PROFILE, 303)


def _page(problem: Refused | None = None, typed: Mapping[str, str] | None = None) -> str:
    actor = signed_in_actor()
    with reading() as connection:
        since = log.last_id(connection)
        user = queries.require_user(connection, actor.id)
        made = sign_ins.open_tokens(connection, actor.id)
    return render_template(
        "accounts/profile.html",
        since=since,
        is_weak=user.weak_password,
        fields={"firstName": actor.first_name, "lastName": actor.last_name, **(typed or {})},
        tokens=made,
        problem=problem,
        errors={error.field: error.message for error in problem.errors} if problem else {},
    )
