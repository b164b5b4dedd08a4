"""Where a request comes from: the cross-site rules of the contract."""

import logging
import re
from typing import NamedTuple, NoReturn
from zlib import crc32

from flask import request
from limits import RateLimitItemPerMinute

from printalma.config import settings
from printalma.lib.errors import Forbidden
from printalma.lib.i18n import t
from printalma.web import rate_limits

log = logging.getLogger(__name__)

READS = ("GET", "HEAD", "OPTIONS")
LOCAL = ("localhost", "127.0.0.1", "[::1]")
DEFAULT_PORTS = {"http": 80, "https": 443}
LINES = RateLimitItemPerMinute(20)  # of the log about refused pages, whose addresses anybody may make up
LINES_OF_ONE, REMEMBERED = RateLimitItemPerMinute(1), 256

_HOST = r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?"
_SITE = re.compile(rf"(?:(https?)://)?{_HOST}", re.ASCII | re.IGNORECASE)


class Site(NamedTuple):
    """An origin (RFC 6454). `port` is None where the default of whatever scheme is meant."""

    scheme: str
    host: str
    port: int | None

    @classmethod
    def parse(cls, text: str | None) -> "Site | None":
        """The site that an Origin or a Host names; None for anything malformed."""
        found = _SITE.fullmatch(text.strip()) if text else None
        if found is None:
            return None
        scheme, host, port = found.groups()
        return cls((scheme or "").lower(), host.lower(), int(port) if port else None)

    def is_at(self, host: "Site | None") -> bool:
        """Whether a server that is asked as `host` serves this origin."""
        if host is None:
            return False
        mine, theirs = (site.port or DEFAULT_PORTS[site.scheme or self.scheme] for site in (self, host))
        return (self.host, mine) == (host.host, theirs)


def is_ours() -> bool:
    """Whether the browser says that our own page sends this request. A request that says nothing is not."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    return _origin_is_ours()


def is_foreign() -> bool:
    """Whether the browser says that another site's page sends this request."""
    return not says_nothing() and not is_ours()


def says_nothing() -> bool:
    """Whether it is no browser's write: those say at least Origin."""
    return request.headers.get("Sec-Fetch-Site") is None and request.headers.get("Origin") is None


def is_navigation() -> bool:
    """Whether the browser says that the person goes to this address, rather than a page taking it into itself."""
    where = request.headers.get("Sec-Fetch-Dest")
    # What our service worker passes on is "empty" to Chromium.
    return request.headers.get("Sec-Fetch-Mode") == "navigate" and where in ("document", "empty")


def is_listed() -> bool:
    """Whether the request comes from one of CORS_ORIGINS."""
    return request.headers.get("Origin") in settings().cors_origins


def is_next_door() -> bool:
    """Whether a page of this very machine asks a shop that runs on it, as in development.

    Such a page may use tokens. The cookie does not count for it: browsers take another port for the same site, and
    would send it along for whoever's page.
    """
    page, asked = _origin(), Site.parse(request.headers.get("Host"))
    here = settings().platform is None and asked is not None and asked.host in LOCAL
    return here and page is not None and page.host in LOCAL and not is_listed() and not _origin_is_ours()


def socket_is_ours() -> bool:
    """Whether a page of this host opens the socket: browsers send Origin with every handshake (RFC 6455, 10.2)."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin" or _origin_is_ours()


def may_listen() -> bool:
    """Whether this page may open the sockets of front ends."""
    return socket_is_ours() or is_listed() or is_next_door()


def is_secure() -> bool:
    """Whether the browser talks HTTPS, by the word of a believed proxy or of our own page."""
    page = _origin()
    return request.is_secure or (page is not None and page.scheme == "https" and _origin_is_ours())


def address() -> str:
    """The shop's address, as links name it: SHOP_URL, else what this request calls it."""
    return settings().shop_url or f"{'https' if is_secure() else 'http'}://{request.host}"


def refuse() -> NoReturn:
    """Refuse the page that sends this request: the log says which, and what to set. Raises Forbidden."""
    tell_refused()
    named, says_fetch = request.headers.get("Origin", ""), "Sec-Fetch-Site" in request.headers
    if _origin() is None or says_fetch:
        raise Forbidden(t("errors.cross_site"))
    # Without Sec-Fetch-Site it may be our own page, whose name a proxy keeps from us.
    raise Forbidden(t("errors.wrong_host", origin=named, host=request.host))


def tell_refused() -> None:
    """One line of the log, at most one a minute for each origin."""
    named = ascii(request.headers.get("Origin", ""))[:120]
    remembered = str(crc32(named.encode()) % REMEMBERED)
    if rate_limits.may("a refused page", LINES_OF_ONE, remembered) and rate_limits.may("refused pages", LINES):
        log.warning(
            "the page %s was refused at %s, where this shop is asked as %r: list it in CORS_ORIGINS if it is a front"
            " end of yours; if it is the shop's own address, let the proxy pass Host on or set SHOP_URL",
            named,
            ascii(request.path)[:80],
            request.host,
        )


def _origin() -> Site | None:
    found = Site.parse(request.headers.get("Origin"))
    return found if found is not None and found.scheme else None


def _origin_is_ours() -> bool:
    page = _origin()
    if page is None or (page.scheme == "http" and request.is_secure):
        return False  # what is served over HTTPS has no pages that are not: somebody on the way has made one up
    return any(page.is_at(Site.parse(name)) for name in _names())


def _names() -> list[str]:
    """What this server is called. X-Forwarded-Host is good for this alone: no page can have a browser send one."""
    said = request.headers.get("X-Forwarded-Host", "") if settings().trusted_proxies else ""
    return [request.headers.get("Host", ""), settings().shop_url or "", *said.split(",")]
