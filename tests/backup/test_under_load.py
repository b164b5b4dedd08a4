"""Backups while orders come in, and a shop that is put back while it serves."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.backup.shops import Commands
from tests.conftest import StartServer
from tests.socketio.test_python_client import Till
from tests.support import database as db
from tests.support.client import Client, cart
from tests.support.inside import fill
from tests.support.page import Page
from tests.support.server import Server, Shop, eventually
from tests.support.stream import stream

POSTERS = 3
EPOCH = 2**40


class Posters:
    """Guests who order one after the other. `acknowledged` are the ids of their orders."""

    def __init__(self, servers: list[Server]) -> None:
        self.acknowledged: list[int] = []
        self.refused: list[int] = []
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._post, args=(server,)) for server in servers * POSTERS]

    def _post(self, server: Shop) -> None:
        while not self._stopped.is_set():
            answer = Client(server.url).post("/orders/guest", cart())
            if answer.status == 201:
                self.acknowledged.append(answer.data["id"])
            else:
                self.refused.append(answer.status)
                time.sleep(0.05)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            eventually(lambda: len(self.acknowledged) > 20)
            yield
        finally:
            self._stopped.set()
            for thread in self._threads:
                thread.join(30)


@pytest.fixture
def commands(database: str) -> Iterator[Commands]:
    found = Commands(database)
    yield found
    found.close()


def test_what_was_acknowledged_before_is_in_it_whole(
    database: str, commands: Commands, start_server: StartServer, tmp_path: Path
) -> None:
    fill(database, 2_000)
    posters = Posters([start_server(database, WORKERS="2")])
    with posters.at_work():
        before = set(posters.acknowledged)
        commands.done("backup", tmp_path / "shop.db")
        after = set(posters.acknowledged)
    assert posters.refused == []
    with closing(sqlite3.connect(tmp_path / "shop.db")) as copy:

        def column(query: str) -> list[int]:
            return [value for (value,) in copy.execute(query)]

        orders = column("SELECT id FROM orders ORDER BY id")
        assert before <= set(orders)
        assert after - set(orders), "nobody ordered meanwhile"
        assert orders == list(range(1, len(orders) + 1))
        assert column("SELECT DISTINCT order_id FROM events WHERE type = 'OrderPlaced' ORDER BY order_id") == orders
        assert column("SELECT order_id FROM order_texts ORDER BY order_id") == orders
        lines = "SELECT o.id FROM orders o WHERE lines <> (SELECT count(*) FROM order_items i WHERE i.order_id = o.id)"
        assert column(lines) == []
        events = column("SELECT id FROM events ORDER BY id")
        assert events == list(range(1, len(events) + 1))
        assert column("SELECT sum(orders) FROM daily_orders") == [len(orders)]


def test_a_shop_is_put_back_while_it_serves(
    database: str, commands: Commands, start_server: StartServer, tmp_path: Path
) -> None:
    servers = [start_server(database), start_server(database)]
    kept = servers[0].client().place()["id"]
    commands.done("backup", tmp_path / "shop.db")
    db.execute(database, "UPDATE shop SET name = 'Chez Awa'")
    boss = servers[0].admin()
    pages = [Page(server.admin()).open() for server in servers]
    posters = Posters(servers)
    with posters.at_work():
        old_place = last(database)
        commands.done("restore", tmp_path / "shop.db", "--replace")
        fresh = [server.client().place()["id"] for server in servers]
        late = [Page(server.admin()).open() for server in servers]
        heard = [server.client().place()["id"] for server in servers]
    assert posters.refused == [], "orders waited"
    assert EPOCH < last(database) < 2 * EPOCH
    everything = {row.id for row in db.select(database, "SELECT id FROM orders")}
    assert {kept, *fresh, *heard} <= everything
    assert len(everything) < len(posters.acknowledged), "what came before has gone"
    eventually(lambda: all(set(heard) <= page.ever for page in late))
    eventually(lambda: all(page.closes for page in pages))  # and they come back to be asked who they are
    for page in (*pages, *late):
        page.close()
    assert servers[1].client().get("/auth/check", Authorization=f"Bearer {boss.token}").status == 401
    again = servers[1].admin()
    assert stream(again, f"?since={old_place}").receive()["event"] == "reset"
    hears_orders(servers[0], again)
    assert "PrintAlma" in again.get("/dashboard/settings", Cookie=again.cookie).text
    assert "Chez Awa" not in again.get("/dashboard", Cookie=again.cookie).text
    assert "Traceback" not in servers[0].log + servers[1].log


def hears_orders(server: Shop, client: Client) -> None:
    """By Socket.IO, whatever else is told of just then."""
    fresh = Till()
    fresh.connect(server.url, "websocket", auth={"token": client.token})
    try:
        placed = server.client().place()
        while fresh.hear("newOrder")["data"]["orderNumber"] != placed["orderNumber"]:
            pass
    finally:
        fresh.client.disconnect()


def last(database: str) -> int:
    return int(db.select(database, "SELECT last FROM log_position")[0][0])
