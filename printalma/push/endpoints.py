"""Where pushes may be sent, and HTTP to there. An endpoint is what a caller says it is: without a list it could be any
address inside; and what is listed may be slow, hostile, or no push service at all.

Loading urllib3 takes a sixteenth of a second of each start: nobody imports this before there is a device.
"""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import certifi
import urllib3
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from printalma.lib import networks

# The push services of Chrome and most others, Firefox, Safari, and Edge on Windows.
VENDORS = frozenset({"fcm.googleapis.com", "*.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com"})
MAX_BODY = 2048  # of an answer's body, which nobody reads: what is longer costs the connection


def host_of(endpoint: str, more: frozenset[str]) -> str | None:
    """The host of an endpoint that may be sent to; None for any other.

    `more` is the owner's PUSH_HOSTS: names like the vendors', or whole origins (`http://push:8080`), which need be
    neither HTTPS nor public.
    """
    try:
        found = urlsplit(endpoint)
        port = found.port
    except ValueError:
        return None
    if not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint or not found.hostname:
        return None
    if is_trusted(endpoint, more):
        return found.netloc
    plain = found.scheme == "https" and port is None and found.netloc == found.hostname
    return found.hostname if plain and _is_listed(found.hostname, VENDORS | more) else None


def is_trusted(address: str, origins: frozenset[str]) -> bool:
    """Whether an address is at an origin that the owner has listed as a whole."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" in origins


@dataclass(frozen=True)
class Reply:
    """What pywebpush, and we, look at of an answer."""

    status_code: int
    headers: Mapping[str, str]
    reason: str = ""
    text: str = ""


class PublicConnection(HTTPSConnection):
    """Connects to public addresses only, whatever a name stands for at this moment."""

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        try:
            self._dns_host = networks.public_address(name, self.port)
        except OSError as error:
            raise urllib3.exceptions.NewConnectionError(self, str(error)) from error
        try:
            return super()._new_conn()
        finally:
            self._dns_host = name  # which the certificate must be for


class PublicPool(HTTPSConnectionPool):
    ConnectionCls = PublicConnection


class Endpoints:
    """The connections of one process: kept open, never redirected, deaf to the environment's proxies.

    `trusted` are the owner's own origins, which may be internal.
    """

    def __init__(self, trusted: frozenset[str], connections: int, context: ssl.SSLContext) -> None:
        self._public = urllib3.PoolManager(maxsize=connections, ssl_context=context)
        self._public.pool_classes_by_scheme = {"https": PublicPool}
        self._own = urllib3.PoolManager(maxsize=connections, ssl_context=context)
        self._trusted = trusted

    def post(self, url: str, timeout: tuple[float, float], data: bytes, headers: Mapping[str, str]) -> Reply:
        """One POST, as pywebpush asks a session for it. Raises urllib3's HTTPError."""
        manager = self._own if is_trusted(url, self._trusted) else self._public
        connect, read = timeout
        answer = manager.request(
            "POST",
            url,
            body=data,
            headers=headers,
            timeout=urllib3.Timeout(connect=connect, read=read),
            redirect=False,
            retries=False,
            preload_content=False,
        )
        _finish(answer)
        return Reply(answer.status, answer.headers)


def trust() -> ssl.SSLContext:
    """The authorities that vouch for vendors. Reading them takes as long as many pushes."""
    return ssl.create_default_context(cafile=certifi.where())


def _finish(answer: urllib3.BaseHTTPResponse) -> None:
    """Give the connection back, or end it when the body is long or broken: the status is already known."""
    try:
        rest = answer.read(MAX_BODY, decode_content=False)
        if len(rest) < MAX_BODY:
            answer.release_conn()
            return
    except (urllib3.exceptions.HTTPError, OSError):
        pass  # an answer that breaks off has been given all the same
    answer.close()


def _is_listed(host: str, listed: frozenset[str]) -> bool:
    return any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in listed)
