"""Old years are put aside: everything reads and counts as before, whoever is interrupted, and all of it comes back."""

import re
import signal
from typing import Any

import pytest

from tests.conftest import NewDatabase, StartServer
from tests.dashboard.test_notes import note
from tests.dashboard.test_order_page import history, page_of
from tests.support import database as db
from tests.support import warm
from tests.support.client import Client
from tests.support.inside import Inside, fill, flask
from tests.support.matrix import ON_POSTGRES, ON_SQLITE
from tests.support.server import ENDS, Shop, environment, eventually
from tests.support.stream import stream

ORDERS = 900
PIECES = "SELECT count(*) FROM archived_orders"
COUNTERS = ("daily_orders", "daily_products", "daily_durations", "quarter_orders")  # what every number is read from
ROWS = ("orders", "order_items", "order_texts", "events", *COUNTERS)


def begun(database: str, *arguments: str) -> warm.Forked:
    """`flask archive …`, which goes on beside the test."""
    return warm.begin(["flask", "--app", "wsgi", "archive", *arguments], environment(database))


def archived(database: str) -> int:
    found: int = db.select(database, PIECES)[0][0]
    return found


def rows(database: str) -> dict[str, list[str]]:
    """All that a shop keeps of its orders."""
    return {name: sorted(map(str, db.select(database, f"SELECT * FROM {name}"))) for name in ROWS}


@pytest.fixture(scope="module")
def two_years(new_database: NewDatabase) -> str:
    database = new_database()
    fill(database, ORDERS)
    return database


@pytest.fixture
def filled(new_database: NewDatabase, two_years: str) -> str:
    """A shop of two years, in which one customer has ordered now and then. Nobody fetches its pictures: pages say how
    far that is."""
    database = new_database(two_years)
    db.execute(database, "UPDATE picture_cursor SET upto = (SELECT last FROM log_position)")
    return database


