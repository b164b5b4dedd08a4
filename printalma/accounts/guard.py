"""Who may call what. Every route names its access; a route that names none is closed."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from flask_login import AnonymousUserMixin, LoginManager, current_user
from werkzeug.datastructures import MultiDict

from printalma.accounts import queries, sign_ins, tokens
from printalma.accounts.actor import Actor
from printalma.accounts.policy import ATELIER, DASHBOARD, EVERYBODY, SIGNED_IN, SOCKET
from printalma.db.asking import Asking
from printalma.lib.clock import now
from printalma.lib.errors import Forbidden, Unauthorized
from printalma.lib.i18n import t
from printalma.web import origin
from printalma.web.errors import FORBIDDEN
from printalma.web.routing import PAGES, for_people, url_for, view_at

COOKIE = "auth_token"
_ASKING = "printalma.accounts.asking"
SIGN_IN_CALLS = "/auth/"  # their answers set and delete the cookie, whether or not it came along

View = TypeVar("View", bound=Callable[..., Any])


def access(who: str) -> Callable[[View], View]:
    """Declare who may call a view: EVERYBODY, whoever is SIGNED_IN or has a right (accounts.policy), or SOCKET."""

    def mark(view: View) -> View:
        view.__dict__["access"] = who
        return view

    return mark


def init_app(app: Flask) -> None:
    app.extensions[_ASKING] = Asking(
        lambda connection, jtis: queries.actors(connection, jtis, now()), despite_orders=True
    )
    manager = _Manager(app)
    manager.session_protection = None  # the session holds nothing but a page's last words: there is no user in it
    manager.request_loader(lambda _request: actor_of(_token()))
    app.before_request(_check)
    access(EVERYBODY)(app.view_functions["static"])


class _Manager(LoginManager):  # type: ignore[misc]
    def _update_remember_cookie(self, response: Response) -> Response:
        """A call without a cookie has none to be remembered by, and looking for it opens its session."""
        if "HTTP_COOKIE" not in request.environ:
            return response
        remembered: Response = super()._update_remember_cookie(response)
        return remembered


def may_open(path: str, may: Callable[[str], bool]) -> bool:
    """Whether the page at `path` is for somebody who `may` what their rights say."""
    found = view_at(path)
    who = getattr(current_app.view_functions[found[0]], "access", None) if found else None
    return who is not None and (who in (EVERYBODY, SIGNED_IN) or may(who))


def home_of(actor: Actor | None) -> str:
    """The page on which somebody begins."""
    is_of_workshop = actor is not None and actor.may(ATELIER) and not actor.may(DASHBOARD)
    return url_for("atelier.page" if is_of_workshop else "orders_list.orders")


def actor_of(token: str | None) -> Actor | None:
    """Who a token speaks for, as the database knows them now."""
    named = tokens.sign_in_of(token) if token else None
    if named is None:
        return None
    jti, user_id = named
    asking: Asking[str, Actor] = current_app.extensions[_ASKING]
    actor = asking.ask(jti)
    return actor if actor is not None and actor.get_id() == user_id and actor.expires_at > now() else None


def current_actor() -> Actor | None:
    """Who sends this request; None for a guest."""
    user: Any = g.get("_login_user") or current_user._get_current_object()  # the first is what the second looks for
    return user if user.is_authenticated else None


def signed_in_actor() -> Actor:
    """Who sends this request, on a route that is not for guests."""
    actor = current_actor()
    assert actor is not None, "a route without an access that guarantees an actor"
    return actor


def _token() -> str | None:
    bearer = _bearer()
    if bearer is not None or origin.is_next_door() or _is_taken_in():
        return bearer
    return cookie_token(request.cookies)


def cookie_token(cookies: MultiDict[str, str]) -> str | None:
    """The token of the cookie. Two of one name are none: a neighbouring subdomain may have set the second, and would
    have an admin act as somebody else."""
    found = cookies.getlist(COOKIE)
    return found[0] if len(found) == 1 else None


def _bearer() -> str | None:
    return tokens.bearer(request.headers.get("Authorization", ""))


def _check() -> None:
    if request.endpoint is None:
        return  # no such route: the router's own 404 or 405 follows
    who = getattr(current_app.view_functions[request.endpoint], "access", None)
    bearer = _bearer()
    is_open = who == SOCKET or (who == EVERYBODY and not for_people())
    if bearer is None and not is_open and COOKIE in request.cookies and _is_taken_in():
        origin.refuse()
    if who in (EVERYBODY, SOCKET):
        _refuse_foreign_pages()
        return
    if bearer is not None:
        # What Flask-Login would come to: it looks for cookies and sessions first, which a call with a token has not.
        g._login_user = actor_of(bearer) or AnonymousUserMixin()
    actor = current_actor()
    if actor is None:
        raise Unauthorized(t("errors.401"))
    if bearer is None:
        _check_cookie_writes()
    if who is None or not (who == SIGNED_IN or actor.may(who)):
        raise Forbidden(t("errors.403"))
    if bearer is None:
        is_old = tokens.is_by_fallback(cookie_token(request.cookies))
        # The answer brings the cookie that lasts as long, by the present key (cookies.py).
        g.renewed = sign_ins.renewed(actor) or (actor if is_old else None)


def _is_taken_in() -> bool:
    """Whether another site's page takes what this reads into itself, with whatever cookie the browser adds: it could
    measure it, or run it as a script (Fetch Metadata). It may send the person here. A request that says nothing is an
    older browser's, or a program's."""
    if request.method not in origin.READS or not origin.is_foreign():
        return False
    return not (origin.is_navigation() or origin.is_next_door() or _is_listed_api())


def _refuse_foreign_pages() -> None:
    """Another site's form must not sign anybody in or out."""
    if request.method in origin.READS or _bearer() is not None or _is_listed_api() or not origin.is_foreign():
        return
    if _is_behind_a_secret():
        return
    if COOKIE in request.cookies or request.path.startswith((*PAGES, SIGN_IN_CALLS)):
        origin.refuse()


def _is_behind_a_secret() -> bool:
    """Whether it is the form of a page that sends no referrer: an older browser, or one without HTTPS, then calls its
    origin "null" and says nothing more. Who has the link's secret needs no cookie of anybody."""
    view = current_app.view_functions[request.endpoint or ""]
    says_no_more = request.headers.get("Origin") == "null" and "Sec-Fetch-Site" not in request.headers
    return says_no_more and "behind_a_secret" in view.__dict__


def _check_cookie_writes() -> None:
    """A write that the cookie authenticates must come from our own page (docs/contract.md, "Cross-site writes")."""
    if request.method in origin.READS or _is_listed_api():
        return
    if origin.says_nothing():
        sentence = t("errors.no_origin")
        raise Forbidden(sentence, data=FORBIDDEN | {"message": sentence})
    if not origin.is_ours():
        origin.refuse()


def _is_listed_api() -> bool:
    return origin.is_listed() and not request.path.startswith(PAGES)
