"""How large a picture is on the printed article, and how many dots an inch that gives.

The real size is known where a print area says it, where the catalogue says it of the product, or where the size of a
sticker is its own ("10x10cm", "A4"). Anywhere else nothing is said: people would print by a guess.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from printalma.artwork.view import Image, View

INCH = 25.4  # mm
LEAST, MOST = 1.0, 20_000.0  # mm of a real thing
MAX_SIZE = 60  # characters of a size that are read

_UNITS = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "in": INCH, '"': INCH}
_SIDE = r'([0-9]{1,5}(?:[.,][0-9]{1,3})?) ?(mm|cm|m|in|")?'
_SIZE = re.compile(rf"(?<![0-9a-z.,]){_SIDE} ?[x×*] ?{_SIDE}(?![0-9a-z])")
_PAPER = re.compile(r"(?:format )?a([0-8])(?: (?:portrait|paysage))?")
_A0 = 841, 1189

Pixels = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """What is known of a line's real size: `article` is what its size says, "" where that says nothing; `width` how
    wide its print area is in mm, where a view's own does not say it."""

    article: str = ""
    width: float | None = None

    def is_known(self, views: Sequence[View]) -> bool:
        """Whether it is, of one of these views."""
        sized = of_article(self.article) is not None
        return any((view.area.real_width or self.width) if view.area else sized for view in views)


@dataclass(frozen=True)
class Printed:
    """Millimetres, and dots an inch; None where nobody knows how many there are."""

    width: float
    height: float
    dpi: int | None


def printed(view: View, image: Image, pixels: Pixels | None, scale: Scale) -> Printed | None:
    """How a file of so many pixels is printed, fitted into its box; None where the real size is not known."""
    box = _box(view, image, pixels, scale)
    if box is None or pixels is None:
        return Printed(*box, None) if box else None
    millimetres = min(box[0] / pixels[0], box[1] / pixels[1])  # of a pixel
    return Printed(pixels[0] * millimetres, pixels[1] * millimetres, round(INCH / millimetres))


def area(view: View, scale: Scale) -> tuple[float, float] | None:
    """The real size of what is printed on, in mm."""
    if view.area is None:
        return of_article(scale.article)
    width = view.area.real_width or scale.width
    return (width, width * view.area.height / view.area.width) if width else None


@lru_cache(maxsize=1024)
def of_article(size: str) -> tuple[float, float] | None:
    """The millimetres that an article's size says: "10x10cm", "83 mm x 100 mm", "A4"; None where it says none."""
    text = " ".join(size.casefold().split())
    if len(text) > MAX_SIZE:
        return None
    if paper := _PAPER.fullmatch(text):
        width, height = _A0
        for _ in range(int(paper[1])):
            width, height = height // 2, width
        return float(width), float(height)
    found = _SIZE.search(text)
    units = (found[2] or found[4], found[4] or found[2]) if found else (None, None)
    if found is None or units[0] is None or units[1] is None:
        return None
    sides = [float(found[n].replace(",", ".")) * _UNITS[unit] for n, unit in zip((1, 3), units, strict=True) if unit]
    return (sides[0], sides[1]) if all(LEAST <= side <= MOST for side in sides) else None


def _box(view: View, image: Image, pixels: Pixels | None, scale: Scale) -> tuple[float, float] | None:
    if view.area is not None:
        found = area(view, scale)
        return (image.width * found[0] / view.area.width, image.height * found[0] / view.area.width) if found else None
    size = of_article(scale.article)
    if size and pixels and (size[0] < size[1]) != (pixels[0] < pixels[1]):  # nobody says which side is which
        size = size[1], size[0]
    return (image.width * size[0], image.height * size[1]) if size else None
