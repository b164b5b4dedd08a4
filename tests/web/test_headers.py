"""Every answer carries the headers that keep it from being misread, framed or taken in, whoever gives it."""

import json
from http.client import HTTPMessage, HTTPResponse

import pytest

from tests.support.matrix import ON_SQLITE
from tests.support.net import raw_line
from tests.support.server import Server, Shop

pytestmark = ON_SQLITE
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

POLLING = "/socket.io/?EIO=4&transport=polling"
ANSWERS = (
    ("GET", "/login", 200),
    ("GET", "/livez", 200),
    ("GET", "/dashboard", 303),
    ("GET", "/dashboard/nowhere", 404),
    ("GET", "/", 303),
    ("GET", "/nowhere", 404),
    ("GET", "/orders/my-orders", 401),
    ("DELETE", "/orders/guest", 405),
    ("OPTIONS", "/orders/guest", 200),
    ("POST", "/orders/guest", 415),
    ("HEAD", "/login", 200),
    ("GET", "/static/icon.svg", 200),
    ("GET", "/static/none", 404),
    ("GET", "/sw.js", 200),
    ("GET", "/manifest.webmanifest", 200),
    ("GET", "/orders/live", 400),
    ("GET", POLLING, 200),
    ("OPTIONS", POLLING, 200),
    ("PUT", POLLING, 405),
    ("GET", POLLING + "&j=0", 400),
    ("GET", POLLING + "&sid=x", 400),
    ("GET", "/socket.io/?EIO=3&transport=polling", 400),
)
HEAD = "GET /login HTTP/1.1\r\nHost: x\r\n"
UNREADABLE = (
    ("GET /login HTTP/9.9\r\n\r\n", 400),
    ("<script>alert(1)</script>\r\n\r\n", 400),
    (HEAD + "Bad Name: x\r\n\r\n", 400),
    (HEAD + "Content-Length: -1\r\n\r\n", 400),
    (f"GET /{'x' * 9000} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    (HEAD + f"X: {'x' * 9000}\r\n\r\n", 431),
    (HEAD + "X: x\r\n" * 200 + "\r\n", 431),
    (HEAD + "Transfer-Encoding: gzip\r\n\r\n", 400),
    (HEAD + "Expect: the-unexpected\r\n\r\n", 417),
)


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_carries_them_once(shop: Shop, method: str, path: str, status: int) -> None:
    answer = shop.client().send(method, path, None)
    assert answer.status == status
    carries_them(answer.headers)


def test_an_answer_to_a_stranger_on_socketio_carries_them(shop: Shop) -> None:
    answer = shop.client().get(POLLING, Origin="https://evil.example")
    assert answer.status == 400
    carries_them(answer.headers)


def test_a_refused_handshake_carries_them(shop: Shop) -> None:
    answer = shop.client().get("/orders/live", Upgrade="websocket", Connection="Upgrade")
    assert answer.status == 400
    carries_them(answer.headers)


def test_a_file_that_has_not_changed_carries_them(shop: Shop) -> None:
    tag = shop.client().get("/static/app.css").headers["ETag"]
    answer = shop.client().get("/static/app.css", If_None_Match=tag)
    assert answer.status == 304
    carries_them(answer.headers)


@pytest.mark.parametrize("name", ["app.css", "dashboard.js"])
def test_what_is_only_read_by_a_page_is_told_what_it_is_and_whose(shop: Shop, name: str) -> None:
    answer = shop.client().get(f"/static/{name}")
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers.get_all("Cross-Origin-Resource-Policy") == ["same-origin"]
    assert "Content-Security-Policy" not in answer.headers


@pytest.mark.parametrize(("request_", "status"), UNREADABLE, ids=lambda value: str(value)[:30])
def test_what_is_no_http_is_refused_in_the_contracts_form(common_server: Server, request_: str, status: int) -> None:
    with raw_line(common_server.port) as line:
        line.sendall(request_.encode())
        answer = HTTPResponse(line)
        answer.begin()
        found = json.loads(answer.read())
    assert (answer.status, found["statusCode"], found["success"], found["errors"]) == (status, status, False, [])
    assert "script" not in json.dumps(found)
    carries_them(answer.headers)


def carries_them(headers: HTTPMessage) -> None:
    """Each of them, and once."""
    (policy,) = headers.get_all("Content-Security-Policy") or [""]
    assert dict(rule.split(" ", 1) for rule in policy.split("; ")) == POLICY
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert headers.get_all("Referrer-Policy") == ["same-origin"]
    assert headers.get_all("Cross-Origin-Opener-Policy") == ["same-origin"]
    assert headers.get_all("Cross-Origin-Resource-Policy") == ["same-origin"]
    (permissions,) = headers.get_all("Permissions-Policy") or [""]
    assert {"camera=()", "microphone=()", "geolocation=()", "payment=()"} <= set(permissions.split(", "))
    assert len(headers.get_all("Cache-Control") or []) == 1
