"""Who waits goes on one at a time: between two the process looks who else has come, and what is ready."""

from collections import OrderedDict, deque
from typing import Any

import gevent
from gevent.hub import Waiter


class Turnstile:
    """Lets greenlets through one by one. Of several keys each has its turn, however many wait under another."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[Waiter]] = OrderedDict()
        self._timer: Any = None

    def wait(self, key: str = "") -> None:
        """Come back when it is our turn, and everybody who is ready has had theirs."""
        mine = Waiter()
        if not self._waiting:
            self._timer = self._soon()
        self._waiting.setdefault(key, deque()).append(mine)
        mine.get()

    def _next(self) -> None:
        key, waiting = self._waiting.popitem(last=False)
        first = waiting.popleft()
        if waiting:
            self._waiting[key] = waiting
        if self._waiting:
            self._timer = self._soon()
        first.switch(None)

    def _soon(self) -> Any:
        # A timer and not a callback: of those gevent runs fifty before it looks who else has come.
        timer = gevent.get_hub().loop.timer(0)
        timer.start(self._next)
        return timer
