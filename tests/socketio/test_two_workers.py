"""With several processes every client connects in socket.io's own order, and the system may give each of its requests
to any of them."""

import http.client
import json
import os
import re
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import websocket

from printalma.live.socketio.relay import MAX_SECONDS
from tests.accounts.people import admin, customer
from tests.conftest import NewDatabase, NewServer, StartServer
from tests.socketio.polling import HANDSHAKE, Session
from tests.support.client import Client, connect
from tests.support.matrix import ON_SQLITE
from tests.support.net import raw_line
from tests.support.node import POLLING, UPGRADING, FrontEnd, FrontEnds
from tests.support.server import Server, Shop, eventually

TWO = {"WORKERS": "2", "TRUSTED_PROXIES": "1"}
UNKNOWN = {"code": 1, "message": "Session ID unknown"}
EVENTS = 10
NAME = re.compile(r"[0-9a-f]{12}")


@pytest.fixture(scope="module")
def folder(database_kind: str) -> Iterator[Path]:
    with short_folder() as made:  # one for each server: what a killed one leaves is there for a while
        yield made


@pytest.fixture(scope="module")
def shop(new_server: NewServer, folder: Path) -> Iterator[Server]:
    with new_server(TMPDIR=str(folder), **TWO) as server:
        yield server


@pytest.mark.parametrize("count", [30, pytest.param(100, marks=pytest.mark.matrix)])
def test_all_connect_hear_everything_and_come_back(
    database: str, start_server: StartServer, front_ends: FrontEnds, count: int
) -> None:
    server = start_server(database, **TWO)
    boss, buyer = server.admin(), customer(server)
    theirs = [front_ends.open(server.url, boss.token, UPGRADING) for _ in range(count)]
    polling = [front_ends.open(server.url, boss.token, POLLING) for _ in range(3)]
    buyers = [front_ends.open(server.url, buyer.token, UPGRADING) for _ in range(3)]
    everybody = [*theirs, *polling, *buyers]
    for front_end in everybody:
        front_end.wait_for("connect", 30)
    eventually(lambda: all(front_end.all("upgrade") for front_end in theirs + buyers), 30)
    eventually(lambda: counted(boss) == (count + 3, 3))
    hear_all(server, theirs + polling)
    server.stop()
    server.start()
    for front_end in everybody:
        front_end.wait_for("connect", 45)
    eventually(lambda: counted(boss) == (count + 3, 3))
    hear_all(server, theirs + polling)
    for front_end in everybody:
        front_end.close()
    eventually(lambda: counted(boss) == (0, 0))
    assert "Traceback" not in server.log


def hear_all(server: Shop, front_ends: list[FrontEnd]) -> None:
    numbers = [server.client().place()["orderNumber"] for _ in range(EVENTS)]
    for front_end in front_ends:
        assert [front_end.hear("newOrder")["data"]["orderNumber"] for _ in numbers] == numbers


def counted(boss: Client) -> tuple[int, int]:
    found = boss.get("/orders/admin/websocket-stats").data
    return found["connectedAdmins"], found["connectedUsers"]


@ON_SQLITE
def test_every_request_of_a_session_reaches_it(shop: Shop) -> None:
    """Each request of a Session is a connection of its own: twenty in a row do not all meet the right process."""
    session = Session(admin(shop)).connected()
    for _ in range(20):
        session.send('42/orders,["ping"]')
        assert '"pong"' in session.receive().text
    assert session.send("1").text == "OK"  # goodbye
    assert session.receive().json == UNKNOWN


@ON_SQLITE
@pytest.mark.parametrize("size", [100_001, 250_000, 900_000])
def test_a_body_that_is_too_long_is_refused_wherever_it_arrives(shop: Shop, size: int) -> None:
    for _ in range(4):
        assert Session(shop.admin_once()).connected().send("4" * size).status == 400


@ON_SQLITE
def test_the_request_keeps_its_clients_address(
    new_database: NewDatabase, tmp_path: Path, start_server: StartServer
) -> None:
    """By whichever process it is answered: the address that every limit counts by is what the log is made to show."""
    server = start_server(new_database(), GUNICORN_CMD_ARGS="--access-logformat 'from:%(h)s %(U)s'", **TWO)
    session = Session(server.admin())
    for _ in range(10):
        session.send("3", X_Forwarded_For="203.0.113.7")
    with_socket = [websocket_to(server, session.sid, "203.0.113.7") for _ in range(5)]
    for line in with_socket:
        line.close()

    def asked() -> list[str]:
        return [line for line in server.log.splitlines() if line.startswith("from:") and "/socket.io/" in line]

    eventually(lambda: asked().count("from:203.0.113.7 /socket.io/") >= 10)
    assert set(asked()) == {"from:203.0.113.7 /socket.io/", "from:127.0.0.1 /socket.io/"}
    assert asked().count("from:127.0.0.1 /socket.io/") == 1  # the handshake; each request is in the log once


FORGED = (
    "x",
    ".",
    ".x",
    "NAME",
    "NAME.",
    "NAME.x",
    "NAMEx.y",
    "OTHER.x",
    "0123456789ab.x",
    "0123456789AB.x",
    "../../../etc/passwd",
    "../NAME.x",
    "..%2f..%2f..%2fvar%2frun.x",
    "%2e%2e/%2e%2e/tmp.x",
    "/tmp/x.y",
    "NAME%00.x",
    "%00NAME.x",
    "NAME%0d%0aX:%20y.x",
    "a" * 3000 + ".x",
    "%ff%fe%fd.x",
    "%d9%a0123456789a.x",
)


