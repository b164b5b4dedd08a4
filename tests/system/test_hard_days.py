"""Days on which the database is silent, crowded, locked, read-only, damaged or full: it says so, and comes back."""

import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from resource import RLIMIT_FSIZE, prlimit

import psycopg
import pytest

from tests.conftest import StartServer
from tests.support import database as db
from tests.support.cleanup import closed_at_end
from tests.support.client import Client, cart
from tests.support.matrix import ONLY_POSTGRES, ONLY_SQLITE
from tests.support.page import Page
from tests.support.postgres import Postgres
from tests.support.proxy import Proxy
from tests.support.server import Server, eventually

SOON = 8.0  # seconds: readers once waited for writers' connections or locks, 9.5 s each


@pytest.fixture
def line(database: str) -> Proxy:
    """The line between the server and its database."""
    return Proxy(database)


@ONLY_POSTGRES
def test_lines_that_die_without_a_word_are_replaced(database: str, line: Proxy, start_server: StartServer) -> None:
    server = start_server(line.address(database))
    page = Page(server.admin()).open()
    placed = [server.client().place()["id"]]
    eventually(lambda: placed[-1] in page.rows)
    line.forsake()
    # Nothing is refused: a line that broke before COMMIT is no reason. It took 100 s, and nothing was ever shown.
    began = time.monotonic()
    placed.append(server.client().place()["id"])
    eventually(lambda: set(placed) <= set(page.rows))
    assert time.monotonic() - began < 40
    eventually(lambda: server.client().get("/healthz").status == 200)
    late = Page(server.admin()).open()
    placed.append(server.client().place()["id"])
    eventually(lambda: all(set(placed) <= set(each.rows) for each in (page, late)))
    assert "Traceback" not in server.log


