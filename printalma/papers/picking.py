"""What is fetched from the shelves for several orders at once, as somebody walks along them: product by product, and of
each by colour and size."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from printalma.lib.letters import alphabetical, plain
from printalma.orders.queries import Details

# Sizes of clothes, as they lie on a shelf: XS, S, M, L, XL, 2XL or XXL, 3XL. Others go by their numbers, then by name.
_LETTERS = re.compile(r"(?:(\d{1,2})\s*x|(x*))\s*([sl])|(m)", re.IGNORECASE)
_NUMBERS = re.compile(r"\d{1,6}")


@dataclass
class Piece:
    """So many of a product in a colour and a size, and for which orders: their numbers, and how many each."""

    color: str
    size: str
    orders: dict[str, int] = field(default_factory=dict)

    @property
    def quantity(self) -> int:
        return sum(self.orders.values())


@dataclass
class Shelf:
    """A product: the catalogue's `product_id`, or what a front end called one that is none of it (`reference`)."""

    name: str
    product_id: int | None
    reference: str | None
    pieces: dict[tuple[str, str], Piece] = field(default_factory=dict)

    @property
    def quantity(self) -> int:
        return sum(piece.quantity for piece in self.pieces.values())

    @property
    def in_order(self) -> list[Piece]:
        return sorted(self.pieces.values(), key=lambda each: (alphabetical(each.color), size_key(each.size)))

    @property
    def by_color(self) -> list[tuple[str, int]]:
        return self._sums([(piece.color, piece.quantity) for piece in self.in_order])

    @property
    def by_size(self) -> list[tuple[str, int]]:
        pieces = sorted(self.pieces.values(), key=lambda each: size_key(each.size))
        return self._sums([(piece.size, piece.quantity) for piece in pieces])

    def _sums(self, pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
        """None where they would say again what stands there anyway."""
        found: dict[str, int] = {}
        for name, quantity in pairs:
            found[name] = found.get(name, 0) + quantity
        return [*found.items()] if 1 < len(found) < len(self.pieces) else []


def shelves(orders: Sequence[Details]) -> list[Shelf]:
    """What these orders need. A colour that is written in two ways is one."""
    found: dict[object, Shelf] = {}
    for details in orders:
        for item in details.items:
            product = item.product_id or (item.reference, plain(item.product_name))
            reference = None if item.product_id else item.reference
            shelf = found.setdefault(product, Shelf(item.product_name, item.product_id, reference))
            color, size = _cleaned(item.color), _cleaned(item.size)
            piece = shelf.pieces.setdefault((plain(color), size.casefold()), Piece(color, size))
            number = details.order.number
            piece.orders[number] = piece.orders.get(number, 0) + item.quantity
    return sorted(found.values(), key=lambda shelf: alphabetical(shelf.name))


def size_key(size: str) -> tuple[object, ...]:
    """In what order sizes lie on a shelf."""
    found = _LETTERS.fullmatch(size.strip())
    if found:
        many, xs, letter, _ = found.groups()
        steps = 1 + (int(many) if many else len(xs or ""))
        return 0, 0 if not letter else steps if letter in "lL" else -steps, ""
    number = _NUMBERS.search(size)
    return (1, int(number[0]), alphabetical(size)) if number else (2, 0, alphabetical(size))


def _cleaned(option: str | None) -> str:
    return " ".join((option or "").split())
