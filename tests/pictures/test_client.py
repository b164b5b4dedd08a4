"""Fetching a picture from whatever somebody wrote down as its address."""

import hashlib
import io
import socket
import ssl
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import gevent
import gevent.socket
import gevent.ssl
import pytest

from printalma.lib.limits import Limits
from printalma.pictures import client
from printalma.pictures.client import Fetched
from printalma.pictures.troubles import FetchFailed, Trouble
from tests.support.picture_host import SVG, Handler, PictureHost, certificate, picture

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
    "small-chunks.png": Trouble.TOO_LARGE,
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


def test_three_redirections_are_followed(host: PictureHost) -> None:
    data = picture()
    host.put("/moved/0", data)
    for n, status in enumerate((301, 302, 307, 308)):
        host.serve(f"/moved/{n + 1}", partial(Handler.answer, status=status, Location=f"{n}#part"))
    assert fetch(host, f"{host.origin}/moved/3")[1] == data
    assert trouble(host, f"{host.origin}/moved/4") is Trouble.REDIRECTS


def test_a_redirection_leaves_the_owners_origin_for_the_internet_only(host: PictureHost) -> None:
    with_another_port = PictureHost()
    try:
        host.serve("/elsewhere", lambda handler: handler.answer(302, Location=with_another_port.origin))
        assert trouble(host, f"{host.origin}/elsewhere") is Trouble.ADDRESS
        assert not with_another_port.asked
    finally:
        with_another_port.close()


def test_time_counts_for_all_redirections_together(host: PictureHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SECONDS", 1.0)

    def slowly(handler: Handler) -> None:
        time.sleep(0.4)
        handler.answer(302, Location="/slowly")

    assert trouble(host, host.serve("/slowly", slowly)) is Trouble.SLOW


def test_a_picture_is_as_large_as_may_be(host: PictureHost) -> None:
    data = picture() + bytes(1_000_000)
    assert fetch(host, host.put("/just", data[:1_000_000]))[0].size == 1_000_000
    assert trouble(host, host.put("/over", data[:1_000_001])) is Trouble.TOO_LARGE
    unlimited = client.fetch(
        f"{host.origin}/over", io.BytesIO(), Limits(picture_file_megabytes=0), frozenset({host.origin})
    )
    assert unlimited.size == 1_000_001


def test_a_chunked_picture_and_one_without_a_length_come_whole(host: PictureHost) -> None:
    data = picture()
    chunks = b"".join(b"%x;x=y\r\n%b\r\n" % (len(part), part) for part in (data[:1], data[1:900], data[900:]))
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    whole = host.serve("/chunked", lambda handler: handler.say(head, chunks, b"0\r\n\r\n"))
    assert fetch(host, whole)[1] == data
    half = host.serve("/half", lambda handler: handler.say(head, chunks[:-200]))
    assert trouble(host, half) is Trouble.AWAY
    assert fetch(host, host.serve("/old", lambda handler: handler.say(b"HTTP/1.0 200 OK\r\n\r\n", data)))[1] == data


def test_what_is_behind_the_said_length_is_nobodys(host: PictureHost) -> None:
    _, came = fetch(host, host.bad("too-long.png"))
    assert picture().startswith(came)
    assert len(came) == len(picture()) // 2


def test_a_host_that_is_away_may_come_back(host: PictureHost) -> None:
    address = host.put("/there.png", picture())
    host.go_away()
    assert trouble(host, address) is Trouble.AWAY
    host.come_back()
    fetch(host, address)


def test_a_full_disk_is_no_fault_of_the_picture(host: PictureHost) -> None:
    class Full(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(FetchFailed) as failed:
        client.fetch(host.put("/any.png", picture()), Full(), LIMITS, frozenset({host.origin}))
    assert failed.value.trouble is Trouble.NO_ROOM


def test_no_proxy_of_the_environment_hears_of_it(host: PictureHost, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    fetch(host, host.put("/proxied.png", picture()))


def names(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """What name servers say to one question after the other; and who was connected to, in the end."""
    connected: list[str] = []
    left = list(answers)

    def look_up(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (left.pop(0), 80))]

    def connect(place: tuple[str, int], *_: Any) -> Any:
        connected.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(gevent.socket, "create_connection", connect)
    return connected


def test_the_address_that_was_checked_is_the_one_connected_to(
    host: PictureHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the name stands for a moment later."""
    connected = names(monkeypatch, "8.8.8.8", "127.0.0.1")
    assert trouble(host, "http://rebinding.example/a.png") is Trouble.AWAY
    assert connected == ["8.8.8.8"]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::7f00:1"])
def test_a_name_for_an_address_inside_leads_nowhere(
    host: PictureHost, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = names(monkeypatch, address)
    assert trouble(host, "https://inside.example/a.png") is Trouble.ADDRESS
    assert connected == []


@pytest.mark.parametrize(("name", "expected"), [("shop.example", None), ("other.example", Trouble.AWAY)])
def test_a_certificate_is_for_the_name_that_was_asked_for(
    name: str, expected: Trouble | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not for the address that was connected to."""
    signed, tls = certificate("shop.example")
    host = PictureHost(tls=tls)
    trust = gevent.ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.load_verify_locations(cadata=signed.decode())
    there = gevent.socket.create_connection
    names(monkeypatch, "8.8.8.8")
    monkeypatch.setattr(client, "_trust", lambda: trust)
    monkeypatch.setattr(gevent.socket, "create_connection", lambda *_: there(("127.0.0.1", int(host.origin[-5:]))))
    try:
        host.put("/a.png", picture())
        if expected is None:
            assert fetch(host, f"https://{name}/a.png")[1] == picture()
            assert host.headers["host"] == name
        else:
            assert trouble(host, f"https://{name}/a.png") is expected
            assert not host.asked
    finally:
        host.close()


def test_who_vouches_for_themselves_is_not_believed() -> None:
    host = PictureHost(tls=certificate("localhost")[1])
    try:
        host.put("/a.png", picture())
        assert trouble(host, f"{host.origin}/a.png") is Trouble.AWAY
        assert not host.asked
    finally:
        host.close()


@pytest.mark.parametrize("name", ["endless-chunks.png", "endless.png", "endless-interim.png", "gzip-bomb.png"])
def test_whatever_a_host_sends_others_have_their_turn(host: PictureHost, name: str) -> None:
    longest, last = 0.0, time.monotonic()

    def watch() -> None:
        nonlocal longest, last
        while True:
            gevent.sleep(0.005)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()

    watcher = gevent.spawn(watch)
    gevent.sleep(0.01)
    with pytest.raises(FetchFailed):
        fetch(host, host.bad(name))
    gevent.sleep(0.01)
    watcher.kill()
    assert longest < 2
