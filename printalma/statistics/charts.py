"""The geometry of bar charts, in percent of their box: the browser stretches the bars and leaves the words alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MAX_INTERVALS = 4
MAX_LABELS = 5
LABELS_EVERY = (1, 2, 3, 4, 6, 7, 10, 14, 20)  # bars: what days, hours and months are counted by
MAX_WIDTH = 7.0
FILLED = 0.72  # of the room a bar has
MIN_HEIGHT = 0.8  # so that little is not seen as nothing


@dataclass(frozen=True)
class Point:
    """What a bar stands for; `label` fits under it, `name` tells it in full, `shown` is its value for people."""

    label: str
    name: str
    value: int
    shown: str


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    room: tuple[float, float]  # where a pointer means this bar, from x and how wide
    title: str


@dataclass(frozen=True)
class Mark:
    """A word on an axis, `at` percent of it."""

    at: float
    text: str


@dataclass(frozen=True)
class Chart:
    bars: Sequence[Bar]
    ticks: Sequence[Mark]
    labels: Sequence[Mark]
    best: Point | None

    @property
    def is_empty(self) -> bool:
        return self.best is None


def chart(points: Sequence[Point], scale: Callable[[int], str]) -> Chart:
    """Upright bars, one for each of at least one point; `scale` writes a tick's value."""
    best = max(points, key=lambda point: point.value)
    steps = ticks(best.value)
    top, room = steps[-1], 100 / len(points)
    width = min(room * FILLED, MAX_WIDTH)
    bars = [_bar(point, n * room, room, width, top) for n, point in enumerate(points)]
    every = next((n for n in LABELS_EVERY if n * MAX_LABELS >= len(points)), len(points))
    labels = [Mark(_round((n + 0.5) * room), points[n].label) for n in range(0, len(points), every)]
    return Chart(
        bars,
        [Mark(_round(100 - 100 * step / top), scale(step)) for step in steps],
        labels,
        best if best.value > 0 else None,
    )


def ticks(most: int) -> list[int]:
    """From 0 to `most` or a little above in at most MAX_INTERVALS whole steps of 1, 2 or 5 and zeros."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * MAX_INTERVALS >= most:
                return [step * n for n in range(max(1, -(-most // step)) + 1)]
        size *= 10


def share(value: int, most: int) -> float:
    """How long a lying bar is, in percent of the longest."""
    return max(_round(100 * value / most), MIN_HEIGHT) if value > 0 else 0.0


def _bar(point: Point, x: float, room: float, width: float, top: int) -> Bar:
    height = share(max(point.value, 0), top)
    return Bar(
        x=_round(x + (room - width) / 2),
        y=_round(100 - height),
        width=_round(width),
        height=height,
        room=(_round(x), _round(room)),
        title=f"{point.name} : {point.shown}",
    )


def _round(percent: float) -> float:
    return round(percent, 2)
