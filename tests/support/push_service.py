"""A push service of our own: checks who sends and decrypts what is sent (RFC 8030, 8188, 8291, 8292), and answers as
it is told."""

import base64
import contextlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HELD = 30.0  # seconds that a request which is never answered is held at most


@dataclass
class Phone:
    """A browser's subscription, and what was delivered to it: everything, and what is still on its screen."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))
    messages: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    attempts: list[float] = field(default_factory=list)
    answer: "Answer" = 201
    key: str | None = None

    def subscription(self) -> dict[str, Any]:
        """`PushSubscription.toJSON()`."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _base64url(point), "auth": _base64url(self.secret)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    @property
    def shown(self) -> dict[str, dict[str, Any]]:
        """The notifications by tag: a later one replaces an earlier one."""
        return {message["tag"]: message for message in self.messages}

    @property
    def told(self) -> int:
        """Of how many events the phone's owner knows, with repeated messages counted once."""
        return sum(message["count"] for message in {message["id"]: message for message in self.messages}.values())


# A status, a status with headers and a body, NEVER, or GARBAGE; or several, of which the last is for all that follow.
Answer = int | tuple[int, dict[str, str], bytes] | str | list[Any]
NEVER, GARBAGE, DRIP = "never", "garbage", "drip"


class PushService:
    """Listens on loopback. `problems` says what was wrong with what came; a good sender leaves it empty."""

    def __init__(self) -> None:
        self.phones: dict[str, Phone] = {}
        self.problems: list[str] = []
        self.elsewhere: list[str] = []  # paths asked for that are no phone's
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def phone(self, answer: Answer = 201) -> Phone:
        """A new phone, whose pushes get `answer`."""
        phone = Phone(f"{self.origin}/send/{len(self.phones) + 1}-{os.urandom(4).hex()}", answer=answer)
        self.phones[phone.endpoint.removeprefix(self.origin)] = phone
        return phone

    def __enter__(self) -> "PushService":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
        assert self.problems == []

    def close(self) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """What to answer to a push."""
        phone = self.phones.get(path)
        if phone is None:
            self.elsewhere.append(path)
            return 404
        with self._lock:
            phone.attempts.append(time.monotonic())
            answer = phone.answer
            if isinstance(answer, list):
                answer = answer.pop(0) if len(answer) > 1 else answer[0]
        try:
            self._check(phone, headers)
            message = json.loads(_decrypted(phone, body))
        except Exception as error:  # noqa: BLE001  whatever is wrong with it is the finding
            self.problems.append(f"{type(error).__name__}: {error}")
            return 400
        if answer == 201:
            with self._lock:
                phone.messages.append(message)
                phone.headers.append(headers)
        return answer

    def _check(self, phone: Phone, headers: dict[str, str]) -> None:
        assert headers["content-encoding"] == "aes128gcm"
        assert 0 < int(headers["ttl"]) <= 28 * 86400
        assert headers["urgency"] in ("high", "normal")
        assert 1 <= len(headers["topic"]) <= 32
        assert headers["topic"].replace("-", "").replace("_", "").isalnum()
        scheme, _, parameters = headers["authorization"].partition(" ")
        assert scheme == "vapid"
        given = dict(part.strip().split("=", 1) for part in parameters.split(","))
        point = base64.urlsafe_b64decode(given["k"] + "==")
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        claims = jwt.decode(given["t"], public, algorithms=["ES256"], audience=self.origin)
        assert claims["sub"].startswith(("mailto:", "https:"))
        assert time.time() < claims["exp"] <= time.time() + 86400
        if phone.key is None:
            phone.key = given["k"]
        assert phone.key == given["k"], "a phone hears only of the key it subscribed with"

    def wait(self) -> None:
        """Until the test ends, or nobody would wait any longer."""
        self._ended.wait(HELD)


def _handler(service: PushService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # a server that is killed says no goodbye
                super().handle()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = service.take(self.path, headers, body)
            if isinstance(answer, str):
                _ODD[answer](self, service)
                return
            status, more, content = (answer, {}, b"") if isinstance(answer, int) else answer
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):  # who has seen enough may leave
                self.wfile.write(content)

        def do_GET(self) -> None:
            service.elsewhere.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _never(handler: BaseHTTPRequestHandler, service: PushService) -> None:
    service.wait()
    handler.close_connection = True


def _garbage(handler: BaseHTTPRequestHandler, _: PushService) -> None:
    handler.wfile.write(b"\x00\xffthis is no HTTP\r\n\r\n" * 1000)
    handler.close_connection = True


def _drip(handler: BaseHTTPRequestHandler, service: PushService) -> None:
    handler.close_connection = True
    for byte in b"HTTP/1.1 201 Created" + b"x" * 1000:
        if service._ended.wait(0.2):
            return
        try:
            handler.wfile.write(bytes([byte]))
        except OSError:
            return  # nobody waits for the rest


_ODD: dict[str, Callable[[BaseHTTPRequestHandler, PushService], None]] = {
    NEVER: _never,
    GARBAGE: _garbage,
    DRIP: _drip,
}


def _decrypted(phone: Phone, body: bytes) -> bytes:
    found: bytes = http_ece.decrypt(body, private_key=phone.private, auth_secret=phone.secret, version="aes128gcm")
    return found


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
