"""Numbers of lists, counted as seldom as can be: once for all who look, and not again while nothing has happened.

A page asks for them after something has happened; whatever was counted before that is counted anew, but no number more
often than every AGAIN_SECONDS, and a slow one so seldom that it takes no more than one part in SHARE of a processor. At
two orders a second with twenty views and fifty open dashboards, a count for each would be two thousand a second.
"""

import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from printalma.config import settings
from printalma.db import Connection, ReadTooLong
from printalma.events import log
from printalma.lib.clock import now, shop_day

AGAIN_SECONDS = 2.0
SHARE = 20
BUDGET_SECONDS = 0.2  # of one request: what is not counted by then is told as it was
MAX_KNOWN = 500  # numbers that a process remembers: the oldest are forgotten

T = TypeVar("T")
Count = Callable[[Connection], T]


@dataclass(frozen=True)
class _Number(Generic[T]):
    """`value` is the one before where a count took too long. `cost` in seconds, `at` of the monotonic clock."""

    value: T | None
    upto: int
    day: date
    cost: float
    at: float

    @property
    def is_due(self) -> bool:
        return time.monotonic() - self.at >= max(AGAIN_SECONDS, SHARE * self.cost)


class Numbers(Generic[T]):
    """What one process has counted."""

    def __init__(self) -> None:
        self._known: dict[Hashable, _Number[T]] = {}
        self._under_way: set[Hashable] = set()

    def known(self, what: Hashable) -> T | None:
        """The last number; None for one that nobody has counted yet."""
        number = self._known.get(what)
        return number.value if number else None

    def counted(self, connection: Connection, asked: Mapping[Hashable, Count[T]]) -> bool:
        """Count anew what is to be, the longest untold first. False when something has to be asked for again, because
        it was counted a moment ago, or because others took the time."""
        place = log.last_id(connection), shop_day(now(), settings().shop_tz)
        stale = {what for what in asked if not self._is_true(what, place)}
        due = [what for what in stale if what not in self._known or self._known[what].is_due]
        due.sort(key=lambda what: self._known[what].at if what in self._known else 0)
        until = time.monotonic() + BUDGET_SECONDS
        for what in due:
            if what in self._under_way or time.monotonic() > until:
                continue
            stale.discard(what)
            if not self._count(connection, what, asked[what], *place):
                return False
        return not stale

    def _is_true(self, what: Hashable, place: tuple[int, date]) -> bool:
        number = self._known.get(what)
        return number is not None and (number.upto, number.day) == place

    def _count(self, connection: Connection, what: Hashable, count: Count[T], upto: int, day: date) -> bool:
        """False when it took too long: nothing more can be read on this connection."""
        begun, value = time.monotonic(), self.known(what)
        self._under_way.add(what)
        try:
            value = count(connection)
        except ReadTooLong:
            return False
        finally:
            self._under_way.discard(what)
            ended = time.monotonic()
            self._known.pop(what, None)
            self._known[what] = _Number(value, upto, day, ended - begun, ended)
            while len(self._known) > MAX_KNOWN:
                del self._known[next(iter(self._known))]
        return True
