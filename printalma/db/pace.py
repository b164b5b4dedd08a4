"""How long a read of SQLite may hold the process: it goes on in pieces, between which everybody else has a turn.

All greenlets are one thread. At a million orders a search of two letters once kept everybody waiting for three seconds,
and a deep page for nine. SQLite asks us, from within the statement, every thousand of its steps: there a read gives way
as any greenlet does. Nobody else uses its connection meanwhile, and a read holds no lock that a change waits for.
"""

import time

from printalma.lib.turnstile import Turnstile

STEPS = 1000  # of SQLite's machine between two questions: some ten microseconds
PIECE_SECONDS = 0.005
READ_SECONDS = 5.0  # of work for one statement: then it is cut

# Of however many long reads, one does a piece before the others of the process are asked for theirs.
_pieces = Turnstile()


class Pace:
    """SQLite's progress handler for one connection that reads; True cuts the statement."""

    def __init__(self) -> None:
        self._turn_began = time.monotonic()
        self.begin()

    def begin(self) -> None:
        """A statement begins."""
        self._worked = 0.0
        self._since = time.monotonic()

    def __call__(self) -> bool:
        moment = time.monotonic()
        if moment - self._turn_began < PIECE_SECONDS:
            return False
        self._worked += moment - self._since
        if self._worked > READ_SECONDS:
            return True
        _pieces.wait()
        self._turn_began = self._since = time.monotonic()
        return False
