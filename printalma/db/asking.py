"""Questions that come with every request, answered as the database is when they are asked, by few reads.

On SQLite an answer holds as long as nobody has changed the file, which is known in a tenth of the time of a read. On
PostgreSQL who comes while one read is under way is answered by the next one, with all who have come meanwhile. Alone,
nobody waits for anybody.
"""

from collections.abc import Callable, Collection, Mapping
from typing import ClassVar, Generic, TypeVar

from gevent.event import Event

from printalma.db import Connection, db, reading, sqlite

MOST = 64  # questions of one read
MAX_KEPT = 2_000  # answers; when there are as many, all are forgotten

Q = TypeVar("Q")
A = TypeVar("A")


class Asking(Generic[Q, A]):
    """The door for questions of one kind, of one app. `read` says what is known of several, each of them once. With
    `despite_orders` orders that are placed change no answer."""

    under_way: ClassVar[int] = 0  # questions of all kinds in this process for which PostgreSQL is asked or will be

    def __init__(
        self, read: Callable[[Connection, Collection[Q]], Mapping[Q, A]], despite_orders: bool = False
    ) -> None:
        self._read, self._despite_orders = read, despite_orders
        self._kept: dict[Q, A | None] = {}
        self._version: object = None  # of the file, when these were read
        self._under_way: _Round[Q, A] | None = None
        self._next: _Round[Q, A] | None = None

    def ask(self, question: Q) -> A | None:
        """What a read that begins from now on says of it; None when nothing is known."""
        pool = db.engine.pool
        if isinstance(pool, sqlite.FilePool):
            return self._unchanged(question, pool)
        Asking.under_way += 1
        try:
            return self._together(question)
        finally:
            Asking.under_way -= 1

    def _unchanged(self, question: Q, pool: sqlite.FilePool) -> A | None:
        version = pool.version(self._despite_orders)
        if version != self._version or len(self._kept) >= MAX_KEPT:
            self._kept, self._version = {}, version
        kept = self._kept  # another one, if the file changes while a long read lets others run
        if question not in kept:
            kept[question] = self._answers([question]).get(question)
        return kept[question]

    def _together(self, question: Q) -> A | None:
        known = self._next
        if known is None or len(known.questions) >= MOST:
            return self._lead(_Round(question)).get(question)
        known.questions[question] = None
        known.ended.wait()
        answers = self._answers([question]) if known.answers is None else known.answers  # who read for us failed
        return answers.get(question)

    def _lead(self, mine: "_Round[Q, A]") -> Mapping[Q, A]:
        try:
            self._let_others_join(mine)
            self._under_way = mine
            mine.answers = self._answers(mine.questions)
        finally:
            if self._under_way is mine:
                self._under_way = None
            mine.ended.set()
        return mine.answers

    def _let_others_join(self, mine: "_Round[Q, A]") -> None:
        """While the read before ours is under way, if one is."""
        if self._under_way is None:
            return
        self._next = mine
        try:
            self._under_way.ended.wait()
        finally:
            if self._next is mine:
                self._next = None

    def _answers(self, questions: Collection[Q]) -> Mapping[Q, A]:
        with reading() as connection:
            return self._read(connection, questions)


class _Round(Generic[Q, A]):
    """What is asked in one read, in the order in which it came, and its answers."""

    def __init__(self, question: Q) -> None:
        self.questions: dict[Q, None] = {question: None}
        self.answers: Mapping[Q, A] | None = None
        self.ended = Event()
