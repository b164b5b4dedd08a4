"""What the proxies in front say of a request: whose it is, and whether the browser talks HTTPS.

Each proxy adds what it sees at the right end of X-Forwarded-For, and clients may send anything: of the last
TRUSTED_PROXIES entries, the leftmost is what the outermost proxy we believe has seen. A shorter list, or a single
scheme, was written by fewer of them.
"""

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from flask import Flask, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from printalma.config import Settings, settings
from printalma.lib.errors import Forbidden
from printalma.lib.i18n import t
from printalma.web.routing import for_people

Environ = dict[str, Any]
log = logging.getLogger(__name__)

PLAIN = "printalma.plain"  # in the environ: a believed proxy says that this came over HTTP
SCHEMES = {"https": "https", "wss": "https", "http": "http", "ws": "http"}
HEALTH = ("/healthz", "/livez")  # asked from inside, by programs that follow nobody to HTTPS
SOCKETIO = "/socket.io/"  # answered in front of Flask
_BRACKETED = re.compile(r"\[([^\]]*)\](:\d+)?")


def init_app(app: Flask) -> None:
    app.before_request(_insist_on_https)
    app.before_request(_Watch().look)


class Believe:
    """WSGI middleware in front of everything."""

    def __init__(self, app: Callable[..., Any], settings: Settings) -> None:
        self._app = app
        self._hops = settings.trusted_proxies
        self._private_router = settings.private_router
        self._meant_for_http = (settings.shop_url or "").startswith("http:")

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        peer = _address(environ.get("REMOTE_ADDR", ""))
        seen, scheme = self._seen(environ), self._scheme(environ)
        environ["REMOTE_ADDR"] = seen or peer or environ.get("REMOTE_ADDR", "")
        if scheme:
            environ["wsgi.url_scheme"] = scheme
        environ[PLAIN] = scheme == "http" and not self._meant_for_http
        if environ[PLAIN] and environ.get("PATH_INFO", "").startswith(SOCKETIO):
            start_response("403 Forbidden", [("Content-Length", "0")])
            return []
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer

    def _seen(self, environ: Environ) -> str | None:
        entries = [_address(entry) for entry in _entries(environ, "HTTP_X_FORWARDED_FOR")]
        while self._private_router and entries and _is_private(entries[-1]):
            entries.pop()  # the platform's own router, between its edge and us
        return self._outermost(entries)

    def _scheme(self, environ: Environ) -> str | None:
        return SCHEMES.get(self._outermost(_entries(environ, "HTTP_X_FORWARDED_PROTO")) or "")

    def _outermost(self, entries: Sequence[str | None]) -> str | None:
        return entries[-self._hops :][0] if self._hops and entries else None


def is_unbelieved() -> bool:
    """Whether a proxy says for whom this request is, and is not believed: all its visitors share one address."""
    return "HTTP_X_FORWARDED_FOR" in request.environ and settings().trusted_proxies == 0


class _Watch:
    """Says so once: it is the same with every request."""

    def __init__(self) -> None:
        self._has_said = False

    def look(self) -> None:
        if not self._has_said and is_unbelieved():
            self._has_said = True
            log.warning("X-Forwarded-For is not believed: all visitors of a proxy are one address (TRUSTED_PROXIES)")


def _insist_on_https() -> Response | None:
    """A page is sent on; a call is refused: its token has been read by whoever listens, and must not seem to work."""
    if not request.environ.get(PLAIN) or request.path in HEALTH:
        return None
    is_page = for_people() or "text/html" in request.headers.get("Accept", "")
    if request.method in ("GET", "HEAD") and is_page and request.host and "Upgrade" not in request.headers:
        shop = settings().shop_url or f"https://{request.host}"
        return redirect(shop + request.url.removeprefix(request.host_url.rstrip("/")), 308)
    raise Forbidden(t("errors.https"))


def _entries(environ: Environ, header: str) -> list[str]:
    found = environ.get(header, "")
    return [entry.strip().lower() for entry in found.split(",")] if found else []


@lru_cache(maxsize=256)
def _address(text: str) -> str | None:
    """An address as proxies write it, without port, brackets and zone; None for anything else."""
    text = text.strip().strip('"')
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        text = bracketed[1]
    elif len(parts := text.split(":")) == 2:
        text = parts[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # On a socket for both, IPv4 looks like ::ffff:192.0.2.1.
    return str(getattr(found, "ipv4_mapped", None) or found)


def _is_private(address: str | None) -> bool:
    return address is not None and ip_address(address).is_private
