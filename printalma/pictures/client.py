"""A GET for the address of a picture. Who wrote it may be hostile, and so may the host be: it could lead inside, in
circles, or to something that never ends.

Not urllib3, which a client that redirects nobody and keeps no connection has no use for: what decides is here, between
the address and the socket, and in how many bytes are read.
"""

import hashlib
import http.client
import io
import ssl
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO
from urllib.parse import urljoin

import gevent
import gevent.socket
import gevent.ssl
from gevent import monkey
from gevent.threadpool import ThreadPool

from printalma.lib import networks, retry_after
from printalma.lib.limits import Limits
from printalma.pictures import addresses, kinds
from printalma.pictures.addresses import Target
from printalma.pictures.troubles import FetchFailed, Trouble

SECONDS = 30.0  # for all of it, redirects too: a host that drips must not hold its place
CONNECT_SECONDS = 5.0
MAX_REDIRECTS = 3
MAX_HEADERS = 32_768  # bytes
MEGABYTE = 1_000_000
NAMES_AT_ONCE = 8  # that are looked up: name servers may be slow, too
_READ = 65_536
_BUFFER = 8_192
_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (408, 425, 429)

Asks = Callable[[str, str], None]


@dataclass(frozen=True)
class Fetched:
    """`kind` is the media type that the bytes tell, None for a drawing (SVG), which no browser is to show."""

    size: int
    hash: str
    kind: str | None


def fetch(
    address: str, file: BinaryIO, limits: Limits, own: frozenset[str] = frozenset(), asks: Asks = lambda *_: None
) -> Fetched:
    """Write the picture that is there into `file`. Raises FetchFailed, and then `file` may have some of it.

    `own` are origins of the owner's (PICTURE_HOSTS), which may be internal. `asks` is told each host before it is
    asked, with the address that it is at, and may raise FetchFailed.
    """
    with gevent.Timeout(SECONDS) as ours:
        try:
            return _fetch(address, file, limits.picture_file_megabytes * MEGABYTE, own, asks)
        except gevent.Timeout as timeout:
            if timeout is not ours:
                raise
            raise FetchFailed(Trouble.SLOW) from None
        except networks.NotPublic:
            raise FetchFailed(Trouble.ADDRESS) from None
        except (OSError, http.client.HTTPException, ValueError):  # the last: a chunk's size, a length
            raise FetchFailed(Trouble.AWAY) from None


def _fetch(address: str, file: BinaryIO, most: int, own: frozenset[str], asks: Asks) -> Fetched:
    for _ in range(MAX_REDIRECTS + 1):
        target = addresses.target(address, own)
        place = target.host if target.is_own else _looked_up(target)
        asks(target.host, place)
        with _connected(target, place) as line, _Wire(line) as wire, closing(_answer(wire)) as answer:
            _ask(target, line)
            answer.begin()
            if answer.status not in _REDIRECTS:
                _check(answer)
                return _taken(answer, wire, file, most)
            location = answer.headers.get("Location")
        if not location:
            raise FetchFailed(Trouble.REDIRECTS)
        address = urljoin(address, location)
    raise FetchFailed(Trouble.REDIRECTS)


def _connected(target: Target, place: str) -> Any:
    """A socket to the address that was checked, whatever the name stands for a moment later."""
    line = gevent.socket.create_connection((place, target.port), CONNECT_SECONDS)
    line.settimeout(None)  # what is left of SECONDS
    if target.scheme == "http":
        return line
    try:
        return _trust().wrap_socket(line, server_hostname=target.host.rstrip("."))
    except BaseException:
        line.close()
        raise


def _looked_up(target: Target) -> str:
    found: str | OSError = _names().apply(_public_address, (target.host, target.port))
    if isinstance(found, OSError):
        raise found
    return found


def _public_address(name: str, port: int) -> str | OSError:
    """Not raised: gevent prints what a thread raises."""
    try:
        return networks.public_address(name, port, monkey.get_original("socket", "getaddrinfo"))
    except OSError as error:
        return error


@lru_cache(maxsize=1)
def _names() -> ThreadPool:
    """Threads of their own: those of the hub are SQLite's, which would wait behind a stranger's name server."""
    return ThreadPool(NAMES_AT_ONCE)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    import certifi

    context: ssl.SSLContext = gevent.ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # which checks certificate and name
    gevent.get_hub().threadpool.apply(context.load_verify_locations, (certifi.where(),))
    return context


def _answer(wire: "_Wire") -> http.client.HTTPResponse:
    return http.client.HTTPResponse(wire, method="GET")  # type: ignore[arg-type]


def _ask(target: Target, line: Any) -> None:
    lines = (
        f"GET {target.path} HTTP/1.1",
        f"Host: {target.origin}",
        "Accept: image/png, image/jpeg, image/webp, image/gif, image/svg+xml",
        "Accept-Encoding: identity",
        "User-Agent: PrintAlma",
        "Connection: close",
    )
    line.sendall("\r\n".join((*lines, "", "")).encode("ascii"))


def _check(answer: http.client.HTTPResponse) -> None:
    status = answer.status
    if status >= 500 or status in _BUSY:
        raise FetchFailed(Trouble.AWAY, retry_after.seconds(answer.headers.get("Retry-After")))
    if status >= 400:
        raise FetchFailed(Trouble.GONE)
    # What is packed could be a thousand times as long as what came; we said that we take none.
    if status != 200 or answer.headers.get("Content-Encoding", "identity").strip().lower() not in ("identity", ""):
        raise FetchFailed(Trouble.NO_PICTURE)


def _taken(answer: http.client.HTTPResponse, wire: "_Wire", file: BinaryIO, most: int) -> Fetched:
    length = answer.length  # None where it is not said
    if most and (length or 0) > most:
        raise FetchFailed(Trouble.TOO_LARGE)
    hash, size, first = hashlib.sha256(), 0, answer.read(kinds.LOOKED_AT)
    kind = kinds.kind_of(first)
    if kind is None and not kinds.is_drawing(first):
        raise FetchFailed(Trouble.NO_PICTURE)
    wire.left, chunk = 2 * _READ + MAX_HEADERS, first
    while chunk:
        size += len(chunk)
        if most and size > most:
            raise FetchFailed(Trouble.TOO_LARGE)
        hash.update(chunk)
        _write(file, chunk)
        wire.left += len(chunk) * 9 // 8  # of who says more of sizes than sends, every chunk is work
        chunk = answer.read(_READ)
    if length is not None and size < length:
        raise FetchFailed(Trouble.AWAY)
    return Fetched(size, hash.hexdigest(), kind)


def _write(file: BinaryIO, chunk: bytes) -> None:
    try:
        file.write(chunk)
    except OSError:
        raise FetchFailed(Trouble.NO_ROOM) from None


class _Wire(io.RawIOBase):
    """The bytes of a connection, up to a number: headers, the sizes of chunks, and what interim answers say have no
    bound of their own in http.client. Others have their turn between any two pieces: of one byte a chunk, what is read
    at once is sixty thousand chunks, and stopped the shop for eight seconds."""

    def __init__(self, line: Any) -> None:
        self._line = line
        self.left = MAX_HEADERS + _BUFFER

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self, _BUFFER)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        gevent.sleep(0.000_001)  # `sleep(0)` would not look at sockets
        received: int = self._line.recv_into(buffer)
        self.left -= received
        if self.left < 0:
            raise FetchFailed(Trouble.TOO_LARGE)
        return received
