"""The program that opens customers' files: a process of its own (decoding.py starts it), which gives away nothing of
the shop's if one of them takes it over, and can be given up if one of them never ends.

It loads what it draws with once. Each file is opened by a fork that the system ends when it takes more time or more
memory than it may, and that cannot open anything: no file that an SVG names, no socket. Once nobody has asked for a
while, it ends. Imports nothing of the app: it is run by its path.
"""

import contextlib
import io
import json
import os
import re
import resource
import select
import signal
import struct
import sys
from typing import Any

import resvg_py
from PIL import Image

REQUEST = struct.Struct("!QQ")  # bytes that follow, pixels at most
LENGTH = struct.Struct("!I")  # bytes that follow: of an answer, and of the JSON that it begins with
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
VIEW, THUMBNAIL = ("view", 1200), ("thumbnail", 96)
MAX_THUMBNAIL = 4_000  # bytes: a list shows fifty, and all of them are to be 250 kB with their headers
QUALITIES = (80, 60, 40, 20, 5)
IDLE_SECONDS = 60.0
SECONDS = 10  # of the processor, for one file …
DRAWING_SECONDS = 3  # … and for an SVG, of which a line can ask for a year
MOST_SECONDS = 60  # of a busy machine
BYTES_PER_PIXEL = 4  # as Pillow keeps them, whatever the file has
MORE_BYTES = 128_000_000  # for the file, the copies, and the libraries' own
STRIP = 256  # rows that are turned into colours at a time
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# No font is loaded: what has text would be shown without it, which is another picture.
# What only one program's own part has, which others skip, is no matter: `requiredExtensions`.
TEXT = re.compile(r"<(\w+:)?(text|foreignObject(?![^>]*requiredExtensions))[\s>/]")
SVG = "image/svg+xml"


class TooManyPixels(Exception):
    pass


def main() -> None:
    """Answer one request after the other until nobody is there, or nobody asks."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    os.closerange(3, 65_536)
    warm_up()
    while select.select([requests], [], [], IDLE_SECONDS)[0]:
        head = requests.read(REQUEST.size)
        if len(head) < REQUEST.size:
            return
        size, pixels = REQUEST.unpack(head)
        found = answer(requests.read(size), pixels)
        answers.write(LENGTH.pack(len(found)) + found)
        answers.flush()


def warm_up() -> None:
    """Open one of each: what Python and Pillow load at first use, a fork cannot load."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    for format in ("PNG", "JPEG", "GIF", "WEBP"):
        file = io.BytesIO()
        Image.new("P" if format == "GIF" else "RGB", (2, 1)).save(file, format, exif=exif)
        picture(file.getvalue(), VIEW[1])
    drawing(b'<svg xmlns="http://www.w3.org/2000/svg" width="2" height="1"/>', VIEW[1] ** 2)


def answer(content: bytes, pixels: int) -> bytes:
    """What a fork makes of a file; that it is no picture, when it does not come to an end."""
    ours, its = os.pipe()
    child = os.fork()
    if not child:
        os.close(ours)
        confine(pixels)
        with open(its, "wb") as pipe:
            pipe.write(opened(content, pixels))
        os._exit(0)
    os.close(its)
    with open(ours, "rb") as pipe:
        found = pipe.read()
    _, status = os.waitpid(child, 0)
    return found if status == 0 else refusal("no_picture")


