"""How long a read of SQLite may hold the process: it goes on in pieces, between which everybody else has a turn.

All greenlets are one thread. At a million orders a search of two letters once kept everybody waiting for three seconds,
and a deep page for nine. SQLite asks us, from within the statement, every thousand of its steps: there a read gives way
as any greenlet does. Nobody else uses its connection meanwhile, and a read holds no lock that a change waits for.
"""

import time

from printalma.lib.turnstile import Turnstile

STEPS = 1000  # of SQLite's machine between two questions: some ten microseconds
PIECE_SECONDS = 0.01
# One statement is cut after so much work of the processor, which a busy machine does not use up, or after so long: what
# it reads cannot leave the write-ahead log, and nobody waits for the answer any more.
WORK_SECONDS = 5.0
READ_SECONDS = 20.0

# Of however many long reads, one does a piece before the others of the process are asked for theirs.
_pieces = Turnstile()


class Pace:
    """SQLite's progress handler for one connection that reads; True cuts the statement."""

    def __init__(self) -> None:
        self._turn_began = time.monotonic()
        self.begin()

    def begin(self) -> None:
        """A statement begins."""
        self._until = time.monotonic() + READ_SECONDS
        self._worked, self._since = 0.0, time.thread_time()

    def __call__(self) -> bool:
        moment = time.monotonic()
        if moment - self._turn_began < PIECE_SECONDS:
            return False
        self._worked += time.thread_time() - self._since
        if self._worked > WORK_SECONDS or moment > self._until:
            return True
        _pieces.wait()
        self._turn_began, self._since = time.monotonic(), time.thread_time()
        return False
