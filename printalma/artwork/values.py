"""What single values of what was sent are taken for. Each is finite and bounded, and none can be anything but itself: a
colour that is CSS, a font that is a rule, an address that is a script are none."""

import re
from collections.abc import Mapping
from typing import Any

from printalma.lib.lenient import as_line, as_text, is_number
from printalma.lib.letters import cut

Sent = Mapping[str, Any]

MAX_PIXELS = 100_000  # of what is counted in pixels
MAX_SIZE = 4.0  # sides of a view
MAX_ADDRESS, MAX_NAME, MAX_TEXT, MAX_TEXT_LINES = 2000, 100, 1000, 40  # characters, and lines

_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f\x7f\ud800-\udfff]+|/pictures/[0-9a-f]{64}", re.IGNORECASE)
_COLOR = re.compile(r"#[0-9a-f]{6}")
_SHORT_COLOR = re.compile(r"#[0-9a-f]{3}")
_WORDS = re.compile(r"[^\w '-]+")

# What browsers have, or draw something like: by a font's name, and by what a list of fonts ends with.
_FAMILIES = {
    **dict.fromkeys(("arial", "helvetica", "helvetica neue"), "Arial, Helvetica, sans-serif"),
    "verdana": "Verdana, sans-serif",
    "tahoma": "Tahoma, sans-serif",
    "trebuchet ms": "Trebuchet MS, sans-serif",
    "impact": "Impact, sans-serif",
    "georgia": "Georgia, serif",
    **dict.fromkeys(("times", "times new roman"), "Times New Roman, serif"),
    **dict.fromkeys(("courier", "courier new"), "Courier New, monospace"),
    "comic sans ms": "Comic Sans MS, cursive",
}
_GENERIC = ("sans-serif", "serif", "monospace", "cursive", "fantasy")


def number(value: Any, least: float, most: float) -> float | None:
    """The number nearest to `value` that is from `least` to `most`; None for what is none."""
    if isinstance(value, str):
        try:
            value = float(value[:40])
        except ValueError:
            return None
    if not is_number(value) or value != value:
        return None
    return float(min(max(value, least), most))


def positive(value: Any, most: float) -> float | None:
    """A number that is more than nothing."""
    found = number(value, 0, most)
    return found if found and found > 1e-6 else None


def place(value: float) -> float:
    """A place in a view, or near it."""
    return min(max(value, -1.0), 2.0)


def degrees(value: Any) -> float:
    return (number(value, -36_000, 36_000) or 0) % 360


def address(value: Any) -> str | None:
    """Where a picture is; None for what no picture can be fetched from."""
    if not isinstance(value, str) or len(value) > MAX_ADDRESS:
        return None
    found = value.strip()
    return found if _ADDRESS.fullmatch(found) else None


def name(value: Any) -> str:
    return cut(as_line(value) if isinstance(value, str) or is_number(value) else None, MAX_NAME)


def file_name(address: str | None) -> str:
    """What a picture is called that has no name; one that came within the order has none."""
    path = re.split("[?#]", address or "", maxsplit=1)[0]
    return name(path.rpartition("/")[2]) if path.startswith("http") else ""


def text(value: Any) -> str:
    """Words to print, on at most so many lines."""
    whole = as_text(value) if isinstance(value, str) or is_number(value) else None
    lines = (whole or "").split("\n")
    if len(lines) > MAX_TEXT_LINES:
        lines = [*lines[: MAX_TEXT_LINES - 1], "…"]
    return cut("\n".join(lines), MAX_TEXT)


def color(value: Any) -> str | None:
    """#rrggbb."""
    found = value.strip().lower() if isinstance(value, str) and len(value) < 20 else ""
    if _SHORT_COLOR.fullmatch(found):
        return "#" + "".join(sign * 2 for sign in found[1:])
    return found if _COLOR.fullmatch(found) else None


def font(value: Any) -> tuple[str, str]:
    """The name of the first font of a list, and what a browser draws it with."""
    names = [_WORDS.sub(" ", part).strip(" '") for part in name(value).split(",")]
    names = [part for part in names if part]
    first = names[0] if names else ""
    generic = next((part.lower() for part in names[::-1] if part.lower() in _GENERIC), "sans-serif")
    return first, _FAMILIES.get(first.lower(), generic)
