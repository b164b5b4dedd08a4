"""Opening what customers send, and making it small."""

import base64
import io
import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from PIL import Image

from printalma.lib.limits import Limits
from printalma.pictures import decoding
from printalma.pictures.decoder import MAX_THUMBNAIL
from printalma.pictures.decoding import Decoded
from printalma.pictures.kinds import is_drawing
from printalma.pictures.models import Copy
from printalma.pictures.troubles import FetchFailed, Trouble
from tests.support.picture_host import HTML, SCRIPTED_SVG, SVG, encoded, picture, png_bomb

LIMITS = Limits()
RED = (255, 0, 0)


@pytest.fixture(scope="module", autouse=True)
def _decoder() -> Iterator[None]:
    yield
    decoding.end()


def decoded(data: bytes) -> Decoded:
    return decoding.copies(io.BytesIO(data), LIMITS)


def trouble(data: bytes) -> Trouble:
    with pytest.raises(FetchFailed) as failed:
        decoded(data)
    return failed.value.trouble


def shown(found: Decoded, copy: Copy = Copy.VIEW) -> Image.Image:
    small = found.copies[copy]
    image = Image.open(io.BytesIO(small.data))
    assert (image.format, image.size, small.kind) == ("WEBP", (small.width, small.height), "image/webp")
    return image.convert("RGBA")


