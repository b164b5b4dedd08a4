"""What a hostile peer does to a server of this machine, as fast as it can, until a moment.

Each attack runs in a process of its own, from an address of its own (127.0.0.2), and counts what it sent and how the
server ended its lines."""

import base64
import json
import multiprocessing
import multiprocessing.connection
import re
import selectors
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, takewhile

from tests.support.client import cart

HOST = "127.0.0.1"
FROM = "127.0.0.2"
STREAM, SOCKETIO, PAGE = "/orders/live", "/socket.io/?EIO=4&transport=websocket", "/dashboard/live"
PIECE = 65_536
_CLOSE = re.compile(rb"\x88[\x02-\x7d](..)", re.DOTALL)
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")


@dataclass
class Aim:
    """Whom to attack, for how long, with whose tokens. `ends` counts how lines ended: statuses, close codes, "cut"."""

    port: int
    seconds: float
    customers: list[str]
    admin: str
    budget: int = 0  # bytes that a harmless peer sends in all
    sent: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    until: float = 0.0

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.until


Attack = Callable[[Aim], None]


def attack(how: Attack, aim: Aim) -> Callable[[], Aim]:
    """Begin; the answer waits for the end and tells what was sent and how lines ended."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(how, aim, theirs), daemon=True)
    process.start()
    theirs.close()
    assert ours.poll(30), "the attacker did not start"
    ours.recv()

    def end() -> Aim:
        try:
            assert ours.poll(aim.seconds + 60), "the attacker did not end"
            told: Aim = ours.recv()
            return told
        finally:
            process.kill()
            process.join()

    return end


def _run(how: Attack, aim: Aim, line: multiprocessing.connection.Connection) -> None:
    aim.until = time.monotonic() + aim.seconds
    line.send("begun")
    with suppress(OSError):
        how(aim)
    line.send(aim)


def harmless(aim: Aim) -> None:
    """A peer that sends its bytes in bodies of 16 kB, evenly, and waits for each answer."""
    request = _request("POST", "/nowhere", b" " * 16_000)
    pause = aim.seconds * len(request) / max(aim.budget, 1)
    line = _line(aim)
    began = time.monotonic()
    for n in count(1):
        if not aim.goes_on:
            break
        line.sendall(request)
        line.recv(PIECE)
        aim.sent += len(request)
        time.sleep(max(0.0, min(began + n * pause, aim.until) - time.monotonic()))


# Sockets


def pings(aim: Aim) -> None:
    """Masked one-byte pings by somebody who has not said who they are."""
    _pour(aim, lambda: _upgraded(aim, STREAM), lambda: frame(9, b"x") * 600)


def socketio_pings(aim: Aim) -> None:
    """The same on Socket.IO."""
    _pour(aim, lambda: _upgraded(aim, SOCKETIO), lambda: frame(9, b"x") * 600)


def many_pings(aim: Aim) -> None:
    """The same by a hundred sockets at once."""
    _pour(aim, lambda: _upgraded(aim, STREAM), lambda: frame(9, b"x") * 600, lines=100)


def texts(aim: Aim) -> None:
    """Messages of one byte from a customer."""
    _pour(aim, lambda: _upgraded(aim, STREAM, aim.customers[0]), lambda: frame(1, b"x") * 600)


def resumes(aim: Aim) -> None:
    """Three customers who ask again and again, each time for other events."""
    numbers, who = count(), count()
    _pour(
        aim,
        lambda: _upgraded(aim, STREAM, aim.customers[next(who) % len(aim.customers)]),
        lambda: b"".join(
            frame(1, json.dumps({"event": "resume", "data": {"since": next(numbers) % 490}}).encode())
            for _ in range(100)
        ),
        lines=3,
    )


def fragments(aim: Aim) -> None:
    """A message that never ends."""
    parts = [frame(1, b"x" * 60_000, last=False)]
    _pour(aim, lambda: _upgraded(aim, STREAM), lambda: parts.pop() if parts else frame(0, b"x" * 60_000, last=False))


def huge_messages(aim: Aim) -> None:
    """Whole messages of 16 MB."""
    message = frame(1, b'{"event":"auth","data":{"token":"' + b"x" * 16_000_000 + b'"}}')
    _pour(aim, lambda: _upgraded(aim, STREAM), lambda: message)


def silent_sockets(aim: Aim) -> None:
    """Three hundred sockets that never say who they are."""
    _hold(aim, lambda: _upgraded(aim, STREAM), 300)


def many_of_one(aim: Aim) -> None:
    """Three hundred sockets of one customer."""
    _hold(aim, lambda: _upgraded(aim, STREAM, aim.customers[0]), 300)


def openings(aim: Aim) -> None:
    """Sockets opened and dropped."""
    while aim.goes_on:
        with suppress(OSError):
            _upgraded(aim, STREAM).close()


def views(aim: Aim) -> None:
    """An admin's pages, each of which shows another list every time."""
    numbers = count()
    _pour(
        aim,
        lambda: _upgraded(aim, PAGE, aim.admin),
        lambda: frame(
            1, json.dumps({"t": "hello", "since": 0, "view": f"/dashboard?search=a{next(numbers)}"}).encode()
        ),
        lines=20,
    )


