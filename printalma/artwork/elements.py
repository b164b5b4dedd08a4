"""A picture or a text that somebody drew: its place, its size, how it looks."""

from typing import Any

from printalma.artwork import values
from printalma.artwork.values import MAX_PIXELS, MAX_SIZE, Sent
from printalma.artwork.view import Area, Image, Text

LINE = 1.2  # a line's height, in sizes of its font
LETTER = 0.55  # a letter's width, about
_BOLD = ("bold", "bolder", *(weight for n in range(600, 1000, 100) for weight in (n, str(n))))


def element(sent: Any, area: Area | None, pixels: float) -> Image | Text | None:
    """What was drawn on a view so many pixels wide; None for what is neither picture nor text."""
    if not isinstance(sent, dict):
        return None
    kind = sent.get("type")
    if kind == "text" or (kind != "image" and "text" in sent):
        return _text(sent, pixels)
    return _image(sent, area, pixels) if kind == "image" or sent.keys() & {"imageUrl", "_hasDataUrl"} else None


def _image(sent: Sent, area: Area | None, pixels: float) -> Image:
    address = values.address(sent.get("imageUrl"))
    room = min(area.width, area.height) * 0.8 if area else 0.4
    return Image(
        address,
        *_centre(sent),
        width=_size(sent.get("width"), pixels) or room,
        height=_size(sent.get("height"), pixels) or room,
        rotation=values.degrees(sent.get("rotation")),
        z=_z(sent),
        natural_width=values.positive(sent.get("naturalWidth"), MAX_PIXELS),
        natural_height=values.positive(sent.get("naturalHeight"), MAX_PIXELS),
        name=values.name(sent.get("designName")) or values.file_name(address),
    )


def _text(sent: Sent, pixels: float) -> Text:
    words = values.text(sent.get("text"))
    lines = words.split("\n")
    high = _size(sent.get("height"), pixels)
    size = _size(sent.get("fontSize"), pixels) or (high / len(lines) / LINE if high else 0.05)
    font, family = values.font(sent.get("fontFamily"))
    return Text(
        words,
        *_centre(sent),
        width=_size(sent.get("width"), pixels) or min(max(map(len, lines)) * LETTER * size + 0.01, MAX_SIZE),
        height=high or min(len(lines) * LINE * size, MAX_SIZE),
        rotation=values.degrees(sent.get("rotation")),
        z=_z(sent),
        font_size=size,
        family=family,
        color=values.color(sent.get("color")),
        bold=sent.get("fontWeight") in _BOLD,
        italic=sent.get("fontStyle") in ("italic", "oblique"),
        underline=sent.get("textDecoration") == "underline",
        align=next((side for side in ("left", "right") if side == sent.get("textAlign")), "center"),
        curve=values.number(sent.get("curve"), -355, 355) or 0,
        font=font,
    )


def _centre(sent: Sent) -> tuple[float, float]:
    x, y = (values.number(sent.get(name), -1, 2) for name in ("x", "y"))
    return 0.5 if x is None else x, 0.5 if y is None else y


def _size(value: Any, pixels: float) -> float | None:
    found = values.positive(value, MAX_PIXELS)
    return min(found / pixels, MAX_SIZE) if found else None


def _z(sent: Sent) -> int:
    return int(values.number(sent.get("zIndex"), -1000, 1000) or 0)
