"""Which frames arrived when. A frame is parsed once: every dashboard gets the same bytes."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench import wire
from bench.figures import Spread, spread


@dataclass(eq=False)
class Frame:
    """What every dashboard got, and when each of them did."""

    orders: list[int]
    position: int
    times: "array[float]" = field(default_factory=lambda: array("d"))

    @property
    def says_something(self) -> bool:
        """Whether it is more than a sign of life."""
        return bool(self.orders or self.position)

    def reaches(self, position: int, order: int | None) -> bool:
        """Whether it carries the position, or tells of the order (front ends' frames carry no position)."""
        return self.position >= position or order in self.orders


class Book:
    def __init__(self) -> None:
        self._known: dict[tuple[int, bytes], Frame] = {}
        self.sample = b""  # the latest frame that drew one order

    def find(self, data: bytes) -> Frame | None:
        """The frame that these bytes are, if it was noted before."""
        return self._known.get((len(data), data[-wire.TAIL :]))

    def note(self, data: bytes, arrived: float) -> Frame:
        """Write down that a whole frame arrived."""
        frame = self.find(data)
        if frame is None:
            frame = Frame(wire.orders(data), wire.position(data))
            self._known[len(data), data[-wire.TAIL :]] = frame
            if len(frame.orders) == 1:
                self.sample = data
        frame.times.append(arrived)
        return frame

    def forget(self) -> None:
        self._known.clear()

    def spread(self, sent: Mapping[int, float]) -> Spread:
        """How long the orders took from `sent` to every dashboard."""
        waits: list[float] = []
        lasts: list[float] = []
        for frame in self._known.values():
            for order in frame.orders:
                if order in sent:
                    waits += [moment - sent[order] for moment in frame.times]
                    lasts.append(max(frame.times) - sent[order])
        return spread(waits, lasts)
