"""What events change of the page: a tap is told in a few hundred bytes, however much is on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from printalma.atelier.pieces import Board, Group, Job, Work, WorkLine, key_of
from printalma.events.log import Record
from printalma.events.types import (
    Event,
    OrderMarkCleared,
    OrderMended,
    OrderStatusChanged,
    PicturesChanged,
    PiecesTicked,
    PiecesUnticked,
    UnknownEvent,
)
from printalma.orders.models import AT_WORK


@dataclass(frozen=True)
class Touched:
    """What events are about: lines of which pieces are `ticked`, orders that have come to the press or left it
    (`moved`), orders whose pictures have come (`pictured`), all of them in `orders`; `unready` may have been ready.
    `is_anew`: the page has to be drawn anew."""

    ticked: frozenset[int]
    moved: frozenset[int]
    pictured: frozenset[int]
    orders: frozenset[int]
    unready: frozenset[int]
    is_anew: bool

    @classmethod
    def by(cls, records: Sequence[Record]) -> "Touched":
        events = [record.event for record in records]
        ticks = [event for event in events if isinstance(event, PiecesTicked)]
        moved = frozenset(event.order_id for event in events if isinstance(event, OrderStatusChanged) and _moves(event))
        pictured = frozenset(
            order_id for event in events if isinstance(event, PicturesChanged) for order_id in event.orders
        )
        unticked = (order_id for event in ticks if isinstance(event, PiecesUnticked) for order_id in event.orders)
        return cls(
            ticked=frozenset(event.item for event in ticks),
            moved=moved,
            pictured=pictured,
            orders=moved | pictured | {order_id for event in ticks for order_id in event.orders},
            unready=moved | frozenset(unticked),
            is_anew=any(map(_is_rewritten, events)),
        )


@dataclass(frozen=True)
class Change:
    """The fragments that a page needs. `before` are the lines of the orders that moved, whether they are there still or
    not."""

    board: Board
    whole: Board
    touched: Touched
    before: Sequence[WorkLine]

    @cached_property
    def places(self) -> dict[int, tuple[Group, Work]]:
        """The lines that are shown of those that events are about, and in which groups."""
        wanted = self.touched.ticked | {line.id for line in self.before}
        shown = ((group, work) for group in self.board.drawn.values() for work in group.works)
        return {work.line.id: (group, work) for group, work in shown if work.line.id in wanted}

    @property
    def ticked(self) -> Iterator[tuple[Group, Work]]:
        """Lines that are where they were."""
        return (self.places[item] for item in self.touched.ticked if item in self.places)

    @property
    def away(self) -> Iterator[WorkLine]:
        """Lines that are drawn where they belong now, if they do."""
        return iter(self.before)

    @property
    def emptied(self) -> set[str]:
        """Groups that are no more."""
        return {key_of(line) for line in self.before} - self.board.groups.keys()

    @cached_property
    def come(self) -> list[Group]:
        """Groups that are new."""
        moved = {self.places[line.id][0].key: self.places[line.id][0] for line in self.before if line.id in self.places}
        return [group for group in moved.values() if self._is_new(group)]

    @property
    def joined(self) -> Iterator[tuple[Group, Work]]:
        """Lines that have come to groups that were there."""
        for line in self.before:
            if line.id in self.places and not self._is_new(self.places[line.id][0]):
                yield self.places[line.id]

    @property
    def counted(self) -> Iterator[Group]:
        """Groups that have other counts."""
        lines = [*self.before, *(work.line for _, work in self.ticked)]
        keys = dict.fromkeys(key_of(line) for line in lines)
        return (self.board.groups[key] for key in keys if key in self.board.drawn)

    @property
    def pictured(self) -> list[Group]:
        if not self.touched.pictured:
            return []
        return [group for group in self.board.drawn.values() if self._orders(group) & self.touched.pictured]

    @property
    def ready(self) -> list[Job]:
        """Orders that have become ready."""
        jobs = (self.whole.jobs.get(order_id) for order_id in sorted(self.touched.orders - self.touched.pictured))
        return [job for job in jobs if job is not None and job.is_ready]

    def _is_new(self, group: Group) -> bool:
        return self._orders(group) <= self.touched.moved

    @staticmethod
    def _orders(group: Group) -> set[int]:
        return {work.line.order_id for work in group.works}


def _is_rewritten(event: Event) -> bool:
    """Whether an order says something else since; who knows what an event of a newer release does."""
    return isinstance(event, OrderMended | UnknownEvent) or (isinstance(event, OrderMarkCleared) and event.changed)


def _moves(event: OrderStatusChanged) -> bool:
    """Whether the order comes to the press or leaves it. Its first tick moves it, too, and changes nothing here."""
    return (event.previous in AT_WORK) != (event.new in AT_WORK)
