"""What one peer may do to the server over HTTP, and how it is told when that was too much."""

import json
import re
import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import websocket

from tests.conftest import NewServer
from tests.support.client import cart, connect
from tests.support.matrix import ON_SQLITE
from tests.support.net import raw_line
from tests.support.server import Server, Shop, eventually
from tests.support.stream import Stream, stream

pytestmark = ON_SQLITE

BODY = json.dumps(cart()).encode()
HEAD = b"POST /orders/guest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
STRANGERS = 4


@pytest.fixture(scope="module")
def strict(new_server: NewServer) -> Iterator[Server]:
    """A shop of little patience."""
    settings = {"LINE_GRACE_SECONDS": "1", "STRANGERS_PER_ADDRESS": str(STRANGERS), "TRUSTED_PROXIES": "1"}
    with new_server(**settings) as shop:
        yield shop


def said(server: Server, data: bytes, buffer: int = 0) -> socket.socket:
    line = raw_line(server.port, buffer)
    line.sendall(data)
    return line


def heard(line: socket.socket) -> bytes:
    """Everything until the server hangs up."""
    received = b""
    with line:
        try:
            while piece := line.recv(65_536):
                received += piece
        except ConnectionResetError:
            pass  # it hung up while we still had something to say
    return received


def statuses(answers: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3})", answers)]


def chunked(pieces: Iterator[bytes]) -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body + b"0\r\n\r\n"


def test_a_body_in_many_chunks_is_an_order(common_server: Server) -> None:
    pieces = (BODY[at : at + 1] for at in range(len(BODY)))
    assert statuses(heard(said(common_server, chunked(pieces)))) == [201]


def test_a_body_in_too_many_chunks_is_413(common_server: Server) -> None:
    answer = heard(said(common_server, chunked(b" " for _ in range(2_100))))
    assert statuses(answer) == [413]
    assert b'"statusCode":413' in answer.replace(b" ", b"")


def test_a_body_that_does_not_come_is_408(strict: Server) -> None:
    began = time.monotonic()
    answer = heard(said(strict, HEAD + b"Content-Length: 900\r\n\r\n{"))
    assert statuses(answer) == [408]
    assert "n’est pas arrivée à temps" in answer.decode()
    assert time.monotonic() - began < 15, "after a second of patience, not after the usual twenty"


def test_a_body_that_drips_is_408_too(strict: Server) -> None:
    line = said(strict, HEAD + b"Content-Length: 9000\r\n\r\n{")
    answer = b""
    line.settimeout(0.2)
    for _ in range(100):  # a byte each time, which is what kept a line for hours
        try:
            line.sendall(b" ")
            answer = line.recv(65_536)
            break
        except TimeoutError:
            pass
    assert statuses(answer) == [408]


def test_an_orders_body_that_is_slower_than_an_order_may_be_is_408(strict: Server) -> None:
    """At 4 kB a second, which elsewhere is fast enough."""
    line = said(strict, HEAD + b"Content-Length: 900000\r\n\r\n{")
    line.settimeout(0.25)
    for _ in range(100):
        try:
            line.sendall(b" " * 1_000)
            assert statuses(line.recv(65_536)) == [408]
            return
        except TimeoutError:
            pass
    pytest.fail("it was waited for")


def test_a_polling_clients_body_that_does_not_come_ends_the_connection(strict: Server) -> None:
    """Engine.IO takes what goes wrong in a body for its end, and answers 200."""
    opened = strict.client().get("/socket.io/?EIO=4&transport=polling").text
    session = json.loads(opened[1:])["sid"]
    head = f"POST /socket.io/?EIO=4&transport=polling&sid={session} HTTP/1.1\r\nHost: x\r\n"
    assert len(statuses(heard(said(strict, head.encode() + b"Content-Length: 900\r\n\r\n4")))) == 1


def test_an_answer_that_is_not_fetched_is_given_up(strict: Server) -> None:
    """After a second without a byte read, the rest of 300 pages is not there any more."""
    page = b"GET /login HTTP/1.1\r\nHost: x\r\n\r\n"
    line = said(strict, page * 5_000, buffer=4_096)
    hung_up = select.poll()  # with requests unread: that is told before what it had said is read
    hung_up.register(line, 0)
    assert hung_up.poll(25_000)
    assert len(statuses(heard(line))) < 5_000


