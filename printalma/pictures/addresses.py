"""Where an address of a picture leads. Whoever orders writes it: it could name any machine that ours reaches."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

import idna

from printalma.lib import networks
from printalma.pictures.troubles import FetchFailed, Trouble

MAX_ADDRESS = 4_000
PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}\.?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # what the last part of a name must not be: it is an address, oddly spelt
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_KEPT = "%/:=&?~+!$,;'@()*[]-._"  # of a path and a query


@dataclass(frozen=True)
class Target:
    """`path` has the query behind it. `is_own`: at an origin that the owner has listed, on whatever network."""

    scheme: str
    host: str
    port: int
    path: str
    is_own: bool

    @property
    def origin(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port == PORTS[self.scheme] else f"{shown}:{self.port}"


def target(address: str, own: frozenset[str]) -> Target:
    """Raises FetchFailed for what is no address of the web: HTTP and HTTPS on their ports, without a password.

    `own` are the owner's origins (PICTURE_HOSTS), of which none of this is asked.
    """
    try:
        parts = _parts(address)
        host, port = parts.hostname or "", PORTS[parts.scheme] if parts.port is None else parts.port
        is_own = f"{parts.scheme}://{parts.netloc.lower()}" in own
        if not is_own:
            host = _public_host(host)
            if port not in PORTS.values():
                raise FetchFailed(Trouble.ADDRESS)
    except (ValueError, KeyError):  # a port of letters, brackets that do not close; another scheme
        raise FetchFailed(Trouble.ADDRESS) from None
    path = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
    return Target(parts.scheme, host, port, path, is_own)


def _parts(address: str) -> SplitResult:
    address = address.strip(" ")
    if len(address) > MAX_ADDRESS or _UNSAFE.search(address):
        raise FetchFailed(Trouble.ADDRESS)
    parts = urlsplit(address)
    if "@" in parts.netloc:
        raise FetchFailed(Trouble.ADDRESS)
    return parts


def _public_host(host: str) -> str:
    """A name as name servers know it, or an address of the internet. What it stands for is asked when connecting."""
    if networks.is_public(host):
        return host
    name = host if host.isascii() else idna.encode(host, uts46=True).decode()
    if not _NAME.fullmatch(name) or len(name) > 253 or _NUMBER.fullmatch(name.rstrip(".").rpartition(".")[2]):
        raise FetchFailed(Trouble.ADDRESS)
    return name
