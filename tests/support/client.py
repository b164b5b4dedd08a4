"""What front ends and pages send, byte for byte by the contract: HTTP and plain WebSockets."""

import http.client
import itertools
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import websocket

from tests.support.cleanup import at_end

CART: dict[str, Any] = {
    "shippingDetails": {
        "firstName": "Awa",
        "lastName": "Diop",
        "street": "12 rue Félix Faure",
        "city": "Dakar",
        "country": "Sénégal",
    },
    "phoneNumber": "+221 77 123 45 67",
    "email": "awa@example.org",
    "orderItems": [{"productId": 1, "quantity": 2, "size": "M", "color": "Rouge"}],
}


_serial = itertools.count(1)


def address() -> str:
    """An address nobody had before, as a trusted proxy reports it."""
    n = next(_serial)
    return f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"


def phone_number() -> str:
    """A number that nobody ordered with before."""
    return f"+221 77 {next(_serial):07}"


def as_customers_see(order: dict[str, Any]) -> dict[str, Any]:
    """An order without what only the team reads."""
    return {name: value for name, value in order.items() if name != "marks"}


def cart(**changes: Any) -> dict[str, Any]:
    """A valid order's body, changed; a field set to `...` is left out."""
    return {name: value for name, value in (CART | changes).items() if value is not ...}


@dataclass(frozen=True)
class File:
    status: int
    headers: http.client.HTTPMessage
    content: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def data(self) -> Any:
        """`data` of the contract's envelope."""
        return self.json["data"]


class Client:
    """One caller: at most one token, no cookie jar unless `cookie` is set."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token: str | None = None
        self.user: dict[str, Any] = {}

    def sign_in(self, email: str, password: str) -> "Client":
        answer = self.post("/auth/login", {"email": email, "password": password})
        assert answer.status == 201, answer.text
        self.token, self.user = answer.json["access_token"], answer.json["user"]
        return self

    def register(self, email: str, password: str = "long enough", **names: str) -> "Client":
        body = {"email": email, "password": password, "firstName": "Awa", "lastName": "Diop"} | names
        answer = self.post("/auth/register", body, X_Forwarded_For=address())
        assert answer.status == 201, answer.text
        self.token, self.user = answer.json["access_token"], answer.json["user"]
        return self

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send("PATCH", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.send("DELETE", path, None, **headers)

    def form(self, path: str, fields: dict[str, str] | Sequence[tuple[str, str | bytes]], **headers: str) -> Answer:
        """A page's form, sent by the page itself."""
        ours = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url}
        return self.raw("POST", path, urlencode(fields).encode(), **(ours | headers))

    def send(self, method: str, path: str, body: Any, **headers: str) -> Answer:
        raw = None if body is None else json.dumps(body).encode()
        return self.raw(method, path, raw, **({"Content-Type": "application/json"} if raw else {}) | headers)

    def raw(self, method: str, path: str, body: bytes | None, **headers: str) -> Answer:
        """`headers` by their names with _ for -; the token goes as Bearer unless there is a cookie."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token and "Cookie" not in named and "Authorization" not in named:
            named["Authorization"] = f"Bearer {self.token}"
        connection = self._connection()
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode(errors="backslashreplace"))
        finally:
            connection.close()

    def file(self, path: str) -> File:
        """A file of the dashboard's, its bytes as they came."""
        connection = self._connection()
        try:
            connection.request("GET", path, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            return File(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)

    @property
    def live_url(self) -> str:
        """Where the sockets are."""
        return self.url

    @property
    def cookie(self) -> str:
        return f"auth_token={self.token}"

    def place(self, **changes: Any) -> dict[str, Any]:
        """The order that a guest's valid cart becomes. Nobody has their number: it is no double of another."""
        answer = self.post("/orders/guest", cart(**{"phoneNumber": phone_number()} | changes))
        assert answer.status == 201, answer.text
        order: dict[str, Any] = answer.data
        return order

    def last_event(self) -> int:
        """The position a page drawn now starts from."""
        page = self.get("/dashboard/profile", Cookie=self.cookie).text  # which is drawn in a quarter of a list's time
        found = re.search(r'<data id="position" value="(\d+)">', page)
        assert found, page[:500]
        return int(found[1])

    def dashboard(self, view: str = "/dashboard", since: int | None = None, **options: Any) -> "Dashboard":
        return Dashboard(self, view, since, **options)


def connect(address: str, **options: Any) -> websocket.WebSocket:
    """An open WebSocket, which ends with the test at the latest."""
    socket = websocket.create_connection(address.replace("http://", "ws://"), **({"timeout": 25} | options))
    at_end(socket.shutdown)
    return socket


def spelt_out(frame: str) -> str:
    """A page's frame with the letters beyond ASCII as themselves; what HTML escapes stays escaped."""
    return re.sub(r"&#(\d{3,});", lambda found: chr(int(found[1])), frame)


class Dashboard:
    """A page's socket, as htmx opens it."""

    def __init__(self, client: Client, view: str, since: int | None, hello: bool = True, **options: Any) -> None:
        settings = {"cookie": client.cookie, "origin": client.live_url} | options
        self.socket = connect(client.live_url + "/dashboard/live", **settings)
        self.seen = ""
        if hello:
            self.socket.send(json.dumps({"t": "hello", "since": since, "view": view}))
            self.receive()

    def receive(self) -> str:
        """The next frame's text."""
        frame = self.socket.recv()
        assert isinstance(frame, str)
        assert frame, "the server closed the socket"
        assert frame.isascii(), frame
        frame = spelt_out(frame)
        self.seen += frame
        return frame

    def wait_for(self, text: str, within: float = 25.0) -> str:
        """Frames up to the one that holds `text`, which is returned."""
        deadline = time.monotonic() + within
        while True:
            frame = self.receive()
            if text in frame:
                return frame
            assert time.monotonic() < deadline, f"no {text!r} in {self.seen!r}"

    def wait_for_close(self) -> int:
        """The code with which the server closes; frames before it are read and kept."""
        while (frame := self.socket.recv_frame()).opcode != websocket.ABNF.OPCODE_CLOSE:
            self.seen += spelt_out(frame.data.decode())
        return int.from_bytes(frame.data[:2], "big")

    def position(self) -> int:
        """The position the last frame carried."""
        return int(re.findall(r'id="position" value="(\d+)"', self.seen)[-1])

    def close(self) -> None:
        self.socket.close()