def is_red(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    red, green, blue, opaque = pixel
    return bool(red > 200 and max(green, blue) < 60 and opaque > 250)


def test_copies_fit_into_their_places() -> None:
    found = decoded(picture(3_000, 1_500))
    assert (found.width, found.height, found.kind) == (3_000, 1_500, "image/png")
    assert {copy: (small.width, small.height) for copy, small in found.copies.items()} == {
        Copy.VIEW: (1_200, 600),
        Copy.THUMBNAIL: (96, 48),
    }
    assert is_red(shown(found).getpixel((10, 10)))
    assert is_red(shown(found, Copy.THUMBNAIL).getpixel((2, 2)))


@pytest.mark.parametrize("size", [(1, 1), (40, 30), (1, 5_000), (5_000, 1), (1_201, 2_401)])
def test_no_picture_is_made_larger(size: tuple[int, int]) -> None:
    found = decoded(encoded(Image.new("RGB", size, RED), "PNG"))
    assert (found.width, found.height) == size
    for copy, side in {Copy.VIEW: 1_200, Copy.THUMBNAIL: 96}.items():
        image = shown(found, copy)
        assert all(now <= min(before, side) for now, before in zip(image.size, size, strict=True))
        assert is_red(image.getpixel((image.width - 1, image.height - 1)))


MODES = [
    *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
    *(("WEBP", mode) for mode in ("RGB", "RGBA")),
    *(("GIF", mode) for mode in ("L", "P")),
]


@pytest.mark.parametrize(("format", "mode"), MODES)
@pytest.mark.parametrize("width", [60, 2_600])
def test_whatever_colours_a_picture_has_it_looks_the_same(format: str, mode: str, width: int) -> None:
    """White on the left, black on the right."""
    image = Image.new("L", (width, 40))
    image.paste(255, (0, 0, width // 2, 40))
    image = (
        image.convert("RGB").convert(mode)
        if mode != "I;16"
        else image.convert("I").point(lambda v: v * 256).convert(mode)
    )
    found = shown(decoded(encoded(image, format)))
    assert found.width == min(width, 1_200)
    assert min(found.getpixel((2, 5))) > 240  # type: ignore[arg-type]
    assert max(found.getpixel((found.width - 3, 5))[:3]) < 15  # type: ignore[index]


@pytest.mark.parametrize(
    ("format", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"), ("GIF", "RGBA"), ("WEBP", "RGBA")]
)
def test_what_is_clear_stays_clear(format: str, mode: str) -> None:
    image = Image.new("RGBA", (2_600, 1_300), (*RED, 255))
    image.paste((0, 0, 0, 0), (0, 0, 1_300, 1_300))
    if mode == "P":
        image = image.quantize(4)
    found = shown(decoded(encoded(image.convert(mode), format)))
    assert found.getpixel((100, 100))[3] == 0  # type: ignore[index]
    assert found.getpixel((1_100, 100))[3] == 255  # type: ignore[index]


def test_a_colour_may_stand_for_clear() -> None:
    found = shown(decoded(encoded(Image.new("RGB", (10, 10), RED), "PNG", transparency=RED)))
    assert found.getpixel((5, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_stands_upright(format: str, orientation: int) -> None:
    """What is red in its upper left corner is drawn as its camera was held (EXIF); 0 and 9 say nothing."""
    upright = Image.new("RGB", (300, 200), (0, 0, 255))
    upright.paste(RED, (0, 0, 150, 100))
    turns = Image.Transpose
    turned = {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_90,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_270,
    }.get(orientation)
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = decoded(encoded(upright if turned is None else upright.transpose(turned), format, exif=exif))
    assert (found.width, found.height) == (300, 200)
    for copy in Copy:
        image = shown(found, copy)
        assert is_red(image.getpixel((5, 5)))
        assert not is_red(image.getpixel((image.width - 5, 5)))
        assert not is_red(image.getpixel((5, image.height - 5)))


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_of_what_moves_the_first_picture_is_shown(format: str) -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in (RED, (0, 255, 0), (0, 0, 255))]
    found = decoded(encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100))
    assert is_red(shown(found).getpixel((25, 25)))


def test_the_bytes_say_what_a_picture_is() -> None:
    kinds = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
    assert {format: decoded(picture(format=format)).kind for format in kinds} == kinds


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_half_a_picture_is_none(format: str) -> None:
    data = picture(800, 600, format)
    assert trouble(data[: len(data) // 2]) is Trouble.NO_PICTURE
    assert trouble(data[:30]) is Trouble.NO_PICTURE


@pytest.mark.parametrize("format", ["BMP", "TIFF", "ICO", "PPM", "TGA", "PCX", "AVIF", "JPEG2000", "PDF", "EPS", "DDS"])
def test_other_formats_are_not_opened(format: str) -> None:
    """Each decoder is a door."""
    assert trouble(picture(format=format)) is Trouble.NO_PICTURE


@pytest.mark.parametrize("data", [b"", b"hello", HTML, b"\x89PNG\r\n\x1a\n", bytes(100_000), b"<svg", b"<" * 100_000])
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert trouble(data) is Trouble.NO_PICTURE


def test_a_thumbnail_is_small_whatever_it_shows() -> None:
    noise = Image.frombytes("RGBA", (400, 400), os.urandom(4 * 400 * 400))
    assert len(decoded(encoded(noise, "PNG")).copies[Copy.THUMBNAIL].data) <= MAX_THUMBNAIL


def test_pixels_are_counted_before_they_are_made() -> None:
    bomb = png_bomb(40_000, 40_000)
    began = time.monotonic()
    assert trouble(bomb) is Trouble.TOO_MANY_PIXELS
    huge = bytearray(picture(format="GIF"))
    huge[6:10] = b"\xff\xff\xff\xff"
    assert trouble(bytes(huge)) is Trouble.TOO_MANY_PIXELS
    assert trouble(encoded(Image.new("1", (7_000, 2_000)), "WEBP", lossless=True, quality=0)) is Trouble.TOO_MANY_PIXELS
    assert time.monotonic() - began < 20


def test_a_picture_takes_no_more_memory_than_is_set() -> None:
    """As many pixels as are allowed fit; where few are allowed, what a file's parts pretend to need is refused."""
    found = decoding.copies(io.BytesIO(png_bomb(3_000, 3_000, 8, 6)), Limits(picture_megapixels=9))
    assert found.width == 3_000
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg"><image width="9" height="9" href="data:image/png;base64,%b"/></svg>'
    )
    with pytest.raises(FetchFailed):
        decoding.copies(io.BytesIO(drawing % base64.b64encode(png_bomb(12_000, 12_000))), Limits(picture_megapixels=1))


NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SVG_OF = f'<svg {NAMES} width="100" height="50">%s</svg>'


def svg(inside: str) -> bytes:
    return (SVG_OF % inside).encode()


def test_a_drawing_is_drawn_as_large_as_it_is_shown() -> None:
    found = decoded(SVG)
    assert (found.width, found.height, found.kind) == (None, None, "image/svg+xml")
    assert shown(found).size == (1_200, 600)
    assert shown(found, Copy.THUMBNAIL).size == (96, 48)
    assert is_red(shown(found).getpixel((100, 100)))
    assert shown(found).getpixel((1_100, 100))[3] == 0  # type: ignore[index]


def test_a_drawing_with_scripts_is_what_it_shows() -> None:
    assert is_red(shown(decoded(SCRIPTED_SVG)).getpixel((100, 100)))


def test_a_drawing_with_texts_has_no_copies() -> None:
    """There are no fonts: without its words it would be another picture."""
    assert decoded(svg('<rect width="9" height="9"/><text y="40">Awa</text>')).copies == {}


def test_a_drawing_of_illustrators_is_drawn() -> None:
    """With a document type, entities for its name spaces, and a part that only it reads."""
    drawing = """<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: Adobe Illustrator 27.0.0, SVG Export Plug-In -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
  <!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">
  <!ENTITY ns_svg "http://www.w3.org/2000/svg">
]>
<svg xmlns:i="&ns_ai;" xmlns="&ns_svg;" viewBox="0 0 100 100" style="enable-background:new 0 0 100 100;">
<style type="text/css">.st0{fill:#FF0000;}</style>
<switch><foreignObject requiredExtensions="&ns_ai;" x="0" y="0" width="1" height="1"/>
<g i:extraneous="self"><rect class="st0" width="100" height="100"/></g></switch></svg>"""
    assert is_red(shown(decoded(drawing.encode())).getpixel((600, 600)))
    assert is_drawing(drawing.encode())


def test_a_drawing_reads_no_file(tmp_path: object) -> None:
    """The drawer itself would: an <image> may name any file of this machine."""
    file = os.path.join(str(tmp_path), "red.png")
    with open(file, "wb") as red:
        red.write(encoded(Image.new("RGB", (10, 10), RED), "PNG"))
    whole = 'width="100" height="50" preserveAspectRatio="none"'
    inside = base64.b64encode(encoded(Image.new("RGB", (10, 10), RED), "PNG")).decode()
    assert is_red(shown(decoded(svg(f'<image {whole} href="data:image/png;base64,{inside}"/>'))).getpixel((600, 300)))
    for address in (file, f"file://{file}", "file:///etc/passwd", os.path.relpath(file)):
        for name in ("href", "xlink:href"):
            found = shown(decoded(svg(f'<image {whole} {name}="{address}"/>')))
            assert found.getpixel((600, 300)) == (0, 0, 0, 0)


def test_a_drawing_asks_no_host() -> None:
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.setblocking(False)
        address = f"http://127.0.0.1:{inside.getsockname()[1]}/a.png"
        decoded(svg(f'<image width="9" height="9" href="{address}"/><use href="{address}#a"/>'))
        with pytest.raises(BlockingIOError):
            inside.accept()


NESTED = "".join(f'<g id="a{n}">' + f'<use href="#a{n - 1}"/>' * 10 + "</g>" for n in range(1, 12))
BLUR = '<filter id="f" x="-99" y="-99" width="999" height="999"><feGaussianBlur stdDeviation="9999"/></filter>'
LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
BOMBS = {
    "nested": svg('<g id="a0"><rect width="9" height="9"/></g>' + NESTED),
    "blur": svg(BLUR + '<rect width="99" height="99" filter="url(#f)"/>' * 200),
    "dilated": svg(
        '<filter id="f"><feMorphology operator="dilate" radius="50000"/></filter>'
        '<rect width="99" height="49" filter="url(#f)"/>'
    ),
    "laughs": f'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">{LAUGHS}]>{SVG_OF % "<desc>&j;</desc>"}'.encode(),
    "deep": svg("<g>" * 100_000 + "</g>" * 100_000),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.matrix] if name in ("blur", "dilated") else []) for name in BOMBS]
)
def test_a_drawing_that_asks_for_too_much_is_given_up(name: str) -> None:
    began = time.monotonic()
    assert trouble(BOMBS[name]) is Trouble.NO_PICTURE
    assert time.monotonic() - began < 50
    decoded(SVG)  # the next is opened


@pytest.mark.parametrize("size", ['width="1e308" height="1e-308"', 'width="-1"', 'viewBox="0 0 1e300 1e-300"', ""])
def test_numbers_beyond_reason_do_no_harm(size: str) -> None:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect x="1e308" width="1e308"/></svg>'
    with suppress(FetchFailed):
        decoded(drawing.encode())
    decoded(SVG)


def test_who_opens_files_knows_no_secret_and_holds_nothing_of_ours() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ours:
        ours.set_inheritable(True)  # as gunicorn's are
        decoding.end()
        decoded(SVG)
        process = decoding._decoder.process
        with open(f"/proc/{process}/environ", "rb") as file:
            names = {each.partition(b"=")[0] for each in file.read().split(b"\0")}
        assert names <= {b"", b"PATH", b"PYTHONHOME", b"PYTHONPATH", b"LD_LIBRARY_PATH"}
        assert {int(fd) for fd in os.listdir(f"/proc/{process}/fd")} <= {0, 1, 2, 3}  # 3: the folder that was listed


def test_one_that_was_killed_is_started_anew() -> None:
    decoded(SVG)
    os.kill(decoding._decoder.process, 9)
    assert decoded(SVG).kind == "image/svg+xml"


def test_where_nothing_can_be_opened_pictures_wait(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    decoding.end()
    monkeypatch.setattr(decoding, "PROGRAM", "/nowhere/decoder.py")
    assert trouble(SVG) is Trouble.AWAY
    assert "a picture is not opened" in caplog.text
    monkeypatch.undo()
    decoded(SVG)
