"""Where a request comes from: the cross-site rules of the contract."""

from urllib.parse import urlsplit

from flask import request

from printalma.config import settings

READS = ("GET", "HEAD", "OPTIONS")


def is_ours() -> bool:
    """Whether the browser says that our own page sends this request. A request that says nothing is not."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    return _origin_is_host()


def is_foreign() -> bool:
    """Whether the browser says that another site's page sends this request."""
    if request.headers.get("Sec-Fetch-Site") is None and request.headers.get("Origin") is None:
        return False
    return not is_ours()


def is_listed() -> bool:
    """Whether the request comes from one of CORS_ORIGINS."""
    return request.headers.get("Origin") in settings().cors_origins


def socket_is_ours() -> bool:
    """Whether a page of this host opens the socket: browsers send Origin with every handshake (RFC 6455, 10.2)."""
    return _origin_is_host()


def _origin_is_host() -> bool:
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host
