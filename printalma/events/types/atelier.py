"""What can happen to pieces of orders."""

from dataclasses import dataclass

from printalma.events.types.base import Event


@dataclass(frozen=True)
class PiecesTicked(Event):
    """The pieces `first` to `last` of a line are made. The order is one of `orders`, in no column of the log: its
    history tells of its moves, not of each piece."""

    orders: list[int]
    item: int
    first: int
    last: int


@dataclass(frozen=True)
class PiecesUnticked(PiecesTicked):
    """They are not, after all."""
