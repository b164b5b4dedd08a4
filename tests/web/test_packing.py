"""Pages and what they load come as small as the browser can take them."""

import gzip
import re

import brotli
import pytest

from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE
from tests.support.server import ADMIN

pytestmark = ON_SQLITE
CHROMIUM = "gzip, deflate, br, zstd"  # on a line that nobody on the way can read
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize("path", ["/static/app.css", "/static/dashboard.js", "/api-docs/openapi.json"])
def test_the_smallest_that_a_browser_takes(path: str, shop: Inside) -> None:
    plain, _ = received(shop, path, "identity")
    packed, by = received(shop, path, "gzip, deflate")
    smallest, best = received(shop, path, CHROMIUM)
    assert (by, best) == ("gzip", "br")
    assert len(smallest) < len(packed) < len(plain) / 2
    assert UNPACK[by](packed) == UNPACK[best](smallest)
    assert received(shop, path, "br;q=0, gzip")[1] == "gzip"


def test_a_page_keeps_the_blanks_that_mean_something(shop: Inside) -> None:
    admin = shop.client().sign_in(*ADMIN)
    page = admin.get("/dashboard", Cookie=admin.cookie).text
    assert re.search(r'<body(\s+[a-z-]+="[^"<]*")+\s*>', page)


def received(shop: Inside, path: str, encodings: str) -> tuple[bytes, str]:
    """The bytes of an answer as they come, and how they are packed."""
    said = f"GET {path} HTTP/1.1\r\nHost: shop.example\r\nAccept-Encoding: {encodings}\r\n\r\n"
    head, _, body = shop.exchange(said.encode(), "192.0.2.1").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"vary: accept-encoding" in head.lower()
    return body, next((line[18:].decode() for line in head.split(b"\r\n") if line.startswith(b"Content-Encoding")), "")
