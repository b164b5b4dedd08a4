"""Where the parts of a view stand when it is drawn, in UNITS of which its side has a thousand: for pages, papers and
files alike (templates/artwork/_view.html has the marks).

A picture fits into its box as it is, in the middle, never cut nor distorted. A text stands in the middle of its box,
with the lines it was written in: what is longer than the box goes beyond it, on the side that its alignment says. A
curved text is bent around a circle, of which a line as long as the box takes as many degrees as were asked for; the arc
is in the middle of the box.
"""

import hashlib
import math
from dataclasses import dataclass

from printalma.artwork.elements import LETTER, LINE
from printalma.artwork.view import Area, Image, Text, View

UNITS = 1000
BASELINE = 0.35  # of a font's size, from the middle of its letters down to their line
STRAIGHT = 1.0  # degrees of a circle that nobody sees
FULL = 0.97  # of a circle that letters are set on: what would not fit is not drawn at all
LEAST = 0.2  # sizes of a font: the radius of the smallest circle


@dataclass(frozen=True, slots=True)
class Box:
    """`x` and `y` are the corner at the top left before it is turned; `turn` is a transform, "" for none."""

    x: float
    y: float
    width: float
    height: float
    turn: str


@dataclass(frozen=True, slots=True)
class Picture:
    box: Box
    address: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Arc:
    """The circle of a curved line. Its id follows from where it is: the same one twice on a page is the same circle."""

    id: str
    path: str
    squeezed: float | None  # into this length, what is too long for it


@dataclass(frozen=True, slots=True)
class DrawnLine:
    text: str
    x: float
    y: float
    arc: Arc | None


@dataclass(frozen=True, slots=True)
class Words:
    """A text with something in it. `anchor` is start, middle or end."""

    box: Box
    lines: tuple[DrawnLine, ...]
    size: float
    anchor: str
    of: Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn, from the back to the front, on a white square of UNITS; texts without words are not."""

    area: Box | None
    parts: tuple[Picture | Words, ...]
    whole: Box = Box(0, 0, UNITS, UNITS, "")  # of the blank article


def of(view: View) -> Drawing:
    parts = (_picture(each) if isinstance(each, Image) else _words(each) for each in view.elements)
    return Drawing(_outline(view.area) if view.area else None, tuple(part for part in parts if part))


def _outline(area: Area) -> Box:
    return _box(area.x + area.width / 2, area.y + area.height / 2, area.width, area.height, area.rotation)


def _picture(image: Image) -> Picture:
    return Picture(_box_of(image), image.address, image.name)


def _words(text: Text) -> Words | None:
    if not text.text:
        return None
    is_straight = abs(text.curve) < STRAIGHT
    lines = _straight(text) if is_straight else _curved(text)
    anchor = {"left": "start", "right": "end"}.get(text.align, "middle") if is_straight else "middle"
    return Words(_box_of(text), lines, _units(text.font_size), anchor, text)


def _straight(text: Text) -> tuple[DrawnLine, ...]:
    side = {"left": -0.5, "right": 0.5}.get(text.align, 0)
    x = _units(text.x + side * text.width)
    return tuple(
        DrawnLine(line, x, _units(text.y + middle + BASELINE * text.font_size), None) for line, middle in _lines(text)
    )


def _curved(text: Text) -> tuple[DrawnLine, ...]:
    """Upwards, letters stand on the outside of their circle; downwards on its inside."""
    angle = math.radians(abs(text.curve))
    radius, up = text.width / angle, 1 if text.curve > 0 else -1
    height = radius * (1 - math.cos(angle / 2))
    centre = text.y + up * (radius - height / 2)
    found = []
    for line, middle in _lines(text):
        own = max(radius - up * (middle + BASELINE * text.font_size), LEAST * text.font_size)
        found.append(DrawnLine(line, _units(text.x), _units(centre - up * own), _arc(text, centre, own, up, line)))
    return tuple(found)


def _arc(text: Text, centre: float, radius: float, up: int, line: str) -> Arc:
    """A whole circle, so that a line has room that is longer than its box; its middle is where the text's middle is."""
    x, r, start, end = (_units(each) for each in (text.x, radius, centre + up * radius, centre - up * radius))
    sweep = 1 if up > 0 else 0
    path = f"M{x} {start}A{r} {r} 0 0 {sweep} {x} {end}A{r} {r} 0 0 {sweep} {x} {start}"
    round_it = 2 * math.pi * radius * FULL
    is_long = len(line) * LETTER * text.font_size > round_it
    name = hashlib.blake2s(path.encode(), digest_size=6).hexdigest()
    return Arc(f"arc-{name}", path, _units(round_it) if is_long else None)


def _lines(text: Text) -> list[tuple[str, float]]:
    """Each line, and how far its middle is below that of all."""
    lines = text.text.split("\n")
    high = LINE * text.font_size
    return [(line, (n - (len(lines) - 1) / 2) * high) for n, line in enumerate(lines)]


def _box_of(each: Image | Text) -> Box:
    return _box(each.x, each.y, each.width, each.height, each.rotation)


def _box(x: float, y: float, width: float, height: float, rotation: float) -> Box:
    turn = f"rotate({round(rotation, 2)} {_units(x)} {_units(y)})" if rotation else ""
    return Box(_units(x - width / 2), _units(y - height / 2), _units(width), _units(height), turn)


def _units(fraction: float) -> float:
    return round(fraction * UNITS, 2)
