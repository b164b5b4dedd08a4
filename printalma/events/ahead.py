"""What this process has just appended to the log: whoever stands right before it need not read it."""

from collections.abc import Sequence
from typing import Generic, TypeVar

MAX_AHEAD = 64  # transactions; what is forgotten is read

P = TypeVar("P")  # a place in the log
R = TypeVar("R")  # an event as it stands there


class Ahead(Generic[P, R]):
    def __init__(self) -> None:
        self.newest = 0  # the last event that this process has appended; others may have appended behind it
        self._kept: dict[P, tuple[Sequence[R], P]] = {}

    def keep(self, before: P, records: Sequence[R], last: P) -> None:
        """Records stand in the log between two places."""
        self._kept[before] = records, last
        if len(self._kept) > MAX_AHEAD:
            del self._kept[next(iter(self._kept))]

    def take(self, reached: P, most: int) -> tuple[list[R], P] | None:
        """The records right behind a place and where the last of them stands; None when what stands there is not ours.
        There may be as many more than `most` as one transaction has."""
        found: list[R] = []
        while len(found) < most and (more := self._kept.pop(reached, None)):
            some, reached = more
            found += some
        return (found, reached) if found else None

    def forget(self) -> None:
        """All of it is read."""
        self._kept.clear()
