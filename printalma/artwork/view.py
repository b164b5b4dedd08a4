"""One side of an article with what is printed on it. Views are square: places and sizes are fractions of their side, x
and y of what is printed are its centre. Two views that are equal are printed alike."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """Where may be printed; x and y are its corner at the top left. `real_width` is in mm, if that was said."""

    x: float
    y: float
    width: float
    height: float
    rotation: float = 0
    real_width: float | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, fitted into its box without being distorted. `address` is http, https or one of ours (/pictures/…);
    None when none was sent that is one. The natural size is what the front end says the file has, in pixels."""

    address: str | None
    x: float
    y: float
    width: float
    height: float
    rotation: float = 0
    z: int = 0
    natural_width: float | None = None
    natural_height: float | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Words, on as many lines as they have. `font` is the font's name as it was sent; `family` what a browser draws it
    with, from our own list. `curve` is how many degrees of a circle it takes, upwards when positive."""

    text: str
    x: float
    y: float
    width: float
    height: float
    rotation: float = 0
    z: int = 0
    font_size: float = 0.05
    family: str = "sans-serif"
    color: str | None = None
    bold: bool = False
    italic: bool = False
    underline: bool = False
    align: str = "center"
    curve: float = 0
    font: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """`blank` is the address of the bare article's picture. `omitted` counts what was sent and is not among the
    elements: no text nor picture, or too much. Elements are in the order in which they are printed."""

    key: str
    name: str
    blank: str | None
    area: Area | None
    elements: tuple[Image | Text, ...] = ()
    omitted: int = 0
