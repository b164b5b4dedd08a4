"""A read that takes long: everybody else is answered meanwhile, and one that would take for ever is cut."""

import json
import re
import time
from concurrent.futures import Future, ThreadPoolExecutor

from tests.conftest import StartServer
from tests.support import database as db
from tests.support.client import Answer
from tests.support.matrix import ONLY_SQLITE
from tests.support.server import Shop

SLOW, ENDLESS = 1_000_000, 10**15


def slow_down(shop: Shop, table: str, steps: int) -> None:
    """Whoever reads `table` counts to `steps` first."""
    counting = f"WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {steps})"
    db.execute(shop.database_url, f"ALTER TABLE {table} RENAME TO kept_{table}")
    kept = f"SELECT kept_{table}.* FROM (SELECT max(n) AS n FROM counted) AS c LEFT JOIN kept_{table} ON c.n > 0"
    db.execute(shop.database_url, f"CREATE VIEW {table} AS {counting} {kept}")


def slowest_order(shop: Shop, *reads: Future[Answer]) -> tuple[int, float]:
    """How many orders are answered while one of these is not, and the longest that one took."""
    n, slowest = 0, 0.0
    while not all(read.done() for read in reads):
        began = time.monotonic()
        shop.client().place()
        n, slowest = n + 1, max(slowest, time.monotonic() - began)
    return n, slowest


def waits_on(page: Answer) -> list[str]:
    """What the page of numbers says of an average order, and of how long orders wait."""
    assert page.status == 200
    found: list[str] = re.findall(r"<dd>\s*<b>([^<]+)</b>", page.text)
    average, _collected, _to_collect, *waits = found[-5:]  # the two between grow with each order
    return [average, *waits]


@ONLY_SQLITE
def test_orders_are_answered_while_a_page_is_read(database: str, start_server: StartServer) -> None:
    """SQLite works in the one thread that all requests share."""
    shop = start_server(database)
    admin = shop.admin()
    order = shop.client().place()
    admin.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    waits = waits_on(admin.get("/dashboard/numbers", Cookie=admin.cookie))
    slow_down(shop, "daily_durations", SLOW)
    with ThreadPoolExecutor(3) as readers:
        began = time.monotonic()
        reads = [readers.submit(admin.get, "/dashboard/numbers", Cookie=admin.cookie) for _ in range(3)]
        orders, slowest = slowest_order(shop, *reads)
        took = time.monotonic() - began
    assert [waits_on(read.result()) for read in reads] == [waits] * 3
    assert orders > 10
    assert slowest < took / 4


def test_a_read_that_takes_too_long_is_cut_and_says_so(database: str, start_server: StartServer) -> None:
    shop = start_server(database)
    admin = shop.admin()
    slow_down(shop, "daily_durations", ENDLESS)
    slow_down(shop, "read_marks", ENDLESS)
    with ThreadPoolExecutor(2) as readers:
        page = readers.submit(admin.get, "/dashboard/numbers", Cookie=admin.cookie)
        data = readers.submit(admin.get, "/notifications")
        orders, _ = slowest_order(shop, page, data)
    assert orders > 10
    assert (page.result().status, data.result().status) == (503, 503)
    assert "Recherche trop large" in page.result().text
    assert data.result().json["message"].startswith("Recherche trop large")
    assert shop.client().get("/healthz").status == 200
    assert admin.get("/orders/admin/all").status == 200, "the connection is as it was"
    assert "Traceback" not in shop.log


def test_a_screen_that_takes_too_long_holds_up_no_other(database: str, start_server: StartServer) -> None:
    """One greenlet reads for all sockets of a process: it came back to the same list for ever."""
    shop = start_server(database)
    admin = shop.admin()
    here, beyond = admin.last_event(), 10**6
    slow_down(shop, "daily_durations", ENDLESS)
    numbers, orders = admin.dashboard(hello=False), admin.dashboard(hello=False)
    for page, view, since in ((numbers, "/dashboard/numbers", beyond), (orders, "/dashboard", here)):
        page.socket.send(json.dumps({"t": "hello", "since": since, "view": view}))
    order = shop.client().place()
    assert numbers.wait_for_close() == 1013
    orders.wait_for(order["orderNumber"])
