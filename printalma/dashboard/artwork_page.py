"""What an order's page shows of its artwork: each view of each line as it is to be printed, up to so many bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from printalma import artwork
from printalma.artwork import Image, View
from printalma.db import Connection
from printalma.orders import sent
from printalma.orders.queries import Details, ItemRow
from printalma.pictures.queries import sources
from printalma.print_checks import prints

# Bytes of drawings, about: at first, and for who asks for all. What is beyond is named.
FEW, MANY = 40_000, 1_000_000
_A_VIEW, _A_PICTURE, _A_TEXT, _A_LINE, _A_LETTER = 900, 550, 450, 150, 5  # bytes of their marks


@dataclass(frozen=True)
class Piece:
    """Lines that are printed alike, each in a size of its own, and those of their views that are drawn."""

    items: Sequence[ItemRow]
    views: Sequence[View]

    @property
    def id(self) -> int:
        return self.items[0].id


def shown(connection: Connection, details: Details, is_all: bool) -> dict[str, Any]:
    """`undrawn`: how many articles have views that are not among the pieces."""
    texts = sent.of(connection, [details.order.id]).get(details.order.id, {}) if details.order.sent_size else {}
    pieces, undrawn = _pieces(details.items, texts, MANY if is_all else FEW)
    addresses = {address for piece in pieces for view in piece.views for address in addresses_of(view)}
    scales = prints.scales(connection, details.items)
    return {"pieces": pieces, "undrawn": undrawn, "pictures": sources(connection, addresses), "scales": scales}


def _pieces(items: Sequence[ItemRow], texts: sent.Texts, room: int) -> tuple[list[Piece], int]:
    """What there is room for. Once it is full nothing more is read, whoever sent a megabyte of it."""
    found: dict[tuple[Any, ...], Piece] = {}
    full: set[int] = set()
    for item in items:
        if room <= 0 and texts.get(item.id):
            full.add(item.id)
            continue
        views = sent.views(item, texts.get(item.id))
        alike = views, item.product_id, item.product_name, item.color
        if alike in found:
            found[alike] = Piece([*found[alike].items, item], found[alike].views)
        elif views:
            drawn = list(_fitting(views, room))
            found[alike] = Piece([item], drawn)
            room -= sum(map(weight_of, drawn))
            if len(drawn) < len(views):
                full.add(item.id)
                room = 0
    return [piece for piece in found.values() if piece.views], len(full)


def _fitting(views: Sequence[View], room: int) -> Iterator[View]:
    for view in views:
        room -= weight_of(view)
        if room < 0:
            return
        yield view


def weight_of(view: View) -> int:
    """Bytes of its drawing, about."""
    return _A_VIEW + sum(
        _A_PICTURE
        if isinstance(each, Image)
        else _A_TEXT + len(each.text.split("\n")) * _A_LINE + _A_LETTER * len(each.text)
        for each in view.elements
    )


def addresses_of(view: View) -> list[str]:
    """The pictures that are on it."""
    return [*artwork.image_addresses(view), *([view.blank] if view.blank else [])]
