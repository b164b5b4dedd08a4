"""Somebody sets the machine's clock while it serves: nobody is signed out, and everything keeps its order."""

from pathlib import Path

import pytest

from tests.conftest import StartServer
from tests.push.devices import enable_on
from tests.support import database as db
from tests.support.client import cart
from tests.support.clock import Clock
from tests.support.matrix import ONLY_SQLITE
from tests.support.page import Page
from tests.support.push_service import PushService
from tests.support.server import ADMIN, COLD, Shop, eventually
from tests.support.stream import stream

HOUR = 3600
STEPS = pytest.mark.parametrize("step", [-HOUR, pytest.param(HOUR, marks=pytest.mark.matrix)], ids=["back", "forward"])


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


def now(shop: Shop) -> int:
    """The latest moment that the shop has written, in milliseconds."""
    found: int = db.select(shop.database_url, "SELECT at FROM events ORDER BY id DESC LIMIT 1")[0].at
    return found


@STEPS
def test_nobody_is_signed_out_and_what_happens_keeps_its_order(
    database: str, start_server: StartServer, clock: Clock, step: int
) -> None:
    shop = start_server(database, COLD, WORKERS="2", **clock.settings)
    admin, other = shop.admin(), shop.admin()
    page = Page(admin).open()
    front_end = stream(admin)
    workers = shop.workers()
    key = {"Idempotency_Key": "one order, whatever the time"}
    before = [shop.client().place() for _ in range(3)]
    kept = shop.client().post("/orders/guest", cart(), **key).data["id"]
    written = now(shop)
    clock.set(step)
    after = [shop.client().place() for _ in range(3)]
    assert abs(now(shop) - written - step * 1000) < HOUR * 500, "its clock is set"
    assert shop.client().post("/orders/guest", cart(), **key).data["id"] == kept
    placed = [*(order["id"] for order in before), kept, *(order["id"] for order in after)]
    eventually(lambda: page.rows[:7] == placed[::-1])
    assert Page(other).rows[:7] == placed[::-1], "drawn anew, too"
    listed = other.get("/orders/admin/all?limit=7").data["orders"]
    assert [order["id"] for order in listed] == placed[::-1]
    moved = admin.patch(f"/orders/{before[0]['id']}/status", {"status": "CONFIRMED"})
    assert moved.status == 200
    heard = [front_end.receive()["id"] for _ in range(8)]
    assert heard == sorted(set(heard)), "each once, and in order"
    for client in (admin, other):
        assert client.get("/dashboard", Cookie=client.cookie).status == 200
    assert page.closes == []
    assert shop.workers() == workers
    numbers = [order["orderNumber"] for order in (*before, *after)]
    assert len(set(numbers)) == len(numbers)
    for day in {number[:11] for number in numbers}:
        of_day = [int(number[11:]) for number in numbers if number[:11] == day]
        assert of_day == sorted(of_day)
    rows = db.select(database, "SELECT id FROM events ORDER BY id")
    assert [row.id for row in rows] == list(range(rows[0].id, rows[-1].id + 1))
    assert other.get("/notifications/unread-count").data["unreadCount"] >= 8
    page.close()
    assert "Traceback" not in shop.log


@ONLY_SQLITE
@STEPS
def test_limits_last_no_longer_and_no_shorter(
    database: str, start_server: StartServer, clock: Clock, step: int
) -> None:
    shop = start_server(database, COLD, GUEST_ORDERS_PER_MINUTE="2", **clock.settings)
    client = shop.client()
    assert [client.post("/orders/guest", cart()).status for _ in range(3)] == [201, 201, 429]
    assert client.post("/auth/login", {"email": ADMIN[0], "password": "a wrong one"}).status == 401
    clock.set(step)
    refused = client.post("/orders/guest", cart())
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) <= 60
    assert client.sign_in(*ADMIN).token, "an attempt before the step keeps nobody out"


@ONLY_SQLITE
@STEPS
def test_phones_are_told_at_once(database: str, start_server: StartServer, clock: Clock, step: int) -> None:
    vendor = PushService()
    shop = start_server(database, COLD, PUSH_HOSTS=vendor.origin, **clock.settings)
    phone, admin = vendor.phone(), shop.admin()
    enable_on(admin, phone)
    shop.client().place()
    eventually(lambda: phone.told == 1)
    shop.client().place()  # waits for the device's turn, five seconds later
    assert admin.form("/dashboard/seen", {}, Cookie=admin.cookie).status == 204
    clock.set(step)
    shop.client().place()
    eventually(lambda: phone.told == 3)
    vendor.close()
    assert "Traceback" not in shop.log
