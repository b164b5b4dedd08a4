"""What is to be made: lines of orders, and groups of them that are made alike."""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from printalma.orders.queries import ItemRow
from printalma.placing import numbering

MAX_OF_LINE = 24  # pieces of a line with a tick of their own; the others have one together
MAX_DRAWN = 1000  # ticks on a page: the rest is counted


class WorkLine(NamedTuple):
    """A line of an order that is to be made."""

    id: int
    order_id: int
    number: str
    status: str
    version: int
    created_at: datetime
    product_id: int | None
    product_name: str
    quantity: int
    size: str | None
    color: str | None
    reference: str | None
    artwork_key: str | None

    @property
    def alike(self) -> tuple[object, ...]:
        """The same for lines that are made alike: of one artwork, product, colour and size."""
        product = self.product_id or (self.reference, self.product_name)
        return self.artwork_key or "", product, (self.color or "").casefold(), (self.size or "").casefold()

    @property
    def mark(self) -> str:
        return mark_of(self)

    @property
    def short(self) -> str:
        return numbering.short(self.number)


class Ticks(NamedTuple):
    """The pieces of a line that are made, and those that were before it was mended."""

    made: frozenset[int] = frozenset()
    lost: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Run:
    """Pieces of a line that one tick is for."""

    first: int
    last: int
    made: bool

    @property
    def n(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Work:
    """A line and how far it is."""

    line: WorkLine
    ticks: Ticks

    @property
    def done(self) -> int:
        return len(self.ticks.made)  # none of them beyond its quantity: with that, it loses all

    @property
    def is_done(self) -> bool:
        return self.done == self.line.quantity

    @property
    def to_redo(self) -> int:
        """How many pieces were made before the line was mended, and are to be made again."""
        return sum(piece <= self.line.quantity for piece in self.ticks.lost)

    @property
    def runs(self) -> list[Run]:
        """Its ticks."""
        quantity, made = self.line.quantity, self.ticks.made
        alone = [Run(piece, piece, piece in made) for piece in range(1, min(quantity, MAX_OF_LINE) + 1)]
        if quantity <= MAX_OF_LINE:
            return alone
        rest = range(MAX_OF_LINE + 1, quantity + 1)
        return [*alone, Run(rest.start, quantity, made.issuperset(rest))]


@dataclass(frozen=True)
class Group:
    """Lines that are made alike."""

    works: Sequence[Work]

    @property
    def first(self) -> WorkLine:
        """Its oldest."""
        return self.works[0].line

    @cached_property
    def key(self) -> str:
        return key_of(self.first)

    @cached_property
    def pieces(self) -> int:
        return sum(work.line.quantity for work in self.works)

    @cached_property
    def done(self) -> int:
        return sum(work.done for work in self.works)

    @property
    def is_done(self) -> bool:
        return self.done == self.pieces


@dataclass(frozen=True)
class Job:
    """An order and how far it is. `gone` pieces were made of lines that it has no more."""

    works: Sequence[Work]
    gone: int = 0

    @property
    def line(self) -> WorkLine:
        """Any of its lines, which all know their order."""
        return self.works[0].line

    @property
    def pieces(self) -> int:
        return sum(work.line.quantity for work in self.works)

    @property
    def is_ready(self) -> bool:
        return all(work.is_done for work in self.works)

    @property
    def to_redo(self) -> int:
        return sum(work.to_redo for work in self.works)


@dataclass(frozen=True)
class Board:
    """What is to be made, oldest first; `gone` by order. `is_cut`: there are more orders than are read."""

    works: Sequence[Work]
    gone: Mapping[int, int] = field(default_factory=dict)
    is_cut: bool = False

    @cached_property
    def jobs(self) -> Mapping[int, Job]:
        by_order = groupby(self.works, key=lambda work: work.line.order_id)
        return {order_id: Job([*works], self.gone.get(order_id, 0)) for order_id, works in by_order}

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """By their keys: those in which something is to be made first, and of these the one of the oldest order."""
        found: dict[object, list[Work]] = {}
        for work in self.works:
            found.setdefault(work.line.alike, []).append(work)
        groups = [Group(works) for works in found.values()]
        return {group.key: group for group in sorted(groups, key=lambda group: group.is_done)}

    @cached_property
    def drawn(self) -> Mapping[str, Group]:
        """As many of the groups as a page shows, the last of them not to its end."""
        room, found = MAX_DRAWN, {}
        for key, group in self.groups.items():
            works = []
            for work in group.works:
                room -= min(work.line.quantity, MAX_OF_LINE + 1)
                if room < 0:
                    break
                works.append(work)
            if works:
                found[key] = Group(works)
            if room < 0:
                break
        return found

    @cached_property
    def ready(self) -> list[Job]:
        return [job for job in self.jobs.values() if job.is_ready]

    @cached_property
    def mended(self) -> list[Job]:
        """Orders of which somebody has to know that they say something else since."""
        return [job for job in self.jobs.values() if job.to_redo or job.gone]

    @cached_property
    def pieces(self) -> int:
        return sum(work.line.quantity for work in self.works)

    @cached_property
    def done(self) -> int:
        return sum(work.done for work in self.works)

    @property
    def not_drawn(self) -> int:
        """How many pieces are counted, and not shown."""
        return self.pieces - sum(group.pieces for group in self.drawn.values())


def mark_of(line: WorkLine | ItemRow) -> str:
    """What of a line is to be seen on its pieces, in a few letters; what it is called and what it costs is not."""
    return f"{zlib.crc32(repr((line.quantity, line.size, line.color)).encode(errors='surrogatepass')):x}"


def key_of(line: WorkLine) -> str:
    """What lines that are made alike are called on a page."""
    return hashlib.sha256(json.dumps(line.alike).encode()).hexdigest()[:12]
