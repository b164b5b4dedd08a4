"""What a way of telling says of itself: what is told, to whom, when and how."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

import sqlalchemy as sa

from printalma.db import Connection, Row
from printalma.events.log import Record
from printalma.events.repeating import DUE_SECONDS
from printalma.events.types import UnknownEvent
from printalma.lib.clock import now

MAX_AGE = timedelta(days=1)  # what has not been told within a day is no news
LEFT_FOR = timedelta(seconds=60)


class Outcome(StrEnum):
    """What came of one attempt to send."""

    DELIVERED = "delivered"
    GONE = "gone"  # the recipient is no longer there
    REFUSED = "refused"
    NOT_OURS = "not_ours"  # it does not take our key
    TOO_LONG = "too_long"
    BUSY = "busy"
    FAILING = "failing"
    UNREACHABLE = "unreachable"
    SLOW = "slow"


@dataclass(frozen=True)
class Answer:
    """What came of an attempt, and how many seconds the other side asked to wait."""

    outcome: Outcome
    wait: float | None = None


class Notice(Protocol):
    """What a channel says of an event. Several of a kind are summed up; `audience` is whom it is for."""

    @property
    def kind(self) -> str: ...
    @property
    def audience(self) -> Hashable: ...


@dataclass(frozen=True)
class Claim:
    """A delivery that is ours to send until `lease`."""

    delivery: Row
    recipient: Row
    notice: Any
    lease: datetime


Send = Callable[[Claim], Answer]


class Channel(ABC):
    """`cursor`, `recipients` and `deliveries` are tables with the columns of `models`; `recipient_id` is the column of
    `deliveries` that says for whom it is. `listeners` chooses the recipients that may hear at all, each with all that
    the channel looks at, and the `user_id` whose own doings it is not told of. What happens in a process nudges it:
    `poll_seconds` is how often it looks by itself."""

    name: str
    poll_seconds: float = DUE_SECONDS
    cursor: sa.Table
    recipients: sa.Table
    deliveries: sa.Table
    recipient_id: sa.Column[int]
    listeners: sa.Select[Any]

    @abstractmethod
    def notices(self, record: Record) -> Sequence[Notice]:
        """What is said of an event."""

    @abstractmethod
    def is_for(self, notice: Notice, listener: Row) -> bool:
        """Whether it is theirs to hear, and they want to. Looks at the notice's kind and audience only."""

    @abstractmethod
    def when(self, listener: Row, moment: datetime) -> datetime | None:
        """When to tell what is due at `moment`: then, later, or, if None, not at all."""

    @abstractmethod
    def is_reachable(self, connection: Connection) -> sa.ColumnElement[bool]:
        """Which recipients anything can be sent to."""

    @abstractmethod
    def sender(self, connection: Connection) -> Send:
        """What sends one claim, within two thirds of its lease. What it raises is logged, and counts as FAILING."""

    @abstractmethod
    def count(self, answer: Answer) -> None:
        """Measure what came of an attempt."""


def is_for_newer(record: Record) -> bool:
    """Whether a newer release, which serves beside this one, is to tell of it. Where none has done so for LEFT_FOR, it
    has left, and what follows is told without it. A clock that was set back makes nobody wait longer."""
    return isinstance(record.event, UnknownEvent) and abs(now() - record.at) < LEFT_FOR
