"""Who keeps something of the database in memory has it read again when an event says that it has changed.

The tailer tells, in each process, and knows no subscriber. (Who is told of events by other means, such as a webhook:
outbox/channel.py.)
"""

from collections.abc import Callable, Sequence

from printalma.db import Connection
from printalma.events.log import Record
from printalma.events.types import Event, LogRenewed, UnknownEvent

ReadAgain = Callable[[Connection], None]

_ANYTHING = (LogRenewed, UnknownEvent)  # after which anything may be different
_subscribers: dict[ReadAgain, tuple[type[Event], ...]] = {}


def subscribe(read_again: ReadAgain, *kinds: type[Event]) -> None:
    """Have `read_again` called when the log is first looked at, and after events of these kinds."""
    _subscribers[read_again] = (*kinds, *_ANYTHING)


def tell_all(connection: Connection) -> None:
    """The log is read from here on: whatever came before, everybody reads what is there."""
    for read_again in _subscribers:
        read_again(connection)


def tell(connection: Connection, records: Sequence[Record]) -> None:
    """These have happened."""
    for read_again, kinds in _subscribers.items():
        if any(isinstance(record.event, kinds) for record in records):
            read_again(connection)