def polls(aim: Aim) -> None:
    """Socket.IO by polling: a session whose payloads are full of packets."""
    payload = "\x1e".join(['42/orders,["ping"]'] * 16).encode()
    line = _line(aim)
    line.sendall(_request("GET", "/socket.io/?EIO=4&transport=polling"))
    answer = b""
    while (found := re.search(rb'"sid":"([^"]+)"', answer)) is None:
        answer += line.recv(PIECE)
    line.close()
    address = f"/socket.io/?EIO=4&transport=polling&sid={found[1].decode()}"
    connect = _request("POST", address, b'40/orders,{"token":"%s"}' % aim.customers[0].encode())
    first = [connect]
    _pour(aim, lambda: _line(aim), lambda: first.pop() if first else _request("POST", address, payload), lines=4)


def sessions(aim: Aim) -> None:
    """Socket.IO sessions that nobody goes on with."""
    _pour(aim, lambda: _line(aim), lambda: _request("GET", "/socket.io/?EIO=4&transport=polling") * 20, lines=4)


# HTTP


def chunks(aim: Aim) -> None:
    """Bodies in chunks of one byte."""
    head = _head("POST", "/orders/guest", "Transfer-Encoding: chunked", "Content-Type: application/json")
    body = head + b"\r\n" + b"1\r\n \r\n" * 900_000 + b"0\r\n\r\n"
    _pour(aim, lambda: _line(aim), lambda: body, lines=4)


def no_bodies(aim: Aim) -> None:
    """Three hundred bodies of which one byte comes."""
    start = _head("POST", "/orders/guest", "Content-Length: 900000", "Content-Type: application/json") + b"\r\n{"
    _hold(aim, lambda: _said(aim, start), 300)


def no_headers(aim: Aim) -> None:
    """Three hundred requests whose headers never end."""
    _hold(aim, lambda: _said(aim, b"GET /healthz HTTP/1.1\r\nHost: x\r\n"), 300)


def slow_bodies(aim: Aim) -> None:
    """Two hundred bodies of a byte every half second."""
    start = _head("POST", "/orders/guest", "Content-Length: 900000", "Content-Type: application/json") + b"\r\n"
    _hold(aim, lambda: _said(aim, start), 200, drip=b" ")


def unread_bodies(aim: Aim) -> None:
    """Bodies without an end for routes that read none."""
    head = _head("POST", "/nowhere", "Content-Length: 999999999999") + b"\r\n"
    _pour(aim, lambda: _said(aim, head), lambda: b"x" * PIECE, lines=4)