@ONLY_POSTGRES
def test_more_posters_than_connections_wait_for_their_turn(database: str, start_server: StartServer) -> None:
    server = start_server(database, DATABASE_CONNECTIONS="3")
    with ThreadPoolExecutor(40) as clients:
        orders = list(clients.map(lambda _: server.client().post("/orders/guest", cart()).status, range(120)))
    assert orders == [201] * 120
    (open_lines,) = db.select(database, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")[0]
    assert open_lines <= 3 + 1, "and the one that asks"


def read_for(seconds: float, server: Server, admin: Client) -> None:
    """A reader now and then, for so long; each is answered soon."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        assert admin.get("/orders/admin/all").status == 200
        assert server.client().get("/healthz").status == 200
        assert time.monotonic() - began < SOON
        time.sleep(0.1)


@ONLY_POSTGRES
def test_a_lock_holds_up_neither_readers_nor_health(database: str, start_server: StartServer) -> None:
    server = start_server(database)
    admin = server.admin()
    with (
        psycopg.connect(database) as other,
        ThreadPoolExecutor(12) as clients,
    ):
        other.execute("SELECT last FROM log_position FOR UPDATE")
        orders = [clients.submit(server.client().place) for _ in range(12)]
        read_for(5, server, admin)  # longer than one statement may wait for the lock
        assert [order.exception() for order in orders if order.done()] == []
        other.rollback()
        assert len({order.result(25)["orderNumber"] for order in orders}) == 12


@ONLY_POSTGRES
def test_what_could_not_be_drawn_is_told_when_it_can(database: str, start_server: StartServer) -> None:
    """The log is read, and then the database does not say what a row needs: the order was never shown."""
    first, second = start_server(database), start_server(database)
    page = Page(first.admin()).open()
    first.signal_all(signal.SIGSTOP)
    order = second.client().place()["id"]
    with psycopg.connect(database) as other:
        other.execute("LOCK TABLE daily_orders")
        first.signal_all(signal.SIGCONT)
        eventually(lambda: "database unavailable" in first.log)
        assert order not in page.rows
    eventually(lambda: order in page.rows)


@ONLY_POSTGRES
def test_a_crowded_server_is_waited_for(
    database: str, postgres: Postgres, start_server: StartServer, request: pytest.FixtureRequest
) -> None:
    """Its last places are taken for a moment: orders and a start wait for one."""
    db.execute(database, "CREATE ROLE shop LOGIN CONNECTION LIMIT 4")
    request.addfinalizer(lambda: db.execute(database, "DROP OWNED BY shop; DROP ROLE shop"))
    db.execute(database, "GRANT ALL ON ALL TABLES IN SCHEMA public TO shop")
    db.execute(database, "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO shop")
    own = database.replace("postgres@", "shop@")
    taken = [closed_at_end(psycopg.connect(own)) for _ in range(4)]
    with ThreadPoolExecutor(1) as starts:
        start = starts.submit(start_server, own, DATABASE_CONNECTIONS="3")
        eventually(lambda: 'too many connections for role "shop"' in postgres.log)
        for each in taken:
            each.close()
        server = start.result(60)
    assert server.client().post("/orders/guest", cart()).status == 201
    server.stop()


@ONLY_POSTGRES
def test_a_database_that_only_reads_is_503_in_words(
    database: str, postgres: Postgres, start_server: StartServer
) -> None:
    server = start_server(database)
    admin = server.admin()
    workers = server.workers()
    name = database.rpartition("/")[2]
    only_reads = f'ALTER DATABASE "{name}" SET default_transaction_read_only = %s'
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as other:
        other.execute(only_reads % "on")
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        eventually(lambda: server.client().get("/healthz").status == 503)
        refused = server.client().post("/orders/guest", cart())
        assert (refused.status, refused.json["statusCode"]) == (503, 503)
        assert int(refused.headers["Retry-After"]) > 0
        assert admin.get("/orders/admin/all").status == 200, "reading goes on"
        assert server.client().get("/livez").status == 200
        admin.dashboard()  # who is here has changed, and cannot be written down
        eventually(lambda: "presence not written" in server.log)
        other.execute(only_reads % "off")
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
    eventually(lambda: server.client().post("/orders/guest", cart()).status == 201)
    eventually(lambda: server.client().get("/healthz").status == 200)
    assert server.workers() == workers, "nobody died of it"


@pytest.mark.smoke
@ONLY_POSTGRES
def test_pages_say_in_french_that_the_database_is_away(database: str, line: Proxy, start_server: StartServer) -> None:
    server = start_server(line.address(database))
    admin = server.admin()
    line.close()
    for path in ("/dashboard", "/dashboard/orders/1", "/dashboard/team", "/dashboard/numbers", "/login"):
        answer = admin.get(path, Cookie=admin.cookie)
        if path == "/login" and answer.status == 200:
            continue  # a form that needs no database
        assert answer.status == 503, path
        assert int(answer.headers["Retry-After"]) > 0
        assert '<html lang="fr"' in answer.text, path
        assert "Réessayez" in answer.text
    signing_in = server.client().form("/login", {"email": "admin@example.org", "password": "x"})
    assert signing_in.status == 503
    assert '<html lang="fr"' in signing_in.text
    said = [line for line in server.log.splitlines() if "database unavailable" in line]
    assert 0 < len(said) < 6, "once a minute, and not for every request"
    assert "Traceback" not in server.log


@ONLY_SQLITE
def test_a_damaged_file_is_503_until_it_is_put_back(database: str, start_server: StartServer, tmp_path: Path) -> None:
    file = Path(database.removeprefix("sqlite:///"))
    server = start_server(database)
    server.client().place()
    workers = server.workers()
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = file.read_bytes()
    with open(file, "r+b") as damaged:
        damaged.write(b"\0" * len(whole))
    eventually(lambda: server.client().post("/orders/guest", cart()).status == 503)
    assert server.client().get("/healthz").status == 503
    assert server.client().get("/livez").status == 200
    with open(file, "r+b") as mended:
        mended.write(whole)
    eventually(lambda: server.client().post("/orders/guest", cart()).status == 201)
    eventually(lambda: server.client().get("/healthz").status == 200)
    assert server.workers() == workers


@ONLY_SQLITE
def test_health_tells_that_nothing_can_be_saved(database: str, start_server: StartServer) -> None:
    server = start_server(database)
    worker = server.workers()[0]
    _, hard = prlimit(worker, RLIMIT_FSIZE)
    size = Path(database.removeprefix("sqlite:///") + "-wal").stat().st_size
    prlimit(worker, RLIMIT_FSIZE, (size, hard))
    eventually(lambda: server.client().get("/healthz").status == 503)
    assert server.client().get("/livez").status == 200
    for _ in range(30):
        server.client().post("/orders/guest", cart())
    assert len(server.log) < 20_000, "a full disk is not filled with words"
    prlimit(worker, RLIMIT_FSIZE, (hard, hard))
    eventually(lambda: server.client().get("/healthz").status == 200)
    assert db.select(database, "SELECT count(*) FROM write_probes")[0] == (0,)


@ONLY_SQLITE
def test_another_programs_lock_delays_no_reader(database: str, start_server: StartServer) -> None:
    server = start_server(database)
    admin: Client = server.admin()
    other = closed_at_end(sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None))
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(30) as clients:
        orders = [clients.submit(server.client().place) for _ in range(30)]
        read_for(6, server, admin)  # longer than one change used to wait
        other.execute("ROLLBACK")
        assert len({order.result(25)["orderNumber"] for order in orders}) == 30