def confine(pixels: int) -> None:
    signal.alarm(MOST_SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for line in (0, 1, 2):  # requests and answers are not its own
        os.dup2(nothing, line)
    with contextlib.suppress(OSError, ValueError):  # where the system has no such limit
        most = used() + pixels * BYTES_PER_PIXEL + MORE_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def used() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def opened(content: bytes, pixels: int) -> bytes:
    is_drawing = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    if is_drawing:
        resource.setrlimit(resource.RLIMIT_CPU, (DRAWING_SECONDS, SECONDS))
    try:
        return (drawing if is_drawing else picture)(content, pixels)
    except (TooManyPixels, MemoryError):
        return refusal("too_many_pixels")
    except Exception:  # noqa: BLE001 -- whatever Pillow finds wrong with it
        return refusal("no_picture")


def picture(content: bytes, pixels: int) -> bytes:
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "GIF", "WEBP")) as image:
        width, height = image.size
        if width * height * weight(image) > pixels:
            raise TooManyPixels
        turn = TURNS.get(orientation(image))
        image.draft(None, (width * VIEW[1] // max(image.size), height * VIEW[1] // max(image.size)))  # of a JPEG
        view = small(image)
        if turn is not None:
            view = view.transpose(turn)
            width, height = (width, height) if turn in (TURNS[2], TURNS[3], TURNS[4]) else (height, width)
        return reply({"kind": FORMATS[image.format or ""], "width": width, "height": height}, view)


def weight(image: Image.Image) -> int:
    """How many times as much memory a pixel takes, until it is read."""
    if image.format == "WEBP":
        return 3  # two canvases of what may be animated
    return 2 if image.mode == "CMYK" and "progressive" in image.info else 1


def drawing(content: bytes, pixels: int) -> bytes:
    text = content.decode("utf-8-sig")
    found = {"kind": SVG, "width": None, "height": None}
    if TEXT.search(text):
        return reply(found, None)
    drawn = resvg_py.svg_to_bytes(svg_string=text, width=VIEW[1], height=VIEW[1], skip_system_fonts=True)
    with Image.open(io.BytesIO(bytes(drawn)), formats=("PNG",)) as image:
        if image.width * image.height > pixels:
            raise TooManyPixels
        return reply(found, small(image))


def orientation(image: Image.Image) -> Any:
    try:
        return image.getexif().get(ORIENTATION)
    except Exception:  # noqa: BLE001 -- what a camera says of itself is not the picture
        return None


def small(image: Image.Image) -> Image.Image:
    """The picture as VIEW shows it, in colours, perhaps with transparency. A strip at a time, for each conversion of
    the whole would take its memory once more."""
    image.load()
    clear = "A" in image.mode or "a" in image.mode or "transparency" in image.info
    step = max(1, max(image.size) // VIEW[1])
    width, height = (max(1, side // step) for side in image.size)
    made = Image.new("RGBA" if clear else "RGB", (width, height))
    rows = max(1, STRIP // step)
    for top in range(0, height, rows):
        bottom = (top + rows) * step if top + rows < height else image.height
        strip = coloured(image.crop((0, top * step, image.width, bottom)), made.mode)
        made.paste(strip.resize((width, min(rows, height - top)), Image.Resampling.BOX), (0, top))
    made.thumbnail((VIEW[1], VIEW[1]), Image.Resampling.LANCZOS)
    return made


def coloured(strip: Image.Image, mode: str) -> Image.Image:
    if strip.mode.startswith("I;16"):
        strip = strip.convert("I")
    if strip.mode == "I":
        strip = strip.point(lambda value: value * (1 / 256)).convert("L")
    return strip.convert(mode)


def reply(found: dict[str, Any], view: Image.Image | None) -> bytes:
    made = [] if view is None else [copy(view, *each) for each in (VIEW, THUMBNAIL)]
    return packed(found | {"copies": [said for said, _ in made]}, *(data for _, data in made))


def copy(view: Image.Image, name: str, side: int) -> tuple[dict[str, Any], bytes]:
    """Shrinks `view` to that."""
    view.thumbnail((side, side), Image.Resampling.LANCZOS)
    data = webp(view, MAX_THUMBNAIL if (name, side) == THUMBNAIL else None)
    return {"copy": name, "width": view.width, "height": view.height, "size": len(data)}, data


def webp(image: Image.Image, most: int | None) -> bytes:
    for quality in QUALITIES:
        file = io.BytesIO()
        image.save(file, "WEBP", quality=quality, alpha_quality=quality, method=1)
        if not most or file.tell() <= most:
            break
    return file.getvalue()


def refusal(trouble: str) -> bytes:
    return packed({"trouble": trouble})


def packed(said: dict[str, Any], *blobs: bytes) -> bytes:
    head = json.dumps(said).encode()
    return b"".join((LENGTH.pack(len(head)), head, *blobs))


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = None  # `picture` looks itself
    with contextlib.suppress(OSError):
        os.nice(5)
    with contextlib.suppress(ConnectionError):  # nobody waits for the answer
        main()
    os._exit(0)