def large_bodies(aim: Aim) -> None:
    """Orders of a million bytes of JSON, of which none is right."""
    items = b",".join([b'{"productId":0,"quantity":0}'] * 33_000)
    _pour(aim, lambda: _line(aim), lambda: _request("POST", "/orders/guest", b'{"orderItems":[' + items + b"]}"), 4)


def picture_bodies(aim: Aim) -> None:
    """Orders of sixteen megabytes, each with a picture that was never there."""
    numbers, rest = count(), b"A" * 15_900_000

    def body() -> bytes:
        picture = b"data:image/png;base64," + base64.b64encode(b"%012d" % next(numbers)) + rest
        return _request("POST", "/orders/guest", json.dumps(cart()).encode()[:-1] + b',"of":"' + picture + b'"}')

    _pour(aim, lambda: _line(aim), body, lines=4)


def headers(aim: Aim) -> None:
    """Requests of a hundred long headers."""
    fields = [f"X-{n}: {'x' * 8000}" for n in range(95)]
    _pour(aim, lambda: _line(aim), lambda: _head("GET", "/healthz", *fields) + b"\r\n", lines=4)


def pipeline(aim: Aim) -> None:
    """Requests one behind the other, without waiting for answers."""
    _pour(aim, lambda: _line(aim), lambda: _request("GET", "/socket.io/") * 200, lines=16)


def requests(aim: Aim) -> None:
    """Sixty-four clients that ask for the sign-in page, again and again."""
    _pour(aim, lambda: _line(aim), lambda: _request("GET", "/login"), lines=64)


def unread_answers(aim: Aim) -> None:
    """Two hundred clients that ask for files and fetch none."""
    _hold(aim, lambda: _said(aim, _request("GET", "/static/app.css") * 100, deaf=True), 200)


def connections(aim: Aim) -> None:
    """Connections opened and dropped."""
    while aim.goes_on:
        with suppress(OSError):
            _line(aim).close()
            aim.ends["opened"] += 1


def missed(aim: Aim) -> None:
    """An admin who asks over HTTP what they missed, without a pause."""
    request = _head("GET", "/dashboard/missed?since=0", f"Cookie: auth_token={aim.admin}") + b"\r\n"
    _pour(aim, lambda: _line(aim), lambda: request, lines=4)


def devices(aim: Aim) -> None:
    """A customer who registers devices without end."""
    numbers = count()

    def body() -> bytes:
        keys = {"p256dh": "B" * 87, "auth": "A" * 22}
        asked = {"endpoint": f"https://fcm.googleapis.com/fcm/send/{next(numbers)}", "keys": keys}
        return _request("POST", "/push/subscriptions", json.dumps(asked).encode(), aim.customers[0])

    _pour(aim, lambda: _line(aim), body, lines=8)


ATTACKS: tuple[Attack, ...] = (
    pings, socketio_pings, many_pings, texts, resumes, fragments, huge_messages, silent_sockets, many_of_one, openings,
    views, polls, sessions, chunks, no_bodies, no_headers, slow_bodies, unread_bodies, large_bodies, picture_bodies,
    headers, pipeline, requests, unread_answers, connections, missed, devices,
)  # fmt: skip


# What they have in common


def frame(opcode: int, payload: bytes, last: bool = True) -> bytes:
    """A client's frame, masked with zeros, which leave it as it is (RFC 6455, 5.2)."""
    first, size = opcode | (0x80 if last else 0), len(payload)
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", first, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, size)
    return head + bytes(4) + payload


def _head(method: str, path: str, *fields: str) -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", f"Host: {HOST}", *fields, "")).encode()


def _request(method: str, path: str, body: bytes = b"", token: str | None = None) -> bytes:
    fields = [f"Content-Length: {len(body)}", "Content-Type: application/json"] if body else []
    fields += [f"Authorization: Bearer {token}"] if token else []
    return _head(method, path, *fields) + b"\r\n" + body


