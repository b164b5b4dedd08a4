"""What papers show of the artwork: a workshop's sheet each view of each line, a slip the first. A hundred orders may be
printed together: what is read, drawn and fetched is bounded for all of them, and a paper says that it lacks some."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from printalma.artwork import View
from printalma.dashboard.artwork_page import Piece, addresses_of, weight_of
from printalma.db import Connection
from printalma.orders import sent
from printalma.orders.queries import Details, OrderRow
from printalma.pictures.queries import Source, sources

MAX_SENT = 4_000_000  # bytes of what front ends sent, which are read: a tenth of a second
MAX_DRAWN = 2_000_000  # bytes of drawings, about
MAX_PICTURES = 300  # different ones, which the browser fetches before it prints


@dataclass(frozen=True)
class Paper:
    """Lines that are printed alike together, each once. `is_whole`: all of the views that were asked for are there."""

    pieces: Sequence[Piece]
    is_whole: bool

    @cached_property
    def first(self) -> dict[int, View]:
        """What shows best what a line is, by its id."""
        return {item.id: piece.views[0] for piece in self.pieces if piece.views for item in piece.items}


@dataclass
class _Room:
    """What there is still room for on the papers of one print."""

    drawn: int = field(default_factory=lambda: MAX_DRAWN)
    addresses: set[str] = field(default_factory=set)

    def take(self, view: View) -> bool:
        """Whether it is drawn."""
        addresses = self.addresses.union(addresses_of(view))
        if self.drawn < weight_of(view) or len(addresses) > MAX_PICTURES:
            return False
        self.drawn -= weight_of(view)
        self.addresses = addresses
        return True


def shown(
    connection: Connection, orders: Sequence[Details], most: int | None
) -> tuple[dict[int, Paper], dict[str, Source]]:
    """Each order's paper, with up to `most` views of a line, and what became of the pictures that are on them."""
    room, read = _Room(), list(_read([details.order for details in orders]))
    texts = sent.of(connection, read) if read else {}
    papers = {}
    for details in orders:
        order = details.order
        paper = _paper(details, texts.get(order.id, {}), room, most)
        papers[order.id] = paper if order.id in texts or not order.sent_size else Paper(paper.pieces, is_whole=False)
    return papers, sources(connection, room.addresses)


def _read(orders: Sequence[OrderRow]) -> Iterator[int]:
    """The orders whose artwork is read: one that is too much leaves room for those behind it."""
    room = MAX_SENT
    for order in orders:
        if 0 < order.sent_size <= room:
            room -= order.sent_size
            yield order.id


def _paper(details: Details, texts: sent.Texts, room: _Room, most: int | None) -> Paper:
    found: dict[tuple[Any, ...], Piece] = {}
    is_whole = True
    for item in details.items:
        views = sent.views(item, texts.get(item.id))
        alike = (views, item.product_id, item.product_name, item.color) if views else (item.id,)
        if alike in found:
            found[alike] = Piece([*found[alike].items, item], found[alike].views)
            continue
        drawn = [view for view in views[:most] if room.take(view)]
        is_whole = is_whole and len(drawn) == len(views[:most])
        found[alike] = Piece([item], drawn)
    return Paper(list(found.values()), is_whole)
