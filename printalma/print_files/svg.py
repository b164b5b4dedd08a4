"""A view as an SVG file of the size in which it is printed, its pictures in it, written while it is read.

Whoever opens it has texts as texts, in the font that the customer chose if they have it. What is missing is a frame
that says so: nobody prints half a picture without seeing that it is one.
"""

import io
import re
import secrets
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import gevent
from flask import render_template

from printalma.artwork import Text, View, drawing, print_size
from printalma.artwork.drawing import UNITS, Box, Picture
from printalma.artwork.print_size import Scale
from printalma.db import reading
from printalma.lib.i18n import t
from printalma.pictures import queries
from printalma.pictures.models import Copy, SourceState
from printalma.pictures.queries import Source
from printalma.print_files.found import Side

PAUSE_SECONDS = 0.002  # between two pieces: who reads fast would else have the server for themselves
LEAST = 0.01  # units of a side

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Sheet:
    """What of a view is in its file: where is printed, made upright. `width` and `height` are in millimetres where the
    real size is known."""

    window: Box
    upright: str
    width: str
    height: str


def parts(side: Side) -> Iterator[bytes]:
    """The file, piece by piece."""
    found = drawing.of(side.view)
    shown = _shown(side)
    pictures = [each for each in found.parts if isinstance(each, Picture) and each.address in shown]
    # Nobody can write such a word into a text: the file is cut there.
    tokens = {picture: secrets.token_hex(16) for picture in pictures}
    sheet = _sheet(side.view, side.scale)
    title = side.called(t("files.view"))
    drawn = {"parts": found.parts, "places": tokens, "pictures": side.sources, "family": _family, "title": title}
    text = _NO_XML.sub("", render_template("artwork/_file.html", sheet=sheet, **drawn)).strip()
    addresses = {token: picture.address for picture, token in tokens.items()}
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    for piece in re.split(f"({'|'.join(addresses)})", text) if addresses else (text,):
        if piece in addresses:
            yield from _embedded(shown[addresses[piece] or ""])
        else:
            yield piece.replace('href="#', 'xlink:href="#').encode()


def size(side: Side) -> int:
    """Bytes that its file has at most."""
    sizes = {address: source.size or 0 for address, source in side.sources.items()}
    times = [sizes.get(each.address or "", 0) for each in drawing.of(side.view).parts if isinstance(each, Picture)]
    return sum(times) * 3 // 2 + 5_000_000 * (1 + len(times))


def _sheet(view: View, scale: Scale) -> Sheet:
    real, area = print_size.area(view, scale), drawing.of(view).area
    upright = ""
    if area is not None and view.area is not None:
        window = Box(area.x, area.y, max(area.width, LEAST), max(area.height, LEAST), "")
        middle = f"{area.x + area.width / 2:.2f} {area.y + area.height / 2:.2f}"
        upright = f"rotate({-view.area.rotation:.2f} {middle})" if view.area.rotation else ""
    else:
        width, height = (UNITS * each / max(real) for each in real) if real else (UNITS, UNITS)
        window = Box(
            round((UNITS - width) / 2, 2), round((UNITS - height) / 2, 2), round(width, 2), round(height, 2), ""
        )
    sides = [f"{each:.2f}mm" for each in real] if real else [f"{window.width:g}px", f"{window.height:g}px"]
    return Sheet(window, upright, *sides)


def _shown(side: Side) -> dict[str, Source]:
    """The pictures that can be in the file, by their addresses."""
    kept = {address: each for address, each in side.sources.items() if each.state == SourceState.KEPT}
    with reading() as connection:
        return {
            address: each
            for address, each in kept.items()
            if (each.is_shown or _is_plain(each)) and queries.picture(connection, each.hash or "") is not None
        }


def _is_plain(source: Source) -> bool:
    return source.kind in ("image/png", "image/jpeg", "image/gif", "image/webp")


def _embedded(source: Source) -> Iterator[bytes]:
    """A picture as an address that holds it all: as it came, or, of one that is no plain picture, as we have drawn
    it."""
    name = source.hash or ""
    content: Iterable[bytes] = queries.pieces(name) if _is_plain(source) else [_drawn(name)]
    yield f"data:{source.kind if _is_plain(source) else 'image/png'};base64,".encode()
    rest = b""
    for piece in content:
        data = rest + piece
        whole = len(data) - len(data) % 3
        rest = data[whole:]
        yield b64encode(data[:whole])
        time.sleep(PAUSE_SECONDS)
    yield b64encode(rest)


def _drawn(name: str) -> bytes:
    with reading() as connection:
        copy = queries.copy(connection, name, Copy.VIEW)
    png: bytes = gevent.get_hub().threadpool.apply(_as_png, (copy.data,)) if copy is not None else b""
    return png


def _as_png(data: bytes) -> bytes:
    """Our own copy, as programs that print take it."""
    from PIL import Image  # takes memory, and seldom asked for

    file = io.BytesIO()
    Image.open(io.BytesIO(data)).save(file, "PNG")
    return file.getvalue()


def _family(text: Text) -> str:
    """The font that was chosen, then what is like it."""
    font = text.font.replace("'", "")
    return f"'{font}', {text.family}" if font and font.lower() not in text.family.lower() else text.family