def middle(database: str) -> str:
    """A day before which half of the orders came."""
    found: str = db.select(database, "SELECT day FROM orders WHERE id = :id", id=ORDERS // 2)[0][0]
    return found


def read(admin: Client, customer: Client, numbers: list[str]) -> dict[str, Any]:
    """All that the shop says of its orders, to whom it says it."""
    found: dict[str, Any] = {}
    pages = [f"/orders/admin/all?limit=100&page={n}" for n in range(1, ORDERS // 100 + 2)]
    pages += ["/orders/admin/statistics", "/orders/admin/frontend-statistics"]
    pages += [f"/orders/admin/all?search={number}" for number in numbers]
    pages += ["/orders/admin/all?status=DELIVERED&sortBy=totalAmount&limit=100"]
    for page in pages:
        found[page] = admin.get(page).json
    for page in ("/orders/my-orders?limit=100", "/orders/my-orders?status=DELIVERED&sortOrder=asc", "/orders/7"):
        found[page] = customer.get(page).json
    for page in ("/dashboard/orders.csv", *(f"/dashboard/orders/{id}" for id in (1, 7, 8, 300))):
        shown = admin.get(page, Cookie=admin.cookie)
        assert shown.status == 200
        found[page] = " ".join(re.sub(r"<[^>]+>", " ", shown.text.partition("<main")[2] or shown.text).split())
    return found


def customer_of(server: Shop, database: str) -> Client:
    customer = server.client().register("awa.archive@example.org")
    for table, key in (("orders", "id"), ("events", "order_id")):
        mine = f"UPDATE {table} SET user_id = :user WHERE {key} % 7 = 0"
        db.execute(database, mine, user=customer.user["id"])
    return customer


def test_half_of_a_shop_is_put_aside_and_nobody_notices(filled: str, start_server: StartServer) -> None:
    server = start_server(filled)
    admin, customer = server.admin(), customer_of(server, filled)
    day = middle(filled)
    finished = "FROM orders WHERE day < :day AND status IN ('DELIVERED', 'CANCELLED', 'REJECTED') AND id > 1"
    numbers = [number for (number,) in db.select(filled, f"SELECT number {finished} AND id % 9 = 0", day=day)]
    before, kept = read(admin, customer, numbers), rows(filled)
    assert all(len(before[f"/orders/admin/all?search={number}"]["data"]["orders"]) == 1 for number in numbers)
    wanted = db.select(filled, f"SELECT count(*) {finished}", day=day)[0][0]
    told = flask(filled, "archive", "--before", day, "--dry-run").stdout
    assert told.startswith(f"{wanted} commandes à mettre de côté")
    assert archived(filled) == 0

    killed = begun(filled, "--before", day)
    eventually(lambda: archived(filled), 60)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait(ENDS) == -signal.SIGKILL
    assert 0 < archived(filled) < wanted
    assert read(admin, customer, numbers) == before
    assert {name: found for name, found in rows(filled).items() if name in COUNTERS} == {
        name: kept[name] for name in COUNTERS
    }

    assert f"{wanted - archived(filled)} commandes mises de côté" in flask(filled, "archive", "--before", day).stdout
    assert archived(filled) == wanted
    for rest in ("order_items", "events"):
        gone = f"SELECT count(*) FROM {rest} WHERE order_id IN (SELECT order_id FROM archived_orders)"
        assert db.select(filled, gone)[0][0] == 0
    assert read(admin, customer, numbers) == before
    db.execute(filled, "DELETE FROM daily_products")
    flask(filled, "statistics", "recount")  # with the lines that are put aside

    flask(filled, "archive", "--back")
    assert archived(filled) == 0
    assert rows(filled) == kept


@ON_POSTGRES
def test_orders_come_in_and_are_told_of_meanwhile(filled: str, start_server: StartServer) -> None:
    server = start_server(filled)
    admin = server.admin()
    listener = stream(admin)
    listener.until_beat()
    for how in (("--before", middle(filled)), ("--back",)):
        running = begun(filled, *how)
        placed = [server.client().place()["orderNumber"] for _ in range(10)]
        assert running.wait(120) == 0
        frames: list[Any] = []
        while len(frames) < 10:
            if (frame := listener.receive())["event"] != "beat":
                frames.append(frame)
        assert [(frame["event"], frame["data"]["data"]["orderNumber"]) for frame in frames] == [
            ("newOrder", number) for number in placed
        ]
    assert "went back" not in server.log


@ON_SQLITE
def test_what_was_put_aside_can_be_worked_on(filled: str, start_server: StartServer) -> None:
    """Nobody need know: an owner notes something on an old order, and takes its last step back."""
    server = start_server(filled)
    flask(filled, "archive", "--before", middle(filled))
    chosen = (
        "SELECT id, version FROM orders WHERE id IN (SELECT order_id FROM archived_orders) AND status = 'DELIVERED'"
    )
    order_id, version = db.select(filled, f"{chosen} ORDER BY id LIMIT 1")[0]
    admin = server.admin()
    order = admin.get(f"/orders/{order_id}").data
    lines = history(page_of(server, order))
    stats = admin.get("/orders/admin/statistics").data
    note(admin, order, "Revenue par la poste")
    answer = admin.form(
        f"/dashboard/orders/{order_id}/take-back", {"version": str(version), "reason": "Retour"}, Cookie=admin.cookie
    )
    assert answer.status == 303
    after = history(page_of(server, order))
    assert after[: len(lines)] == lines
    assert "Revenue par la poste" in after[-2]
    assert "Retour" in after[-1]
    now = admin.get(f"/orders/{order_id}").data
    assert (now["status"], now["orderItems"]) == ("SHIPPED", order["orderItems"])
    changed = admin.get("/orders/admin/statistics").data
    assert (changed["shippedOrders"], changed["deliveredOrders"]) == (
        stats["shippedOrders"] + 1,
        stats["deliveredOrders"] - 1,
    )
    cancelled = admin.patch(f"/orders/{order_id}/status", {"status": "CANCELLED"}).data
    assert cancelled["orderItems"] == order["orderItems"]


@ON_SQLITE
def test_what_is_open_new_first_or_last_stays(filled: str) -> None:
    assert re.search(r"La base prend \d+ Mo", flask(filled, "archive", "--before", "2100-01-01", "--shrink").stdout)
    stays = {
        row.id
        for row in db.select(filled, "SELECT id FROM orders WHERE id NOT IN (SELECT order_id FROM archived_orders)")
    }
    assert {1, ORDERS} <= stays
    is_open = "SELECT id FROM orders WHERE status NOT IN ('DELIVERED', 'CANCELLED', 'REJECTED')"
    assert {row.id for row in db.select(filled, is_open)} <= stays
    late = (
        "SELECT DISTINCT order_id FROM events WHERE id > (SELECT last - 500 FROM log_position) AND order_id IS NOT NULL"
    )
    assert {row.order_id for row in db.select(filled, late)} <= stays
    assert len(stays) < ORDERS / 2


def aged(shop: Inside) -> dict[str, Any]:
    """An order that was cancelled two months ago and is put aside."""
    admin = shop.admin_once()
    order = [shop.client().place() for _ in range(3)][1]
    admin.patch(f"/orders/{order['id']}/status", {"status": "CANCELLED"})
    db.execute(shop.database_url, "UPDATE orders SET day = '2026-01-01' WHERE id = :id", id=order["id"])
    db.execute(shop.database_url, "UPDATE events SET at = at - 5184000000 WHERE order_id = :id", id=order["id"])
    db.execute(shop.database_url, "UPDATE log_position SET last = last + 1000")
    flask(shop.database_url, "archive", "--before", "2026-02-01")
    assert archived(shop.database_url) == 1
    found: dict[str, Any] = admin.get(f"/orders/{order['id']}").data
    return found


def test_what_is_taken_back_is_changed_where_its_lines_are(shop: Inside) -> None:
    order, admin = aged(shop), shop.admin_once()
    back = {"version": str(order["version"]), "reason": "Retour"}
    assert admin.form(f"/dashboard/orders/{order['id']}/take-back", back, Cookie=admin.cookie).status == 303
    assert archived(shop.database_url) == 0
    assert admin.get(f"/orders/{order['id']}").data["orderItems"] == order["orderItems"]
    line = order["orderItems"][0]
    more = {f"quantity_{line['id']}": "5", f"was_quantity_{line['id']}": str(line["quantity"])}
    new = {"product_new1": "Carte", "quantity_new1": "1", "price_new1": "10", "size_new1": "", "color_new1": ""}
    said = {"version": str(order["version"] + 1), "reason": "ajout"}
    edited = admin.form(f"/dashboard/orders/{order['id']}/edit", said | more | new, Cookie=admin.cookie)
    assert edited.status == 303
    after = admin.get(f"/orders/{order['id']}").data
    assert [item["quantity"] for item in after["orderItems"]] == [5, 1]
    assert after["totalAmount"] == sum(item["totalPrice"] for item in after["orderItems"])
