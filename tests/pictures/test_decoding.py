"""Opening what customers send, and making it small."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from printalma.lib.limits import Limits
from printalma.pictures import decoding
from printalma.pictures.decoding import Decoded
from printalma.pictures.models import Copy
from printalma.pictures.troubles import FetchFailed, Trouble
from tests.support.picture_host import encoded, picture

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
