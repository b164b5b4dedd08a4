"""Changes that wait at one moment are made in one transaction: each of them costs a part of a commit.

Who comes first leads. They look who else comes, until for once nobody does and nobody is on the way who still asks
(db.asking), or nobody has come for fifteen looks; what comes while they wait for the database goes with them, too;
who comes later waits for the next turn. Alone, nobody waits for anybody.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import gevent
from gevent.event import Event

from printalma.db import WRITE_SECONDS, Connection, Unavailable, is_postgres, postgres, sqlite, transaction
from printalma.db.asking import Asking
from printalma.db.faults import is_undone

MOST = 64  # changes of one transaction
LOOK = 0.000_001  # seconds: not 0, with which gevent looks at no socket
ASKING_LOOK = 0.000_2  # seconds: the same, for the answers of a database
ASKING_LOOKS = 15  # for the next of them; not a time, of which all who come take some
MOST_BYTES = 1_000_000  # of what they write: the process does nothing else meanwhile

T = TypeVar("T")
R = TypeVar("R")
Make = Callable[[Connection, Sequence[T]], Sequence[R]]


class Together(Generic[T, R]):
    """The door for changes of one kind. `make` makes several within a transaction and says what became of each; `size`
    is how many bytes one writes, roughly."""

    def __init__(self, make: Make[T, R], size: Callable[[T], int]) -> None:
        self._make, self._size = make, size
        self._waiting: deque[_Change[T, R]] = deque()
        self._leader: _Change[T, R] | None = None

    def do(self, wanted: T) -> R:
        """What became of one change, made with those that wait. Raises what `transaction` raises.

        When all of them fail, each is tried once more by itself: none fails for what is wrong with another.
        """
        mine = _Change[T, R](wanted)
        self._waiting.append(mine)
        try:
            self._wait(mine)
            if self._leader is mine:
                self._gather()
                self._lead(mine)
        finally:
            self._leave(mine)
        return mine.result(self._make)

    def _wait(self, mine: "_Change[T, R]") -> None:
        """Until we lead, or somebody has made our change."""
        if self._leader is None:
            self._leader = mine
        elif not mine.told.wait(WRITE_SECONDS) and mine in self._waiting:
            raise Unavailable(f"other changes have waited for {WRITE_SECONDS} s")
        elif self._leader is not mine:
            mine.told.wait()

    def _gather(self) -> None:
        """Requests begin one at a time (web.turns): of those that are there, one with each look. On PostgreSQL they ask
        who they are from before they are here: while somebody asks, others may come."""
        known = looks = 0
        while (here := len(self._waiting)) < MOST:
            looks = looks + 1 if here == known else 0
            is_asking = Asking.under_way > 0 and looks < ASKING_LOOKS
            if here == known and not is_asking:
                return
            known = here
            gevent.sleep(ASKING_LOOK if is_asking else LOOK)

    def _lead(self, mine: "_Change[T, R]") -> None:
        some: list[_Change[T, R]] = []
        is_made = False  # all but the commit

        def make(tx: Connection) -> Sequence[R]:
            nonlocal is_made
            is_made = False
            (postgres.pipelined if is_postgres(tx) else sqlite.only_orders)(tx)
            self._take(some)
            found = self._make(tx, [each.wanted for each in some])
            is_made = True
            return found

        try:
            results = transaction(make, mine.until)
        except BaseException as error:
            self._take(some)  # the database was not to be had: whoever waits may see for themselves
            for each in some:
                each.fail(error if len(some) == 1 or (is_made and not is_undone(error)) else None)
            if not isinstance(error, Exception):
                raise
        else:
            for each, result in zip(some, results, strict=True):
                each.succeed(result)

    def _take(self, some: "list[_Change[T, R]]") -> None:
        """As many more of those that wait as go together; one at least."""
        left = MOST_BYTES - sum(self._size(each.wanted) for each in some)
        while self._waiting and len(some) < MOST:
            left -= self._size(self._waiting[0].wanted)
            if some and left < 0:
                return
            some.append(self._waiting.popleft())

    def _leave(self, mine: "_Change[T, R]") -> None:
        """However we end: what nobody took is wanted no longer, and who waits longest leads."""
        if mine in self._waiting:
            self._waiting.remove(mine)
        if self._leader is mine:
            self._leader = self._waiting[0] if self._waiting else None
            if self._leader is not None:
                self._leader.told.set()


class _Change(Generic[T, R]):
    """One that is wanted, and what became of it."""

    def __init__(self, wanted: T) -> None:
        self.wanted = wanted
        self.until = time.monotonic() + WRITE_SECONDS
        self.told = Event()
        self._results: list[R] = []
        self._error: BaseException | None = None

    def succeed(self, result: R) -> None:
        self._results.append(result)
        self.told.set()

    def fail(self, error: BaseException | None) -> None:
        """With `error`, after which it may be made or not; None when it is not, and is to be tried alone."""
        self._error = error
        self.told.set()

    def result(self, make: Make[T, R]) -> R:
        if isinstance(self._error, Exception):
            raise self._error
        if self._error is not None:  # it ended whoever led, and is not to end us
            raise Unavailable("the change was interrupted") from self._error
        if not self._results:
            self._results = [*transaction(lambda tx: make(tx, [self.wanted]), self.until)]
        return self._results[0]
