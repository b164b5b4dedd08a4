"""The bytes that front ends and dashboards send, made once, and as much of a frame as must be understood."""

import json
import re
import socket
import struct

from tests.support.client import cart

TEXT, CLOSE, PING = 1, 8, 9
PONG = b"\x8a\x80\0\0\0\0"
# A frame goes to every dashboard that shows the view: the position at its end and its length tell it from others.
TAIL = 64

_ORDER = re.compile(rb'id="order-(\d+)"')
_TOLD = re.compile(rb'(?:id="order-|"orderId": ?)(\d+)')
_POSITION = re.compile(rb'id="position" value="(\d+)"')
PAGE, STREAM, SOCKETIO = "/dashboard/live", "/orders/live", "/socket.io/?EIO=4&transport=websocket"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ID = re.compile(rb'"id":(\d+),"orderNumber"')


def order(port: int) -> bytes:
    """The request of a guest who orders product 1."""
    body = json.dumps(cart()).encode()
    head = f"POST /orders/guest HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def answer(data: bytes) -> tuple[int, int] | None:
    """The status and the order's id (0 for a refusal) of a whole HTTP answer; None while some of it is missing."""
    head = data.find(b"\r\n\r\n")
    length = _LENGTH.search(data, 0, head + 2) if head > 0 else None
    if length is None or len(data) < head + 4 + int(length[1]):
        return None
    found = _ID.search(data, head)
    return int(data[9:12]), int(found[1]) if found else 0


def upgrade(port: int, token: str, door: str = PAGE) -> bytes:
    """The handshake of a dashboard or a front end (RFC 6455, 4.1)."""
    return (
        f"GET {door} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: auth_token={token}\r\n\r\n"
    ).encode()


def hello(since: int | None, token: str | None = None, door: str = PAGE) -> bytes:
    """The first word at a door, masked with zeros, which leave it as it is; /orders/live needs none."""
    if door == STREAM:
        return b""
    word = json.dumps({"t": "hello", "since": since, "view": "/dashboard"})
    said = (f'40/orders,{{"token":"{token}"}}' if door == SOCKETIO else word).encode()
    if len(said) > 125:
        return struct.pack("!BBHI", 0x81, 0x80 | 126, len(said), 0) + said
    return struct.pack("!BBI", 0x81, 0x80 | len(said), 0) + said


def frames(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole frames at the beginning of `data`, headers included, and what is left."""
    found, at = [], 0
    while (size := _size(data, at)) and at + size <= len(data):
        found.append(data[at : at + size])
        at += size
    return found, data[at:]


def orders(frame: bytes) -> list[int]:
    """The ids of the orders the frame tells of."""
    return [int(found) for found in _TOLD.findall(frame)]


def position(frame: bytes) -> int:
    """The position behind the fragments; 0 for a frame without."""
    found = _POSITION.search(frame, max(0, len(frame) - 2 * TAIL))
    return int(found[1]) if found else 0


def renumber(frame: bytes, number: int) -> bytes:
    """The frame with other digits, as many as before, for its rows and its position: as long on the line."""
    again = _ORDER.sub(lambda old: b'id="order-%0*d"' % (len(old[1]), number), frame)
    return _POSITION.sub(lambda old: b'id="position" value="%0*d"' % (len(old[1]), number), again)


def connect(port: int, receive_buffer: int | None = None) -> socket.socket:
    """A connection to a port of this machine."""
    line = socket.socket()
    line.settimeout(20)
    if receive_buffer:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    line.connect(("127.0.0.1", port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def stalled(port: int, token: str) -> socket.socket:
    """A dashboard that says hello and then reads nothing any more."""
    line = connect(port, receive_buffer=4096)
    line.sendall(upgrade(port, token))
    assert line.recv(4096).startswith(b"HTTP/1.1 101"), "the dashboard was refused"
    line.sendall(hello(None))
    return line


def _size(data: bytes, at: int) -> int:
    """The length of the unmasked frame that begins at `at`; 0 while its header is not complete."""
    left = len(data) - at
    if left < 2:
        return 0
    length = data[at + 1]
    if length < 126:
        return 2 + length
    wide, form = (4, "!H") if length == 126 else (10, "!Q")
    return wide + int(struct.unpack_from(form, data, at + 2)[0]) if left >= wide else 0
