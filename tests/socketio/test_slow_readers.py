"""A front end that stops reading is dropped; it delays nobody and holds no memory worth speaking of."""

import json
import socket
import time

import pytest

from tests.support import database as db
from tests.support.client import Client
from tests.support.net import close_code, raw_line
from tests.support.node import FrontEnds
from tests.support.server import Server, Shop, eventually

MOMENT = "2026-11-03T10:00:00.000Z"


def test_a_stalled_websocket_is_dropped_with_1013_and_delays_nobody(shop: Server, front_ends: FrontEnds) -> None:
    boss = shop.admin_once()
    readers = [front_ends.connected(shop.url, boss.token) for _ in range(2)]
    stalled = _stalled(shop, boss)
    slowest = 0.0
    for _ in range(14):  # 500 kB each: loopback swallows 4 MB, and 1 MB may wait
        flood(shop, 20, 25_000)
        number = shop.client().place()["orderNumber"]
        began = time.monotonic()
        for reader in readers:
            while reader.wait_for("heard")[1]["data"]["orderNumber"] != number:
                pass
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < 10, "for ever, once, or until the server gave up"
    assert close_code(stalled) == 1013
    assert not any(reader.all("disconnect") for reader in readers)


@pytest.mark.matrix
def test_a_polling_client_that_stops_polling_is_dropped(shop: Shop, front_ends: FrontEnds) -> None:
    boss = shop.admin_once()
    eventually(lambda: _count(boss) == 0)
    address = _poll(boss)
    assert _count(boss) == 1
    flood(shop, 1500, 10)
    other = front_ends.connected(shop.url, boss.token)
    shop.client().place()
    other.wait_for("heard")
    eventually(lambda: _count(boss) == 1)
    assert boss.get(address).status == 400  # upon which the official client connects anew


@pytest.mark.matrix
def test_a_client_that_answers_no_ping_is_dropped(shop: Shop) -> None:
    boss = shop.admin_once()
    eventually(lambda: _count(boss) == 0)
    _poll(boss)
    assert _count(boss) == 1
    eventually(lambda: _count(boss) == 0, 75)


@pytest.mark.parametrize(
    "message", ["", "x", "4", "4x", "40/orders,[", "42/orders,{}", "45", "451-", "9", "4" + "[" * 90000]
)
def test_gibberish_ends_its_own_line_only(shop: Shop, front_ends: FrontEnds, message: str) -> None:
    boss = shop.admin_once()
    front_end = front_ends.connected(shop.url, boss.token)
    address = _poll(boss)
    assert boss.raw("POST", address, message.encode()).status in (200, 400)
    boss.raw("POST", address, b'42/orders,["ping",1,2,3]')
    assert front_end.ping()["user"] == boss.user["email"]
    boss.raw("POST", address, b"1")  # the session says goodbye, if it still is


def flood(shop: Shop, count: int, size: int) -> None:
    """Orders of customers with long names, as the log tells of them."""
    order = {"number": "CMD20261103001", "total": 100, "currency": "EUR", "customer_id": None, "lines": 1}
    order |= {"order_id": 1, "customer_name": "x" * size, "customer_email": None, "placed_at": MOMENT}
    event = {"at": 1_793_700_000_000, "type": "OrderPlaced", "actor_id": None, "order_id": None, "user_id": None}
    db.append_events(shop.database_url, [event | {"data": order}] * count)


def _count(boss: Client) -> int:
    found: int = boss.get("/orders/admin/websocket-stats").data["total"]
    return found


def _poll(boss: Client) -> str:
    """Connect by polling, by hand; the address to poll at."""
    address = "/socket.io/?EIO=4&transport=polling"
    address += f"&sid={json.loads(boss.get(address).text[1:])['sid']}"
    token = json.dumps({"token": boss.token})
    assert boss.raw("POST", address, f"40/orders,{token}".encode()).text == "OK"
    assert boss.get(address).text.startswith("40/orders,")
    return address


def _stalled(shop: Server, boss: Client) -> socket.socket:
    """A WebSocket that connects and is then not read, with a receive buffer of 4 kB."""
    line = raw_line(shop.port, buffer=4096)
    line.sendall(
        f"GET /socket.io/?EIO=4&transport=websocket&token={boss.token} HTTP/1.1\r\nHost: 127.0.0.1:{shop.port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    _read_until(line, b'"sid"')
    connect = b"40/orders,"
    line.sendall(bytes((0x81, 0x80 | len(connect))) + bytes(4) + connect)
    _read_until(line, b"40/orders,{")
    return line


def _read_until(line: socket.socket, text: bytes) -> None:
    received = b""
    while text not in received:
        chunk = line.recv(1024)
        assert chunk, received
        received += chunk
