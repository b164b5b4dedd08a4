"""A host of pictures, of our own: it serves good ones, and everything bad that a host can do."""

import contextlib
import functools
import io
import random
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from tempfile import NamedTemporaryFile

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from PIL import Image

HELD = 40.0  # seconds that a request which is never answered is held at most
HTML = b"<!doctype html><html><body><svg></svg><script>alert(1)</script></body></html>"
SVG = (
    b'<?xml version="1.0"?>\n<!-- a logo -->\n<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">'
    b'<rect width="100" height="100" fill="#ff0000"/></svg>'
)
SCRIPTED_SVG = SVG.replace(b"<rect", b'<script>fetch("/users")</script><rect onclick="alert(1)"')

Serve = Callable[["Handler"], None]


class PictureHost:
    """Listens on loopback. Whoever is to fetch from it names `origin` in PICTURE_HOSTS.

    `asked` are the paths that somebody asked for, in order; `headers` what came with the last one. `most_at_once` is of
    the requests that were under way at the same moment.
    """

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[str] = []
        self.headers: dict[str, str] = {}
        self.most_at_once = 0
        self.ended = threading.Event()
        self._at_once = 0
        self._lock = threading.Lock()
        self._served: dict[str, Serve] = {f"/bad/{name}": serve for name, serve in BAD.items()}
        self._server: ThreadingHTTPServer | None = None
        self._port, self._tls = port, tls
        self.come_back()
        self.origin = f"{'https' if tls else 'http'}://127.0.0.1:{self._port}"

    def put(self, path: str, data: bytes, kind: str = "image/png") -> str:
        """The address where these bytes are from now on."""
        return self.serve(path, lambda handler: handler.give(data, kind))

    def serve(self, path: str, serve: Serve) -> str:
        """The address where `serve` answers from now on."""
        self._served[path] = serve
        return self.origin + path

    def bad(self, name: str) -> str:
        """The address of something bad (BAD)."""
        assert name in BAD
        return f"{self.origin}/bad/{name}"

    def go_away(self) -> None:
        """Nobody is at the port any more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def come_back(self) -> None:
        host = self

        class OfThisHost(Handler):
            of = host

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_: object) -> None:
                """Who has seen enough may leave."""

        self._server = Server(("127.0.0.1", self._port), OfThisHost)
        self._port = self._server.server_port
        if self._tls is not None:
            self._server.socket = self._tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.ended.set()
        self.go_away()

    @contextlib.contextmanager
    def note(self, path: str, headers: dict[str, str]) -> Iterator[Serve | None]:
        with self._lock:
            self.asked.append(path)
            self.headers = headers
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield self._served.get(path)
        finally:
            with self._lock:
                self._at_once -= 1


class Handler(BaseHTTPRequestHandler):
    """One request. What it answers is written by hand where no server would."""

    of: PictureHost
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.of.note(self.path, headers) as serve, contextlib.suppress(OSError):
            if serve is None:
                self.answer(404)
            else:
                serve(self)
        self.close_connection = True

    def give(self, data: bytes, kind: str, **headers: str) -> None:
        self.answer(200, data, Content_Type=kind, **headers)

    def answer(self, status: int, data: bytes = b"", **headers: str) -> None:
        """With underscores for hyphens."""
        self.send_response(status)
        for name, value in {"Content_Length": str(len(data)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def say(self, *pieces: bytes, pause: float = 0.0) -> None:
        """Raw bytes, with a pause behind each piece."""
        for piece in pieces:
            self.wfile.write(piece)
            if pause and self.of.ended.wait(pause):
                return

    def say_for_ever(self, piece: bytes, pause: float = 0.0) -> None:
        while not self.of.ended.wait(pause):
            self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        pass


def certificate(name: str) -> tuple[bytes, ssl.SSLContext]:
    """One that vouches for itself (PEM), and what a host of that name answers with."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with NamedTemporaryFile() as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed)
        file.flush()
        context.load_cert_chain(file.name)
    return signed, context


def picture(width: int = 600, height: int = 400, format: str = "PNG", mode: str = "RGB", seed: int = 1) -> bytes:
    """A picture with something to see: a red upper left corner on coloured stripes, another for each `seed`."""
    chance = random.Random(seed)
    image = Image.new("RGB", (width, height))
    for top in range(0, height, 8):
        image.paste((chance.randrange(256), chance.randrange(256), chance.randrange(256)), (0, top, width, top + 8))
    image.paste((255, 0, 0), (0, 0, width // 2, height // 2))
    return encoded(image.convert(mode), format)


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


@functools.lru_cache(maxsize=4)
def png_bomb(width: int, height: int, bits: int = 1, colours: int = 0) -> bytes:
    """A PNG of nothing but zeros, a thousandth of what it decodes to; `colours`: 0 grey, 6 with transparency."""
    line = bytes(1 + (width * bits * (4 if colours == 6 else 1) + 7) // 8)
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    head = struct.pack("!IIBBBBB", width, height, bits, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))


def _huge(handler: Handler) -> None:
    handler.give(png_bomb(40_000, 40_000), "image/png")


def _gzip_bomb(handler: Handler) -> None:
    import gzip

    handler.give(gzip.compress(bytes(50_000_000)), "image/png", Content_Encoding="gzip")


def _redirect(location: str) -> Serve:
    return lambda handler: handler.answer(302, Location=location)


def _endless(handler: Handler) -> None:
    handler.say(b"HTTP/1.1 200 OK\r\n\r\n" + picture())
    handler.say_for_ever(bytes(65_536))


def _endless_chunks(handler: Handler) -> None:
    handler.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n\xff\r\n1\r\n\xd8\r\n1\r\n\xff\r\n")
    handler.say_for_ever(b"1\r\nx\r\n" * 10_000)


def _small_chunks(handler: Handler) -> None:
    handler.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n200\r\n" + picture()[:512] + b"\r\n")
    handler.say_for_ever(b"8\r\n12345678\r\n" * 10_000)


def _drip(handler: Handler) -> None:
    handler.say(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n" + picture()[:1_000])
    handler.say_for_ever(b"x", pause=1.0)


def _slow_headers(handler: Handler) -> None:
    handler.say(b"HTTP/1.1 200 OK\r\n")
    handler.say_for_ever(b"x", pause=1.0)


def _endless_headers(handler: Handler) -> None:
    handler.say(b"HTTP/1.1 200 OK\r\n")
    handler.say_for_ever(b"X-Header: " + b"x" * 10_000 + b"\r\n")


def _endless_interim(handler: Handler) -> None:
    handler.say_for_ever(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def _never(handler: Handler) -> None:
    handler.of.ended.wait(HELD)


def _garbage(handler: Handler) -> None:
    handler.say(b"\x00\xffthis is no HTTP\r\n\r\n" * 1_000)


def _too_long(handler: Handler) -> None:
    """More than was said: what is behind is nobody's."""
    data = picture()
    handler.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (len(data) // 2) + data)


def _too_short(handler: Handler) -> None:
    data = picture()
    handler.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (2 * len(data)) + data)


def _said_to_be_large(handler: Handler) -> None:
    handler.say(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + picture())


def _nonsense_length(handler: Handler) -> None:
    handler.say(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")


def _reset(handler: Handler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


BAD: dict[str, Serve] = {
    "40000x40000.png": _huge,
    "gzip-bomb.png": _gzip_bomb,
    "html.png": lambda handler: handler.give(HTML, "image/png"),
    "text.png": lambda handler: handler.give(b"hello", "image/png"),
    "empty.png": lambda handler: handler.give(b"", "image/png"),
    "truncated.png": lambda handler: handler.give(picture()[:-800], "image/png"),
    "truncated.jpg": lambda handler: handler.give(picture(format="JPEG")[:-800], "image/jpeg"),
    "scripted.svg": lambda handler: handler.give(SCRIPTED_SVG, "image/svg+xml"),
    "to-loopback": _redirect("http://127.0.0.1:80/"),
    "to-metadata": _redirect("http://169.254.169.254/latest/meta-data/"),
    "to-a-file": _redirect("file:///etc/passwd"),
    "to-nowhere": lambda handler: handler.answer(302),
    "circle": _redirect("/bad/circle-2"),
    "circle-2": _redirect("/bad/circle"),
    "endless.png": _endless,
    "endless-chunks.png": _endless_chunks,
    "small-chunks.png": _small_chunks,
    "drip.png": _drip,
    "slow-headers.png": _slow_headers,
    "endless-headers.png": _endless_headers,
    "endless-interim.png": _endless_interim,
    "never.png": _never,
    "garbage.png": _garbage,
    "too-long.png": _too_long,
    "too-short.png": _too_short,
    "said-to-be-large.png": _said_to_be_large,
    "nonsense-length.png": _nonsense_length,
    "reset.png": _reset,
    "404": lambda handler: handler.answer(404),
    "403": lambda handler: handler.answer(403),
    "410": lambda handler: handler.answer(410),
    "204": lambda handler: handler.answer(204),
    "206": lambda handler: handler.answer(206, picture()),
    "500": lambda handler: handler.answer(500),
    "503": lambda handler: handler.answer(503, Retry_After="120"),
    "429": lambda handler: handler.answer(429, Retry_After="7"),
}
