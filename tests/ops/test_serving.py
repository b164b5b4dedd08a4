"""How the server serves: headers, caches, logs, health, and its end."""

import gzip
import json
import re
from pathlib import Path

import pytest

from printalma.lib import listening
from printalma.web.vendor import sri
from tests.conftest import NewServer, StartServer
from tests.support.client import cart
from tests.support.matrix import ON_SQLITE, ONLY_SQLITE
from tests.support.net import raw_line
from tests.support.server import ROOT, Server, Shop, eventually, lives

STATIC = ROOT / "static"


def test_healthz_says_that_all_is_well(shop: Shop) -> None:
    answer = shop.client().get("/healthz")
    assert answer.status == 200
    assert (answer.json["status"], answer.json["database"]) == ("ok", "ok")
    assert answer.headers["Cache-Control"] == "no-store"


@ONLY_SQLITE  # of PostgreSQL it reads where the log ends while it answers
def test_it_is_well_from_its_first_answer(new_server: NewServer) -> None:
    with new_server() as server:
        eventually(lambda: "GET /healthz 200" in server.log)
        assert "GET /healthz 503" not in server.log


def test_pages_hold_nothing_the_policy_forbids(shop: Server) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    for path in (
        "/login",
        "/dashboard",
        f"/dashboard/orders/{order['id']}",
        "/dashboard/products",
        "/dashboard/products/new",
    ):
        page = shop.client().get(path) if path == "/login" else admin.get(path, Cookie=admin.cookie)
        assert page.status == 200
        assert not re.search(r"<[^>]*\s(style|on\w+)=|<style|<script(?![^>]*\ssrc=)|javascript:", page.text)
        fetched = re.sub(r"<a [^>]*>", "", page.text)  # where a link leads is for a click to say
        assert not re.search(r"(src|href|action)=\"(https?:)?//", fetched)


def test_a_file_is_kept_for_ever_under_its_hash_and_asked_for_again_without_it(shop: Shop) -> None:
    page = shop.client().get("/login").text
    address = re.search(r'"(/static/app\.css\?v=[0-9a-f]{12})"', page)
    assert address
    kept = shop.client().get(address[1])
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in ("/static/app.css", "/static/app.css?v=0", "/static/app.css?v="):
        asked = shop.client().get(other)
        assert asked.headers["Cache-Control"] == "no-cache"
    unchanged = shop.client().get("/static/app.css", If_None_Match=asked.headers["ETag"])
    assert (unchanged.status, unchanged.text) == (304, "")


def test_the_integrity_of_the_browser_libraries() -> None:
    """What a page takes from the CDN is what it takes from here."""
    manifest = json.loads((STATIC / "package.json").read_text())
    scripts = manifest["printalma"]["scripts"]
    assert len(scripts) == 2
    for path, integrity in scripts.items():
        assert sri(STATIC / "vendor" / Path(path).name) == integrity
    lock = json.loads((STATIC / "package-lock.json").read_text())["packages"]
    for package, version in manifest["dependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), "pinned"
        assert lock[f"node_modules/{package}"]["version"] == version
        assert "resolved" not in lock[f"node_modules/{package}"]


def test_the_logs_hold_nobodys_data(start_server: StartServer, database: str) -> None:
    server = start_server(database, TRUSTED_PROXIES="1", LOG_LEVEL="debug")
    secret = {"X_Forwarded_For": "203.0.113.77", "User_Agent": "Netscape/4"}
    client = server.client()
    client.post("/auth/login", {"email": "hidden@example.org", "password": "hunter22"}, **secret)
    client.get("/orders/admin/all?search=hidden@example.org&token=sesame", **secret)
    client.post("/orders/guest", {"email": "hidden@example.org"}, **secret)
    client.form("/login", {"email": "hidden@example.org", "password": "hunter22"}, **secret)
    client.get("/dashboard?search=hidden@example.org", **secret)
    for garbage in (b"GET /?token=sesame\x00 HTTP/1.1\r\n\r\n", b"sesame\r\n\r\n", b"GET / HTTP/1.1\r\nsesame\r\n\r\n"):
        send_raw(server, garbage)
    assert client.get("/healthz").status == 200
    log = server.log
    assert "POST /auth/login 401" in log
    assert "GET /orders/admin/all 401" in log
    for datum in ("hidden", "hunter22", "203.0.113.77", "127.0.0.1 ", "ip=", "Netscape", "sesame", "search="):
        assert datum not in log.partition("Listening at")[2].partition("\n")[2], datum


def send_raw(server: Server, sent: bytes) -> bytes:
    """The answer to bytes that no HTTP library would send."""
    with raw_line(server.port) as line:
        line.sendall(sent)
        received = b""
        while chunk := line.recv(4096):
            received += chunk
        return received


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /dashboard?a=\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", (303, 400)),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", (400, 404)),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nSCRIPT_NAME: /x\r\nConnection: close\r\n\r\n", (200, 400)),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: \xff\r\nConnection: close\r\n\r\n", (200, 400)),
        (
            b"GET /login HTTP/1.1\r\nHost: x\r\nCookie: session=\xff; auth_token=\xff\r\nConnection: close\r\n\r\n",
            (200, 400),
        ),
        (
            b"GET /orders/test-auth HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\r\nConnection: close\r\n\r\n",
            (401,),
        ),
        (b"GET //evil.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", (303, 404, 308, 400)),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", (200, 400)),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_odd_bytes_are_no_500(shop: Server, sent: bytes, status: tuple[int, ...]) -> None:
    answer = send_raw(shop, sent)
    assert int(answer.split()[1]) in status
    assert b"\r\nLocation: //" not in answer
    assert b"\r\nLocation: http" not in answer


