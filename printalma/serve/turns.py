"""Requests begin one at a time, each address in its turn: who sends many waits behind themselves, nobody else does."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import gevent
from gevent.hub import Waiter

from printalma.lib.addresses import address_key
from printalma.serve.peer import Peer

_key = lru_cache(address_key)


class Turns:
    """WSGI middleware behind what knows the believed address."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app
        self._waiting: OrderedDict[str, deque[Waiter]] = OrderedDict()
        self._timer: Any = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        peer = environ.get("gunicorn.socket")
        if isinstance(peer, Peer):
            peer.address = _key(environ["REMOTE_ADDR"])
            self._wait(peer.address)
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer

    def _wait(self, address: str) -> None:
        mine = Waiter()
        if not self._waiting:
            self._timer = self._soon()
        self._waiting.setdefault(address, deque()).append(mine)
        mine.get()

    def _next(self) -> None:
        address, waiting = self._waiting.popitem(last=False)
        first = waiting.popleft()
        if waiting:
            self._waiting[address] = waiting
        if self._waiting:
            self._timer = self._soon()
        first.switch(None)

    def _soon(self) -> Any:
        # A timer and not a callback: of those gevent runs fifty before it looks who else has come.
        timer = gevent.get_hub().loop.timer(0)
        timer.start(self._next)
        return timer
