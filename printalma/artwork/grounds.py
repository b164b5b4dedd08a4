"""What a view is drawn on: its blank article, where may be printed, and the pixels in which its sizes are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from printalma.artwork import values
from printalma.artwork.values import MAX_PIXELS, Sent
from printalma.artwork.view import Area
from printalma.lib.lenient import as_list, as_object

SIDES = ("FRONT", "BACK", "LEFT", "RIGHT", "TOP", "BOTTOM", "DETAIL", "OTHER")
SIDE = 800  # pixels of a picture that front ends have not measured: what they take it for
MAX_REAL = 20_000  # mm of a print area
_UNITS = {"Mm": 1.0, "Cm": 10.0}
MAX_SENT = 50  # print areas and views of a line that are looked at


@dataclass(frozen=True, slots=True)
class Ground:
    """`side` is one of SIDES, "" where nobody said; `pixels` the width of the view, which is square."""

    side: str
    blank: str | None
    area: Area | None
    pixels: float


def grounds_of(sent: Sent) -> "Grounds":
    areas = [sent.get("delimitation"), *as_list(sent.get("delimitations"))[:MAX_SENT]]
    told = as_list(sent.get("viewsMetadata"))[:MAX_SENT]
    return Grounds([*filter(as_object, areas)], [*filter(as_object, told)], values.address(sent.get("mockupUrl")))


def says_real_size(sent: Sent) -> bool:
    """Whether it is said of a print area how large it is on the article."""
    areas = [sent.get("delimitation"), *as_list(sent.get("delimitations"))[:MAX_SENT]]
    return any(name.endswith((*_UNITS,)) for area in areas for name in as_object(area))


@dataclass(frozen=True, slots=True)
class Grounds:
    """Those of a line: its print areas, what was said of its views, the photograph of its article."""

    areas: Sequence[Sent]
    told: Sequence[Sent]
    mockup: str | None

    @property
    def first(self) -> Ground:
        """Where a line is printed that does not say on which view."""
        area = next(iter(self.areas), {})
        return self._ground(area, {} if area else next(iter(self.told), {}))

    def named(self, key: str) -> Ground:
        """Of the view under the numbers of a colour and of a picture."""
        number = key.rpartition("-")[2]
        area = next((area for area in self.areas if values.name(area.get("viewId")) == number), {})
        return self._ground(area, next((each for each in self.told if each.get("viewKey") == key), {}))

    def _ground(self, area: Sent, told: Sent) -> Ground:
        blanks = (values.address(each.get("imageUrl")) for each in (told, area))
        side = next((each["viewType"] for each in (told, area) if each.get("viewType") in SIDES), "")
        measured = area or next(iter(self.areas), {})
        return Ground(side, next(filter(None, blanks), self.mockup), _area(area), max(_pixels(measured)))


def _pixels(area: Sent) -> tuple[float, float]:
    """Width and height of the picture that an area is of."""
    known = []
    for of in ("reference", "originalImage"):
        width, height = (values.positive(area.get(of + name), MAX_PIXELS) for name in ("Width", "Height"))
        if width and height:
            known.append((width, height))
    known.sort(key=lambda pair: pair == (SIDE, SIDE))  # what nobody measured, if somebody else did
    return known[0] if known else (SIDE, SIDE)


def _area(sent: Sent) -> Area | None:
    """Fractions of the article's picture where all four are, else its pixels. The picture is in the view's middle."""
    x, y = (values.number(sent.get(name), -MAX_PIXELS, MAX_PIXELS) for name in ("x", "y"))
    width, height = (values.positive(sent.get(name), MAX_PIXELS) for name in ("width", "height"))
    if x is None or y is None or width is None or height is None:
        return None
    across, down = _pixels(sent)
    side = max(across, down)
    if max(x, y, width, height) <= 1:
        x, y, width, height = x * across, y * down, width * across, height * down
    left, top = (x + (side - across) / 2) / side, (y + (side - down) / 2) / side
    size = min(width / side, 1.0), min(height / side, 1.0)
    turned, real = values.degrees(sent.get("rotation")), _real_width(sent, *size)
    return Area(values.place(left), values.place(top), *size, turned, real)


def _real_width(sent: Sent, width: float, height: float) -> float | None:
    """In millimetres: what an area says that it has across, or else from top to bottom."""
    for side, part in (("Width", 1.0), ("Height", width / height)):
        for of, unit in product(("", "real", "print"), _UNITS):
            name = f"{of}{side}{unit}" if of else f"{side.lower()}{unit}"
            found = values.positive(sent.get(name), MAX_PIXELS)
            if found and 1 <= found * _UNITS[unit] * part <= MAX_REAL:
                return found * _UNITS[unit] * part
    return None
