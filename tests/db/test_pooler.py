"""Behind PgBouncer, whose next transaction may be served by another process of the database's server."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.conftest import NewDatabase, StartServer
from tests.support import database as db
from tests.support.client import cart
from tests.support.matrix import ON_POSTGRES
from tests.support.pgbouncer import FOUND, PgBouncer
from tests.support.postgres import Postgres
from tests.support.server import eventually
from tests.support.warm import flask

pytestmark = [
    ON_POSTGRES,
    pytest.mark.matrix,
    pytest.mark.skipif(FOUND is None, reason="no pgbouncer here: apt-get install pgbouncer"),
]


@pytest.fixture
def bouncer(database_kind: str, postgres: Postgres) -> Iterator[PgBouncer]:
    if database_kind != "postgres":
        pytest.skip("PgBouncer is PostgreSQL's")
    found = PgBouncer(postgres)
    yield found
    found.remove()


def test_a_new_shop_is_set_up_by_three_at_once(bouncer: PgBouncer, postgres: Postgres) -> None:
    url = postgres.create(f"pooled-{bouncer.port}")
    pooled = bouncer.url(url) + "?schema=public&pgbouncer=true&connection_limit=1\n"
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: flask(pooled, "setup", "--catalogue"), range(3)))
    assert len(db.select(url, "SELECT id FROM users")) == 1
    assert len(db.select(url, "SELECT id FROM products")) == 6
    held = db.select(url, "SELECT pid FROM pg_locks WHERE locktype = 'advisory'")
    assert held == [], "a lock of the session would be the pooler's for ever"


def test_orders_are_taken_and_told_by_every_process(
    bouncer: PgBouncer, new_database: NewDatabase, start_server: StartServer
) -> None:
    url = new_database()
    servers = [start_server(bouncer.url(url) + "?pgbouncer=true") for _ in range(2)]
    page = servers[1].admin().dashboard()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: servers[0].client().post("/orders/guest", cart()), range(120)))
    assert [answer.text for answer in answers if answer.status != 201] == []
    rows = [f'id="order-{answer.data["id"]}"' for answer in answers]
    while missing := [row for row in rows if row not in page.seen]:
        page.wait_for(missing[-1])
    eventually(lambda: all(server.log.count("passes no NOTIFY on") == 1 for server in servers))
    for server in servers:
        assert "Duplicate" not in server.log
        assert "Traceback" not in server.log


def test_each_transaction_has_its_bounds(
    bouncer: PgBouncer, new_database: NewDatabase, start_server: StartServer, postgres: Postgres
) -> None:
    """Though the pooler gives it a session in which nobody has set them, or somebody else has."""
    url = new_database()
    server = start_server(bouncer.url(url))
    with psycopg.connect(postgres.url(url.rpartition("/")[2])) as locking:
        locking.execute("LOCK TABLE products")
        refused = server.client().post("/orders/guest", cart())
        assert refused.status == 503
    assert server.client().post("/orders/guest", cart()).status == 201


def test_where_announcements_pass_they_are_listened_to(
    postgres: Postgres, new_database: NewDatabase, start_server: StartServer, database_kind: str
) -> None:
    if database_kind != "postgres":
        pytest.skip("PgBouncer is PostgreSQL's")
    by_session = PgBouncer(postgres, "session")
    try:
        server = start_server(by_session.url(new_database()))
        page = server.admin().dashboard()
        order = server.client().place()
        page.wait_for(f'id="order-{order["id"]}"')
        assert "passes no NOTIFY on" not in server.log
        server.kill()
    finally:
        by_session.remove()