def test_a_path_forges_no_line_of_the_log(shop: Server) -> None:
    send_raw(shop, b"GET /x%0aCRITICAL%20root:%20FORGED%1b[31m%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    line = next(line for line in shop.log.splitlines() if "FORGED" in line)
    assert line.startswith("GET /x")
    assert line.isprintable()


def test_localhost_is_this_server_whatever_protocol_is_tried_first(shop: Server) -> None:
    """Node 17 and macOS try ::1 first."""
    if listening.hosts() == [listening.IPV4]:
        pytest.skip("this machine has no IPv6")
    with raw_line(shop.port, host="::1") as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert line.recv(4096).split()[1] == b"200"


def test_a_body_that_does_not_say_how_long_it_is_is_bounded_too(shop: Server) -> None:
    chunk = b"%x\r\n%s\r\n" % (100_000, b"x" * 100_000)
    # A form is cut at the limit, and what is left of it is no sign-in.
    form = ("/login", b"application/x-www-form-urlencoded", (b"400", b"413"))
    for path, kind, statuses in (("/orders/guest", b"application/json", (b"413",)), form):
        head = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n" % (path.encode(), kind)
        with raw_line(shop.port) as line:
            line.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 11 + b"0\r\n\r\n")
            assert line.recv(12).split()[1] in statuses


def test_a_compressed_body_is_not_unpacked(shop: Shop) -> None:
    bomb = gzip.compress(b"x" * 10_000_000)
    answer = shop.client().raw("POST", "/orders/guest", bomb, Content_Type="application/json", Content_Encoding="gzip")
    assert (answer.status, answer.json["error"]) == (415, "Unsupported Media Type")
    assert "Content-Encoding" in answer.json["message"]


@pytest.mark.parametrize("chunk", [b"x\r\n", b"-5\r\n", b"5\nabcde", b"5\r\nabcdefgh", b"5;\rx\r\nabcde\r\n"])
def test_a_body_that_is_no_http_is_no_fault_of_ours(shop: Server, chunk: bytes) -> None:
    for path, kind in (("/orders/guest", b"application/json"), ("/login", b"application/x-www-form-urlencoded")):
        head = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n" % (path.encode(), kind)
        answer = send_raw(shop, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"\r\n0\r\n\r\n")
        assert answer.split()[1] == b"400", path


def test_sigterm_tells_every_socket_to_come_back_and_the_process_is_gone(
    start_server: StartServer, database: str
) -> None:
    server = start_server(database, WORKERS="2")
    admin = server.admin()
    sockets = [admin.dashboard() for _ in range(20)]
    server.stop()
    assert [socket.wait_for_close() for socket in sockets] == [1012] * 20
    assert "Traceback" not in server.log


@ON_SQLITE
def test_workers_whose_master_was_killed_end_as_if_told_to(start_server: StartServer, database: str) -> None:
    """And leave the port to the next one."""
    server = start_server(database, WORKERS="2")
    admin = server.admin()
    sockets = [admin.dashboard() for _ in range(6)]
    orphans = server.workers()
    server.kill_master()
    assert [socket.wait_for_close() for socket in sockets] == [1012] * 6
    eventually(lambda: not any(map(lives, orphans)))
    server.start()
    assert server.client().post("/orders/guest", cart()).status == 201
    assert "Traceback" not in server.log