@ON_SQLITE
@pytest.mark.parametrize("forged", FORGED, ids=lambda name: name[:12])
def test_a_forged_session_is_unknown_at_once(shop: Server, folder: Path, forged: str) -> None:
    first, second = two_names(folder)
    path = f"{HANDSHAKE}&sid=" + forged.replace("NAME", first).replace("OTHER", second)
    head = "Host: x\r\nConnection: close\r\n"
    upgrade = head.replace("close", "Upgrade") + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    upgrade += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    for request in (
        f"GET {path} HTTP/1.1\r\n{head}\r\n",
        f"POST {path} HTTP/1.1\r\n{head}Content-Length: 1\r\n\r\n2",
        f"GET {path.replace('polling', 'websocket')} HTTP/1.1\r\n{upgrade}\r\n",
    ):
        for _ in range(4):  # either process is asked
            began = time.monotonic()
            status, body = raw(shop, request)
            assert (status, json.loads(body)) == (400, UNKNOWN)
            assert time.monotonic() - began < MAX_SECONDS - 5, "nobody was waited for"
    assert two_names(folder) == [first, second]


@ON_SQLITE
def test_a_request_that_is_handed_over_cannot_smuggle_another(shop: Server) -> None:
    """What follows it on the line is not read as a request by the other process, however its length is told."""
    inner = "POST /orders/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    for told in ("Transfer-Encoding: chunked\r\n\r\n1\r\n3\r\n0\r\n\r\n", "Content-Length: 1\r\n\r\n3"):
        session = Session(shop.admin_once())
        for _ in range(6):
            head = f"POST {session.address} HTTP/1.1\r\nHost: x\r\nX-Space:  a\tb \r\n"
            assert raw(shop, head + told + inner) == (200, "OK")


# Processes that die, and one that hangs


def test_a_killed_process_leaves_nothing(database: str, start_server: StartServer, front_ends: FrontEnds) -> None:
    with short_folder() as folder:
        server = start_server(database, TMPDIR=str(folder), **TWO)
        boss = server.admin()
        two_names(folder)
        sessions = [Session(boss).connected() for _ in range(16)]
        staying = front_ends.connected(server.url, boss.token, UPGRADING)
        eventually(lambda: counted(boss)[0] == 17)
        before = two_names(folder)
        killed = server.workers()[0]
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: killed not in server.workers() and len(server.workers()) == 2)
        eventually(lambda: len(names(folder)) == 2 and len(set(names(folder)) & set(before)) == 1)
        (gone,) = set(before) - set(names(folder))
        lost = [session for session in sessions if session.sid.startswith(gone)]
        assert 0 < len(lost) < 16
        began = time.monotonic()
        for session in lost:
            answer = session.receive()
            assert (answer.status, answer.json) == (400, UNKNOWN)
        assert time.monotonic() - began < MAX_SECONDS - 5, "nobody was waited for"
        for session in sessions:
            if session not in lost:
                assert session.send('42/orders,["ping"]').text == "OK"
        eventually(lambda: counted(boss)[0] == 17 - len(lost))  # and one that was there comes back by itself
        server.client().place()
        staying.hear("newOrder")


@ON_SQLITE
def test_a_process_that_hangs_is_not_waited_for(database: str, start_server: StartServer) -> None:
    """What is handed to it waits for it, at most so and so many; everybody else goes on."""
    server = start_server(database, **TWO)
    boss = server.admin()
    sessions = [Session(boss).connected() for _ in range(16)]
    hanging = server.workers()[0]
    os.kill(hanging, signal.SIGSTOP)
    try:
        lines = [raw_line(server.port) for _ in range(700)]
        for n, line in enumerate(lines):
            line.sendall(f"GET {sessions[n % 16].address} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        for _ in range(5):
            server.client().place()
    finally:
        os.kill(hanging, signal.SIGCONT)
    for line in lines:
        line.close()
    eventually(lambda: all(server.client().get("/healthz").status == 200 for _ in range(8)), 30)


@contextmanager
def short_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp") as made:  # the address of a Unix socket is short
        yield Path(made)


def names(folder: Path) -> list[str]:
    """Of the processes, as they listen: each has a socket by that name in the server's folder, beside others."""
    found = folder.glob("printalma-run-*/*")
    return [path.name for path in found if path.is_socket() and NAME.fullmatch(path.name)]


def two_names(folder: Path) -> list[str]:
    eventually(lambda: len(names(folder)) == 2)
    return sorted(names(folder))


def raw(server: Server, request: str) -> tuple[int, str]:
    """The status and the body that a request is answered with, byte for byte."""
    with raw_line(server.port) as line:
        line.sendall(request.encode("utf-8", "surrogateescape"))
        with http.client.HTTPResponse(line) as answer:
            answer.begin()
            return answer.status, answer.read().decode()


def websocket_to(server: Server, sid: str, forwarded: str) -> websocket.WebSocket:
    address = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket&sid={sid}"
    line = connect(address, header={"X-Forwarded-For": forwarded})
    line.send("2probe")
    assert line.recv() == "3probe"
    return line
