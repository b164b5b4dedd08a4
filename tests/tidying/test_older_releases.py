"""What an older release writes on a database that this one has migrated: made good by itself, and by a command."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from tests.conftest import OpenShop, StartServer
from tests.orders.test_search import found
from tests.support import database as db
from tests.support import recount
from tests.support.client import Client
from tests.support.inside import flask
from tests.support.old_release import OldRelease
from tests.support.server import Shop, eventually
from tests.tidying.test_tidying import index_is_whole

DAY = 86_400


@contextmanager
def orders_coming(shop: Shop) -> Iterator[None]:
    """Orders are placed and moved, through the front door, as long as the block lasts."""
    ended = Event()

    def take(admin: Client) -> None:
        while not ended.wait(0.1):
            order = shop.client().place(lastName="Neuve")
            status = {"status": random.choice(["CONFIRMED", "REJECTED", "CANCELLED"])}
            assert admin.patch(f"/orders/{order['id']}/status", status).status == 200

    with ThreadPoolExecutor(3) as pool:
        working = [pool.submit(take, shop.admin()) for _ in range(3)]
        try:
            yield
        finally:
            ended.set()
    assert all(one.result() is None for one in working)


def looked_at(database: str) -> int:
    """Up to which event this release has made good what an older one wrote."""
    rows = db.select(database, "SELECT position FROM tidying WHERE task LIKE 'written before %'")
    return int(rows[0].position) if rows else 0


def findable(shop: Shop) -> int:
    """How many orders of the old release a search finds."""
    listed = shop.admin_once().get("/orders/admin/all?search=ancienne&limit=1").data
    total: int = listed["pagination"]["total"]
    return total


def test_orders_of_an_old_release_are_found_and_counted_while_others_come(
    database: str, start_server: StartServer
) -> None:
    shop, old = start_server(database, WORKERS="2"), OldRelease(database)
    customer = shop.client().register("old@example.org")
    admin_id = shop.admin_once().user["id"]
    with orders_coming(shop):
        for n in range(80):
            order_id = old.place(customer.user["id"] if n % 4 == 0 else None, random.choice([0, 1000, DAY, 40 * DAY]))
            if n % 2 == 0:
                old.confirm(order_id, admin_id, "Vu" if n % 4 == 0 else None)
        last = db.select(database, "SELECT last FROM log_position")[0].last
        eventually(lambda: looked_at(database) >= last, 60)
    assert recount.kept(database) == recount.counted(database)
    assert len(old.numbers) == 80
    assert db.select(database, "SELECT count(*) AS n FROM orders WHERE name_key = ''")[0].n == 0
    eventually(lambda: findable(shop) == 80)  # texts have a look of their own
    for order_id, number in random.sample(sorted(old.numbers.items()), 10):
        assert found(shop, number) == [order_id]
    index_is_whole(database)
    assert db.select(database, "SELECT count(*) AS n FROM orders WHERE noted = 1")[0].n == 20
    told = customer.get("/notifications?limit=100").data
    assert len(told) == 20, "its customers are told of their orders' moves"


def test_a_command_repairs_and_says_what(database: str, open_shop: OpenShop) -> None:
    old = OldRelease(database)
    orders = [old.place(ago=DAY) for _ in range(3)]
    old.confirm(orders[0], 1, "Vu")
    said = flask(database, "repair").stdout.splitlines()
    assert said[-2:] == [
        "Commandes que la recherche retrouve de nouveau : 3.",
        # A day, a quarter of an hour, a note.
        "Journées, quarts d'heure, notes et destinataires recomptés : 6.",
    ]
    assert recount.kept(database) == recount.counted(database)
    assert all(line.endswith(" : 0.") for line in flask(database, "repair").stdout.splitlines())
    assert found(open_shop(database), "ancienne") == orders[::-1]
    index_is_whole(database)
