"""The page behind a link for another password. Looking uses nothing up: mail servers open links before people do."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts import password_links, service, tokens
from printalma.accounts.commands import NewPassword
from printalma.accounts.cookies import remember_device, set_cookie
from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, home_of
from printalma.accounts.link_pages import behind_a_secret, secret_of_link
from printalma.accounts.policy import ATELIER, EVERYBODY
from printalma.db import reading
from printalma.lib.clock import now
from printalma.lib.errors import NotFound, Refused
from printalma.web.pages import draw_form
from printalma.web.routing import url_for

bp = Blueprint("password", __name__, url_prefix="/password")


@bp.get("")
@access(EVERYBODY)
@behind_a_secret
def page() -> str:
    return _page({})


@bp.post("")
@access(EVERYBODY)
@keyed()
@behind_a_secret
def choose() -> AnyResponse:
    try:
        actor = service.choose_password(secret_of_link(), NewPassword.parse(request.form))
    except NotFound:
        raise
    except Refused as refused:
        return Response(_page(request.form, refused), refused.status)
    response = redirect(home_of(actor) if actor.may(ATELIER) else url_for("accounts.login_page"), 303)
    set_cookie(response, tokens.issue(actor, now()))
    remember_device(response, actor)
    return response


def _page(fields: Mapping[str, Any], problem: Refused | None = None) -> str:
    with reading() as connection:
        user = password_links.opened(connection, secret_of_link())
    return draw_form("accounts/password.html", fields, problem, user=user)
