"""What one peer may send on its socket, and how it is told when that was too much."""

import json

import pytest
import websocket

from tests.conftest import StartServer
from tests.support.client import Client, connect
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop, eventually
from tests.support.stream import Stream, stream

POLICY, TOO_BIG = 1008, 1009


def close_code(line: websocket.WebSocket) -> int:
    """The code with which the server closes."""
    while True:
        opcode, payload = line.recv_data(control_frame=True)
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(payload[:2], "big")


def told_off(line: websocket.WebSocket) -> int:
    """The same, for a peer that may be hung up on while it still sends."""
    try:
        return close_code(line)
    except (ConnectionError, websocket.WebSocketException):
        return 0


@pytest.mark.parametrize("send", ["ping", "pong"])
def test_too_many_frames_are_1008_without_a_token(shop: Shop, send: str) -> None:
    line = Stream(shop.url)
    for _ in range(250):
        getattr(line.socket, send)("x")
    assert close_code(line.socket) == POLICY


@pytest.mark.parametrize("words", ["{}", '{"event": "ping"}', ""])
def test_too_many_messages_are_1008(shop: Shop, words: str) -> None:
    line = stream(shop.admin_once())
    for _ in range(250):
        line.socket.send(words)
    assert close_code(line.socket) == POLICY


def test_a_handful_a_minute_is_not_too_much(shop: Shop) -> None:
    line = stream(shop.admin_once())
    line.until_beat()
    for _ in range(100):
        line.socket.send("{}")
    line.say("resume", since=0)
    assert line.receive()["event"]


def test_too_many_resumes_are_1008(shop: Shop) -> None:
    line = stream(shop.client().register("again@example.org"))
    for since in range(30):
        line.say("resume", since=since)
    assert close_code(line.socket) == POLICY


def test_too_many_hellos_are_1008(shop: Shop) -> None:
    page = shop.admin_once().dashboard()
    for n in range(30):
        page.socket.send(json.dumps({"t": "hello", "since": 0, "view": f"/dashboard?search=a{n}"}))
    assert close_code(page.socket) == POLICY


def test_a_long_message_is_1009_on_our_doors(shop: Shop) -> None:
    lines = [Stream(shop.url), stream(shop.admin_once())]
    for line in lines:
        line.socket.send('{"event": "auth", "data": {"token": "' + "x" * 8_000 + '"}}')
        assert close_code(line.socket) == TOO_BIG
    page = shop.admin_once().dashboard()
    page.socket.send(json.dumps({"t": "hello", "since": None, "view": "x" * 8_000}))
    assert close_code(page.socket) == TOO_BIG


def test_a_message_in_fragments_is_as_long_as_they_are_together(shop: Shop) -> None:
    line = stream(shop.admin_once())
    part = websocket.ABNF.OPCODE_TEXT
    for _ in range(9):
        line.socket.send_frame(websocket.ABNF(0, 0, 0, 0, part, 1, b"x" * 1_000))
        part = websocket.ABNF.OPCODE_CONT
    assert close_code(line.socket) == TOO_BIG


def test_socketio_takes_its_100_kb_and_no_flood(shop: Shop) -> None:
    token = shop.client().register("wide@example.org").token
    address = shop.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    line = connect(address)
    line.send("40/orders," + json.dumps({"token": token, "more": "x" * 90_000}))
    while not str(line.recv()).startswith("40/orders,"):
        pass
    for _ in range(250):
        line.ping("x")
    assert told_off(line) == POLICY


@ON_SQLITE
def test_saying_again_who_one_is_earns_no_more_frames(shop: Shop) -> None:
    token = shop.client().register("coming-and-going@example.org").token
    line = connect(shop.url + "/socket.io/?EIO=4&transport=websocket")
    line.recv()
    hung_up = False
    try:
        for _ in range(400):
            line.send("40/orders," + json.dumps({"token": token}))
            line.send("41/orders,")
    except OSError:
        hung_up = True
    assert hung_up or told_off(line) == POLICY


@ON_SQLITE
def test_a_user_has_so_many_sockets_and_gets_another_for_each_that_closes(
    start_server: StartServer, database: str
) -> None:
    server = start_server(database, SOCKETS_PER_CUSTOMER="3", SOCKETS_PER_ADMIN="0")
    customer = server.client().register("many@example.org")
    lines = [stream(customer) for _ in range(3)]
    for line in lines:
        line.until_beat()
    assert close_code(stream(customer).socket) == POLICY
    admins = [stream(server.admin_once()) for _ in range(5)]
    for line in [*admins, stream(server.client().register("other@example.org"))]:
        line.until_beat()
    lines[0].socket.close()
    eventually(lambda: is_let_in(customer))


@ON_SQLITE
def test_a_process_has_so_many_sockets(start_server: StartServer, database: str) -> None:
    server = start_server(database, SOCKETS_PER_PROCESS="2")
    admin = server.admin_once()
    lines = [stream(admin) for _ in range(2)]
    for line in lines:
        line.until_beat()
    assert close_code(stream(admin).socket) == 1013, "another process, or later"
    lines[0].socket.close()
    eventually(lambda: is_let_in(admin))


def is_let_in(client: Client) -> bool:
    line = stream(client)
    opcode, _ = line.socket.recv_data()
    return bool(opcode == websocket.ABNF.OPCODE_TEXT)


@ON_SQLITE
def test_zero_lifts_a_limit(start_server: StartServer, database: str) -> None:
    lifted = ("FRAMES_PER_SECOND", "BYTES_PER_SECOND", "JOINS_PER_SECOND", "MESSAGE_BYTES")
    server = start_server(database, **{f"SOCKET_{name}": "0" for name in lifted})
    line = stream(server.admin_once())
    line.until_beat()
    for _ in range(300):
        line.socket.send("{}")
    line.socket.send("x" * 500_000)
    for _ in range(30):
        line.say("resume", since=0)
    line.until_beat()
