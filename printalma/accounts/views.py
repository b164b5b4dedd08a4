"""The sign-in page."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts import sign_ins, tokens
from printalma.accounts.actor import Actor
from printalma.accounts.commands import Login
from printalma.accounts.cookies import clear_cookie, known_device, remember_device, set_cookie
from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, current_actor, home_of, may_open, signed_in_actor
from printalma.accounts.policy import ATELIER, EVERYBODY
from printalma.lib.addresses import address_key
from printalma.lib.clock import now
from printalma.lib.errors import Invalid, Refused, TooMany
from printalma.lib.i18n import t
from printalma.web.routing import PAGES, url_for
from printalma.web.templating import THEME, THEMES

YEAR = 31_536_000  # seconds

bp = Blueprint("accounts", __name__)


@bp.get("/login")
@access(EVERYBODY)
def login_page() -> AnyResponse | str:
    actor = current_actor()
    if actor is not None and actor.may(ATELIER):
        return redirect(_next(actor), 303)
    return _page(email="", message=None)


@bp.post("/login")
@access(EVERYBODY)
@keyed()
def login() -> AnyResponse:
    email = request.form.get("email", "")
    try:
        actor = sign_ins.login(Login.parse(request.form), address_key(request.remote_addr), known_device())
    except Refused as refused:
        message = t("accounts.bad_login") if isinstance(refused, Invalid) else refused.message
        answer = Response(_page(email, message), refused.status)
        if isinstance(refused, TooMany):
            answer.headers["Retry-After"] = str(refused.retry_after)
        return answer
    response = redirect(_next(actor), 303)
    set_cookie(response, tokens.issue(actor, now()))
    remember_device(response, actor)
    return response


@bp.post("/logout")
@access(EVERYBODY)
def logout() -> AnyResponse:
    actor = current_actor()
    if actor is not None:
        sign_ins.logout(actor)
    response = redirect(url_for("accounts.login_page"), 303)
    clear_cookie(response)
    return response


@bp.post("/dashboard/theme")
@access(ATELIER)
def choose_theme() -> AnyResponse:
    """Light, dark, or as the system says; kept on this device."""
    response = redirect(_next(signed_in_actor()), 303)
    chosen = request.form.get("theme")
    if chosen in THEMES:
        response.set_cookie(THEME, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    else:
        response.delete_cookie(THEME)
    return response


def _page(email: str, message: str | None) -> str:
    return render_template(
        "accounts/login.html",
        next=request.values.get("next", ""),
        is_unsent="unsent" in request.args,
        email=email,
        message=message,
    )


def _next(actor: Actor) -> str:
    """Where to go after signing in: a page of ours, never an address that leads elsewhere; not one that is closed."""
    wanted = request.values.get("next", "")
    ours = wanted.startswith(PAGES[0]) and wanted.isprintable() and "\\" not in wanted
    is_closed = actor.may(ATELIER) and not may_open(urlsplit(wanted).path, actor.may)
    return wanted if ours and not is_closed else home_of(actor)
