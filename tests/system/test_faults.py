"""Two processes, crashes, a database that goes away, readers that stall, networks that cut: nothing is missed."""

import os
import resource
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import websocket

from tests.conftest import NewServer, StartServer
from tests.support.client import Client, cart
from tests.support.database import select
from tests.support.matrix import ONLY_POSTGRES, ONLY_SQLITE
from tests.support.metrics import value
from tests.support.net import close_code, raw_line
from tests.support.page import Page
from tests.support.postgres import Postgres
from tests.support.proxy import Proxy
from tests.support.server import Server, Shop, eventually
from tests.support.stream import stream


@pytest.fixture(scope="module")
def two(new_server: NewServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two processes of one shop. Who ends one starts it again."""
    with new_server() as first, Server(first.database_url, tmp_path_factory.mktemp("second")) as second:
        yield [first, second]


def test_an_order_posted_to_one_process_is_on_the_dashboards_of_all(two: list[Server]) -> None:
    pages = [Page(server.admin()).open() for server in two]
    orders: list[int] = []
    for poster in two:
        orders.append(poster.client().place()["id"])
        eventually(lambda: all(set(orders) <= set(page.rows) for page in pages))
    assert pages[0].rows == pages[1].rows


def test_an_order_whose_process_dies_before_pushing_it_shows_once_by_itself(two: list[Server]) -> None:
    first, second = two
    page = Page(first.admin()).open()
    first.signal_all(signal.SIGSTOP)
    order = second.client().place()["id"]
    assert order not in page.rows
    first.kill()
    first.start()
    eventually(lambda: order in page.rows)
    assert page.rows.count(order) == 1


@pytest.mark.smoke
def test_a_worker_killed_is_replaced_and_pages_come_back(database: str, start_server: StartServer) -> None:
    server = start_server(database, WORKERS="2")
    pages = [Page(server.admin()).open() for _ in range(6)]
    victim = server.workers()[0]
    orders = [server.client().place()["id"]]
    os.kill(victim, signal.SIGKILL)
    eventually(lambda: len(server.workers()) == 2 and victim not in server.workers())
    orders.append(server.client().place()["id"])
    eventually(lambda: all(set(orders) <= set(page.rows) for page in pages))
    for page in pages:
        assert not page.twice


@ONLY_POSTGRES
def test_a_database_that_goes_away_is_503_and_comes_back(
    postgres: Postgres, database: str, start_server: StartServer
) -> None:
    server = start_server(database)
    page = Page(server.admin()).open()
    before = server.client().place()["id"]
    postgres.stop(signal.SIGQUIT)
    try:
        refused = server.client().post("/orders/guest", cart())
        assert refused.status == 503, refused.text
        assert refused.json["statusCode"] == 503
        assert refused.headers["Retry-After"]
        assert server.client().get("/healthz").status == 503
        assert page.connected.is_set()
    finally:
        postgres.start()
    after = eventually(lambda: _placed(server))
    eventually(lambda: {before, after} <= set(page.rows))
    assert not page.closes
    eventually(lambda: server.client().get("/healthz").status == 200)


def _placed(server: Shop) -> int:
    answer = server.client().post("/orders/guest", cart())
    return answer.data["id"] if answer.status == 201 else 0


@ONLY_SQLITE
def test_a_reader_that_stalls_is_dropped_with_1013_and_delays_nobody(database: str, start_server: StartServer) -> None:
    # It asks for more, and faster, than a socket may: here only its reading counts.
    asks = {"SOCKET_JOINS_PER_SECOND": "0", "SOCKET_FRAMES_PER_SECOND": "0", "SOCKET_BYTES_PER_SECOND": "0"}
    shop = start_server(database, **asks)
    admin = shop.admin_once()
    orders = [shop.client().place()["id"] for _ in range(50)]
    pages = [Page(admin).open() for _ in range(100)]
    stalled = _stalled(shop, admin.cookie)
    memory = _memory(shop)
    # Each hello beyond the log redraws the whole list: together far more than the socket's bound and the kernel's.
    hello = _masked(b'{"t": "hello", "since": 9007199254740991, "view": "/dashboard"}')
    stalled.sendall(hello)
    eventually(lambda: _dashboards(admin) == len(pages) + 1)
    orders.append(shop.client().place()["id"])
    for _ in range(500):
        if _dashboards(admin) == len(pages):
            break
        stalled.sendall(hello)
    assert _memory(shop) - memory < 60_000, "kB"
    assert close_code(stalled) == 1013
    eventually(lambda: all(orders[-1] in page.rows for page in pages))
    for page in pages:
        assert set(orders[-50:]) <= set(page.rows)
        assert not page.closes


def _dashboards(admin: Client) -> float:
    """How many dashboards' sockets the server counts as open."""
    return value(admin.get("/metrics").text, 'printalma_sockets{door="dashboard",role="admin"}')


def _stalled(shop: Server, cookie: str) -> socket.socket:
    """A dashboard's socket that is opened and then not read, with a receive buffer of 4 kB."""
    line = raw_line(shop.port, buffer=4096)
    line.sendall(
        f"GET /dashboard/live HTTP/1.1\r\nHost: 127.0.0.1:{shop.port}\r\nOrigin: {shop.url}\r\nCookie: {cookie}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    assert line.recv(12) == b"HTTP/1.1 101"
    return line


def _masked(payload: bytes) -> bytes:
    """A client's text frame of under 126 bytes, masked with zeros (RFC 6455, 5.3)."""
    return bytes((0x81, 0x80 | len(payload))) + bytes(4) + payload


def _memory(shop: Server) -> int:
    """Resident memory of the server's processes, in kB."""
    total = 0
    for pid in shop.workers():
        with open(f"/proc/{pid}/status") as status:
            total += next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return total


@pytest.fixture(scope="module")
def shop(common_server: Server) -> Server:
    """Nobody looks at anything but what they made themselves."""
    return common_server


@ONLY_SQLITE
def test_a_line_cut_at_any_byte_loses_nothing(shop: Shop) -> None:
    admin = shop.admin_once()
    proxy = Proxy(shop.url)
    page = Page(admin, proxy.url)
    page.open()
    orders = []
    for offset in [*range(1, 140, 3), *range(140, 1500, 97)]:
        proxy.cut_after = offset
        proxy.cut_all()
        orders.append(shop.client().place()["id"])
    proxy.cut_after = None
    proxy.cut_all()
    eventually(lambda: set(orders[-50:]) <= set(page.rows))
    assert set(orders) <= page.ever
    assert not page.twice


@ONLY_SQLITE
def test_a_slow_network_in_small_pieces_still_tells_everything(shop: Shop) -> None:
    admin = shop.admin_once()
    proxy = Proxy(shop.url)
    proxy.piece, proxy.delay = 7, 0.0005
    page = Page(admin, proxy.url).open()
    orders = [shop.client().place()["id"] for _ in range(3)]
    eventually(lambda: set(orders) <= set(page.rows))
    assert not page.closes


@ONLY_SQLITE
def test_a_handshake_that_is_none_is_refused_in_the_contracts_form(shop: Shop) -> None:
    admin = shop.admin_once()
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Origin": shop.url, "Cookie": admin.cookie}
    answer = admin.get("/dashboard/live", **upgrade)
    assert answer.status == 400
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(shop.url.replace("http", "ws") + "/dashboard/nowhere", timeout=25)


@ONLY_SQLITE
def test_a_full_disk_is_503_until_there_is_room_again(database: str, start_server: StartServer) -> None:
    server = start_server(database)
    page = Page(server.admin()).open()
    placed = [server.client().place()["id"]]
    worker, log = server.workers()[0], Path(database.removeprefix("sqlite:///") + "-wal")
    _, hard = resource.prlimit(worker, resource.RLIMIT_FSIZE)
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (log.stat().st_size, hard))

    def refused() -> bool:
        answer = server.client().post("/orders/guest", cart())
        assert answer.status in (201, 503), answer.text
        placed.extend([answer.data["id"]] if answer.status == 201 else [])
        return answer.status == 503

    eventually(refused)
    assert server.client().get("/orders/test-auth").status == 401
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (hard, hard))
    eventually(lambda: not refused())
    eventually(lambda: set(placed) <= set(page.rows))
    assert [row.id for row in select(database, "SELECT id FROM orders ORDER BY id")] == placed
    assert not page.closes


@pytest.mark.matrix
def test_a_process_that_died_is_no_longer_counted(two: list[Server]) -> None:
    first, second = two
    admin = second.admin()

    def customers() -> int:
        found: int = admin.get("/orders/admin/websocket-stats").data["connectedUsers"]
        return found

    customer = first.client().register("counted@example.org")
    for _ in range(3):
        stream(customer)
    eventually(lambda: customers() == 3)
    first.kill()
    eventually(lambda: customers() == 0, 60)
    first.start()
