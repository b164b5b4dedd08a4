"""How soon screens are told again: what took long to send is followed by a pause in which more comes together.

With a thousand screens a batch costs ten milliseconds and more, however many orders it tells of: sent without a pause,
frames came more often instead of carrying more, and who placed orders waited for each. With few screens, or few orders,
nothing waits.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

REST = 2.0  # times as long as the last batch took to be sent
MAX_REST = 0.1  # seconds


class Pace:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rested_at = 0.0

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Around what a batch costs to be sent."""
        began = self._clock()
        yield
        ended = self._clock()
        self._rested_at = ended + min(MAX_REST, REST * (ended - began))

    def left(self) -> float:
        """Seconds of the pause that are left; 0 when the next batch may go."""
        return max(0.0, self._rested_at - self._clock())
