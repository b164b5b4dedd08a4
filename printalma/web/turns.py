"""Requests begin one at a time, each address in its turn: who sends many waits behind themselves, nobody else does."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from printalma.lib.addresses import address_key
from printalma.lib.turnstile import Turnstile
from printalma.web.peer import Peer

_key = lru_cache(address_key)


class Turns:
    """WSGI middleware behind what knows the believed address."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app
        self._turnstile = Turnstile()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        peer = environ.get("gunicorn.socket")
        if isinstance(peer, Peer):
            peer.address = _key(environ["REMOTE_ADDR"])
            self._turnstile.wait(peer.address)
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer
