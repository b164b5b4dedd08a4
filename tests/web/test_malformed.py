"""Whatever a header holds, the answer is no 500, through HTTP and through the doors of the sockets."""

from collections.abc import Iterator, Sequence
from itertools import product

import pytest

from tests.conftest import NewDatabase
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE
from tests.support.net import raw_line
from tests.support.server import Server

NAMES = (
    "Host",
    "Origin",
    "Referer",
    "Authorization",
    "Cookie",
    "Content-Type",
    "Content-Length",
    "Content-Encoding",
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Accept-Charset",
    "Range",
    "If-Range",
    "If-Match",
    "If-None-Match",
    "If-Modified-Since",
    "If-Unmodified-Since",
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "Sec-Fetch-Site",
    "Sec-Fetch-Mode",
    "Access-Control-Request-Method",
    "Access-Control-Request-Headers",
    "Idempotency-Key",
    "HX-Request",
    "HX-Current-URL",
    "User-Agent",
    "Date",
    "Expect",
)
VALUES = (
    "",
    " ",
    "https://[",
    "http://[::1",
    "http://[v1.x]",
    "http://",
    "://",
    "[",
    "]:",
    "shop.example:99999999",
    "shop.example:-1",
    "shop.example:port",
    "\xff\xfe",
    "\xc3\xa9",
    "%",
    "%zz%00",
    ",;=\\\"'",
    '"',
    "=",
    ";" * 2000,
    "," * 2000,
    "a" * 7000,
    "-1",
    "9" * 400,
    "bytes=9-1,-,a-b",
    "W/",
    "text/html;q=x,*/*;q=",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=\xff",
    "application/json; charset=none",
    "application/x-www-form-urlencoded; charset=\xff",
    "Bearer",
    "Bearer \xff.\xff.\xff",
    "Bearer " + "[" * 3000,
    "Basic !!!",
    "Digest a",
    'for="[::",proto=',
    "Thu, 99 Foo 99999 99:99:99",
    "auth_token=\xff; session=\xff; theme=\xff",
    "auth_token=a.b.c; auth_token; =; ==",
)
CALLS = (
    ("GET", "/login", b""),
    ("GET", "/static/app.css", b""),
    ("GET", "/orders/test-auth", b""),
    ("POST", "/orders/guest", b'{"phoneNumber": 1}'),
    ("POST", "/auth/login", b"{}"),
    ("POST", "/login", b"email=a&password=b"),
    ("POST", "/dashboard/orders/1/status", b"status=CONFIRMED"),
    ("OPTIONS", "/orders", b""),
)
SOME = CALLS[::3]
DOORS = ("/orders/live", "/dashboard/live", "/socket.io/?EIO=4&transport=websocket")


@pytest.fixture(scope="module")
def inside(new_database: NewDatabase) -> Iterator[Inside]:
    app = Inside(new_database(), TRUSTED_PROXIES="1", CORS_ORIGINS="https://boutique.example")
    yield app
    app.close()


@pytest.mark.parametrize(
    ("database_kind", "calls"),
    [
        ("sqlite", SOME),
        pytest.param("sqlite", [call for call in CALLS if call not in SOME], marks=pytest.mark.matrix),
        pytest.param("postgres", SOME, marks=pytest.mark.matrix),
    ],
    indirect=["database_kind"],
    ids=["some-sqlite", "others-sqlite", "some-postgres"],
)
@pytest.mark.parametrize("name", NAMES)
def test_no_header_is_a_500(inside: Inside, name: str, calls: Sequence[tuple[str, str, bytes]]) -> None:
    cookie = f"auth_token={inside.token()}"
    wrong = []
    for (method, path, body), value in product(calls, VALUES):
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Cookie": cookie}
        answer = inside.ask(method, path, (headers | {name: value}).items(), body)
        if answer.status >= 500:
            wrong.append((method, path, value[:40], answer.status))
    assert wrong == []


@ON_SQLITE
@pytest.mark.parametrize("origin", ["https://[", "http://[::1", "http://", "null", "\xff"])
@pytest.mark.parametrize("host", ["shop.example", "[", "\xff", ""])
def test_a_malformed_origin_is_nobodys_page(inside: Inside, origin: str, host: str) -> None:
    """Not even where the host is malformed in the same way."""
    cookie = f"auth_token={inside.token()}"
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Origin": origin, "Host": host}
    for path in ("/login", "/orders", "/dashboard/settings"):
        assert inside.ask("POST", path, kind.items(), b"a=b").status == 403, path


def handshake(shop: Server, path: str, headers: dict[str, str]) -> int:
    """The status of the answer to a WebSocket's handshake."""
    plain = {
        "Host": f"127.0.0.1:{shop.port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }
    lines = [f"{name}: {value}" for name, value in (plain | headers).items()]
    with raw_line(shop.port) as line:
        line.sendall("\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode("latin-1"))
        answer = line.recv(4096)
    return int(answer.split()[1])


@ON_SQLITE
@pytest.mark.parametrize("path", DOORS)
def test_no_header_of_a_handshake_is_a_500(common_server: Server, path: str) -> None:
    cookie = common_server.admin_once().cookie
    values = ["https://[", "http://[::1", "http://", "[", "\xff", "%", "a,b;c=", "9" * 100]
    names = ["Host", "Origin", "Cookie", "Authorization", "Sec-Fetch-Site", "X-Forwarded-For", "X-Forwarded-Host"]
    names += ["Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"]
    found = {}
    for name, value in product(names, values):
        found[name, value] = handshake(common_server, path, {"Cookie": cookie, name: value})
    assert {key: status for key, status in found.items() if status >= 500} == {}
    refused = {status for (name, _), status in found.items() if name == "Origin"}
    assert refused == ({400} if "socket.io" in path else {403})
