"""Fetching a picture from whatever somebody wrote down as its address."""

import hashlib
import io
from collections.abc import Iterator

import pytest

from printalma.lib.limits import Limits
from printalma.pictures import client
from printalma.pictures.client import Fetched
from printalma.pictures.troubles import FetchFailed, Trouble
from tests.support.picture_host import SVG, PictureHost, picture

LIMITS = Limits(picture_file_megabytes=1)


@pytest.fixture(scope="module")
def host() -> Iterator[PictureHost]:
    found = PictureHost()
    yield found
    found.close()


def fetch(host: PictureHost, address: str) -> tuple[Fetched, bytes]:
    file = io.BytesIO()
    fetched = client.fetch(address, file, LIMITS, frozenset({host.origin}))
    return fetched, file.getvalue()


def trouble(host: PictureHost, address: str) -> Trouble:
    with pytest.raises(FetchFailed) as failed:
        fetch(host, address)
    return failed.value.trouble


def test_a_picture_comes_as_it_is(host: PictureHost) -> None:
    data = picture()
    host.put("/%C3%A9t%C3%A9%20un.png?v=1,2&w=%20", data)
    fetched, came = fetch(host, f" {host.origin}/été un.png?v=1,2&w=%20#there")
    assert came == data
    assert fetched == Fetched(len(data), hashlib.sha256(data).hexdigest(), "image/png")


def test_nothing_is_said_but_what_is_asked(host: PictureHost) -> None:
    fetch(host, host.put("/plain.png", picture()))
    assert host.headers.keys() == {"host", "accept", "accept-encoding", "user-agent", "connection"}
    assert host.headers["accept-encoding"] == "identity"


def test_a_drawing_is_no_picture_for_browsers(host: PictureHost) -> None:
    assert fetch(host, host.put("/logo.svg", SVG, "image/svg+xml"))[0].kind is None


WRONG = {
    "gzip-bomb.png": Trouble.NO_PICTURE,
    "html.png": Trouble.NO_PICTURE,
    "text.png": Trouble.NO_PICTURE,
    "empty.png": Trouble.NO_PICTURE,
    "to-loopback": Trouble.ADDRESS,
    "to-metadata": Trouble.ADDRESS,
    "to-a-file": Trouble.ADDRESS,
    "to-nowhere": Trouble.REDIRECTS,
    "circle": Trouble.REDIRECTS,
    "endless.png": Trouble.TOO_LARGE,
    "endless-chunks.png": Trouble.TOO_LARGE,
    "endless-headers.png": Trouble.TOO_LARGE,
    "endless-interim.png": Trouble.TOO_LARGE,
    "drip.png": Trouble.SLOW,
    "slow-headers.png": Trouble.SLOW,
    "never.png": Trouble.SLOW,
    "garbage.png": Trouble.AWAY,
    "too-short.png": Trouble.AWAY,
    "said-to-be-large.png": Trouble.TOO_LARGE,
    "nonsense-length.png": Trouble.AWAY,
    "reset.png": Trouble.AWAY,
    "404": Trouble.GONE,
    "403": Trouble.GONE,
    "410": Trouble.GONE,
    "204": Trouble.NO_PICTURE,
    "206": Trouble.NO_PICTURE,
    "500": Trouble.AWAY,
}


@pytest.mark.parametrize(("name", "expected"), WRONG.items())
def test_what_a_host_does_wrong_is_told(
    host: PictureHost, name: str, expected: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    if expected is Trouble.SLOW:
        monkeypatch.setattr(client, "SECONDS", 1.5)
    assert trouble(host, host.bad(name)) is expected


@pytest.mark.parametrize(("name", "seconds"), [("429", 7.0), ("503", 120.0)])
def test_a_host_may_ask_us_to_wait(host: PictureHost, name: str, seconds: float) -> None:
    with pytest.raises(FetchFailed) as failed:
        fetch(host, host.bad(name))
    assert (failed.value.trouble, failed.value.retry_after) == (Trouble.AWAY, seconds)
