"""The page for who has forgotten their password: it says whom to ask, and with mail sends a link itself."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access
from printalma.accounts.policy import EVERYBODY
from printalma.config import settings
from printalma.lib.addresses import address_key
from printalma.lib.errors import Refused, TooMany
from printalma.lib.i18n import t
from printalma.mail import queries, service
from printalma.mail.commands import Forgotten
from printalma.web.pages import beside, draw_form
from printalma.web.routing import url_for

FLOOR_SECONDS = 0.3  # an answer takes as long for an address that is known as for one that is not

bp = Blueprint("forgotten", __name__, url_prefix="/login/forgotten")


@bp.get("")
@access(EVERYBODY)
def page() -> str:
    return _page({})


@bp.post("")
@access(EVERYBODY)
@keyed()
def ask() -> AnyResponse:
    if settings().mail is None:
        return redirect(url_for("forgotten.page"), 303)
    try:
        with _no_sooner():
            email = Forgotten.parse(request.form).email.lower()[:254]
            service.forgotten(email, address_key(request.remote_addr))
    except TooMany as refused:
        answer = Response(_page(request.form, TooMany(t("password.too_often"), refused.retry_after)), refused.status)
        answer.headers["Retry-After"] = str(refused.retry_after)
        return answer
    except Refused as refused:
        return Response(_page(request.form, refused), refused.status)
    return redirect(url_for("forgotten.page", sent=1), 303)


def troubles() -> dict[int, str]:
    """What came of the last mail to each of the team who could not be sent it, for their page."""
    with beside() as connection:
        return {row.user_id: t(f"mail.outcomes.{row.trouble}") for row in queries.troubles(connection)}


@contextmanager
def _no_sooner() -> Iterator[None]:
    until = time.monotonic() + FLOOR_SECONDS
    try:
        yield
    finally:
        time.sleep(max(0.0, until - time.monotonic()))


def _page(fields: Mapping[str, Any], problem: Refused | None = None) -> str:
    sent = "sent" in request.args
    return draw_form("mail/forgotten.html", fields, problem, by_mail=settings().mail is not None, sent=sent)