def _line(aim: Aim, deaf: bool = False) -> socket.socket:
    line = socket.socket()
    if deaf:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(5)
    line.bind((FROM, 0))
    line.connect((HOST, aim.port))
    return line


def _said(aim: Aim, data: bytes, deaf: bool = False) -> socket.socket:
    line = _line(aim, deaf=deaf)
    line.sendall(data)
    aim.sent += len(data)
    return line


def _upgraded(aim: Aim, door: str, token: str | None = None) -> socket.socket:
    fields = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    fields += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", f"Origin: http://{HOST}"]
    fields += [f"Cookie: auth_token={token}"] if token else []
    line = _line(aim)
    line.sendall(_head("GET", door, *fields) + b"\r\n")
    answer = line.recv(1024)
    if not answer.startswith(b"HTTP/1.1 101"):
        aim.ends[answer[9:12].decode() or "cut"] += 1
        line.close()
        raise ConnectionError
    return line


def _pour(aim: Aim, opened: Callable[[], socket.socket], more: Callable[[], bytes], lines: int = 1) -> None:
    """Keep `lines` lines full; who is hung up on comes back at once."""
    with selectors.DefaultSelector() as selector:
        for _ in range(lines):
            _add(selector, opened)
        while aim.goes_on:
            if len(selector.get_map()) < lines:
                _add(selector, opened)
            for key, events in selector.select(0.1):
                _serve(aim, selector, key, events, more)
        for key in list(selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]


def _add(selector: selectors.BaseSelector, opened: Callable[[], socket.socket]) -> None:
    with suppress(OSError):
        line = opened()
        line.setblocking(False)
        selector.register(line, selectors.EVENT_READ | selectors.EVENT_WRITE, [b"", b""])


def _serve(
    aim: Aim, selector: selectors.BaseSelector, key: selectors.SelectorKey, events: int, more: Callable[[], bytes]
) -> None:
    line: socket.socket = key.fileobj  # type: ignore[assignment]
    try:
        if events & selectors.EVENT_READ:
            heard = line.recv(PIECE)
            key.data[1] = (key.data[1] + heard)[-200:]
            if not heard or _CLOSE.search(key.data[1]):
                raise ConnectionError
        if events & selectors.EVENT_WRITE:
            rest = key.data[0] or memoryview(more())
            sent = line.send(rest)
            aim.sent += sent
            key.data[0] = rest[sent:]
    except BlockingIOError:
        pass
    except OSError:
        selector.unregister(line)
        aim.ends[_end(key.data[1])] += 1
        line.close()


def _hold(aim: Aim, opened: Callable[[], socket.socket], lines: int, drip: bytes = b"") -> None:
    """Keep `lines` lines open; who is hung up on comes back at once."""
    held: list[socket.socket] = []
    while aim.goes_on:
        held = [line for line in held if _is_held(aim, line, drip)]
        for _ in takewhile(lambda _: aim.goes_on, range(lines - len(held))):
            with suppress(OSError):
                held.append(opened())
        time.sleep(0.5)
    aim.ends["held"] = len(held)
    for line in held:
        line.close()


def _is_held(aim: Aim, line: socket.socket, drip: bytes) -> bool:
    line.setblocking(False)
    try:
        if drip:
            aim.sent += line.send(drip)
        if line.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) < 10_000:
            return True  # it fetches nothing
        heard = line.recv(PIECE)
        if heard and not _CLOSE.search(heard) and not _STATUS.search(heard):
            return True
        aim.ends[_end(heard)] += 1
    except BlockingIOError:
        return True
    except OSError:
        aim.ends["cut"] += 1
    line.close()
    return False


def _end(heard: bytes) -> str:
    """The close code or the status last heard."""
    code = _CLOSE.search(heard)
    if code:
        return str(int.from_bytes(code[1], "big"))
    statuses: list[bytes] = _STATUS.findall(heard)
    return statuses[-1].decode() if statuses else "cut"