def test_a_body_that_nobody_reads_is_passed_over_for_so_long_only(common_server: Server) -> None:
    line = said(common_server, b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n")
    sent = 0
    with line, suppress(OSError):
        while sent < 100_000_000:
            sent += line.send(b"x" * 65_536)
    assert sent < 100_000_000


def test_a_short_one_costs_no_connection(common_server: Server) -> None:
    line = said(common_server, b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n" + b"x" * 50_000)
    line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert statuses(heard(line)) == [404, 200]


def test_answers_of_headers_alone_are_whole(common_server: Server) -> None:
    asked = b"HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    preflight = b"OPTIONS /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    answers = heard(
        said(common_server, asked + preflight + asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    )
    assert statuses(answers) == [200, 200, 200]
    assert answers.endswith(b"\r\n\r\n")


def test_requests_behind_each_other_are_answered_in_order(common_server: Server) -> None:
    paths = [f"/nowhere/{n}" if n % 2 else "/healthz" for n in range(40)]
    requests = b"".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for path in paths)
    line = said(common_server, requests + b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert statuses(heard(line)) == [404 if n % 2 else 200 for n in range(40)] + [200]


def waiting_body(server: Server, address: str) -> socket.socket:
    return said(server, HEAD + f"X-Forwarded-For: {address}\r\nContent-Length: 9000\r\n\r\n".encode())


@pytest.fixture(scope="module")
def patient(new_server: NewServer) -> Iterator[Server]:
    """A shop behind a proxy, for few strangers of an address."""
    settings = {"STRANGERS_PER_ADDRESS": str(STRANGERS), "TRUSTED_PROXIES": "1"}
    with new_server(**settings) as shop:
        yield shop


@pytest.mark.parametrize("addresses", [["203.0.113.7"], [f"2001:db8::{n}" for n in range(1, 9)]])
def test_who_keeps_us_waiting_longest_gives_way(patient: Server, addresses: list[str]) -> None:
    other = waiting_body(patient, "203.0.113.99")
    held = [waiting_body(patient, addresses[n % len(addresses)]) for n in range(STRANGERS)]
    first = held[0]
    first.settimeout(0.3)

    def answered() -> bytes:
        held.append(waiting_body(patient, addresses[-1]))
        try:
            return first.recv(65_536)
        except TimeoutError:
            return b""

    assert statuses(eventually(answered)) == [429]
    other.settimeout(0.1)
    with pytest.raises(TimeoutError):  # another address has its own
        other.recv(1)


def test_a_socket_that_does_not_say_who_it_is_gives_way_with_1008(patient: Shop) -> None:
    known = [stream(patient.admin_once()) for _ in range(3 * STRANGERS)]
    for line in known:
        line.until_beat()
    forwarded = ["X-Forwarded-For: 203.0.113.8"]
    first = Stream(patient.url, header=forwarded, timeout=0.3)

    def close() -> int:
        Stream(patient.url, header=forwarded)
        try:
            opcode, payload = first.socket.recv_data()
        except websocket.WebSocketTimeoutException:
            return 0
        assert opcode == websocket.ABNF.OPCODE_CLOSE
        return int.from_bytes(payload[:2], "big")

    assert eventually(close) == 1008


def test_a_socketio_session_of_nobody_gives_way(patient: Shop) -> None:
    forwarded = {"X_Forwarded_For": "203.0.113.9"}
    address = patient.url + "/socket.io/?EIO=4&transport=websocket"
    first = connect(address, header=["X-Forwarded-For: 203.0.113.9"], timeout=0.3)
    assert str(first.recv()).startswith("0{")

    def is_gone() -> bool:
        patient.client().get("/socket.io/?EIO=4&transport=polling", **forwarded)
        try:
            return not first.recv()
        except websocket.WebSocketTimeoutException:
            return False
        except (OSError, websocket.WebSocketException):
            return True

    eventually(is_gone)
