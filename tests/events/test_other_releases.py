"""Events of other releases: two serve one shop during a deploy, and an older one again after a rollback."""

import time
from datetime import timedelta
from typing import Any

import pytest

from printalma.events.reading import read
from printalma.events.types import TYPES, OrderPlaced, ProductChanged, UnknownEvent
from tests.conftest import StartServer
from tests.push.devices import enable_on
from tests.support import database as db
from tests.support.matrix import ON_POSTGRES
from tests.support.page import Page
from tests.support.push_service import PushService
from tests.support.server import Server, Shop, eventually
from tests.support.stream import stream

FUTURE = "OrderPainted"  # of no release
# With a field that this release does not know, and without some that it does.
PLACED: dict[str, Any] = {
    "number": "CMD-1",
    "total": 4980,
    "currency": "EUR",
    "placed_at": "2026-11-26T10:00:00.000Z",
    "gift": True,
}


def told(shop: Shop, kind: str, order_id: int, ago: timedelta = timedelta(0), **more: Any) -> int:
    """Have another release append an event behind one that every release knows; its id."""
    at = round((time.time() - ago.total_seconds()) * 1000)
    known = {"at": at, "type": "ShopChanged", "order_id": None, "mark": 1, "data": {"changes": []}}
    event = {"at": at, "type": kind, "order_id": order_id, "mark": 1, "data": {"order_id": order_id} | more}
    db.append_events(shop.database_url, [known, event])
    return int(db.select(shop.database_url, "SELECT last FROM log_position")[0].last)


def test_fields_of_another_release_are_left_out_or_empty() -> None:
    placed = read("OrderPlaced", {"order_id": 1, "number": "CMD1", "gift": True})
    assert placed == OrderPlaced(1, "CMD1", 0, "", None, "", None, 0, "")
    assert read("ProductChanged", {"product_id": 2}) == ProductChanged(2, "", [])
    assert read(FUTURE, {"order_id": 1}) == UnknownEvent(FUTURE)
    assert all(isinstance(read(name, {}), kind) for name, kind in TYPES.items()), "each type has empty values"


def test_a_type_of_a_newer_release_has_pages_drawn_anew_and_ends_nothing(own_server: Server) -> None:
    shop = own_server
    order = shop.client().place()
    admin = shop.admin()
    before = admin.last_event()
    pages = [Page(admin).open(), Page(admin).open()]
    workers = shop.workers()
    upto = told(shop, FUTURE, order["id"], colour={"deep": ["red"]})
    eventually(lambda: all(page.position == upto for page in pages))
    known = told(shop, "OrderPlaced", order["id"], **PLACED)
    eventually(lambda: all(page.position == known for page in pages))
    for page in pages:
        assert page.rows[0] == order["id"]
        page.close()
    frames = stream(admin, f"?since={before}").until_beat()
    assert [frame["id"] for frame in frames] == [known], "a front end hears what this release has words for"
    assert frames[0]["data"]["data"]["orderNumber"] == "CMD-1"
    bell = admin.get("/notifications")
    assert known in [line["id"] for line in bell.data]
    for path in (f"/dashboard/orders/{order['id']}", "/dashboard/notifications", f"/dashboard/missed?since={before}"):
        assert admin.get(path, Cookie=admin.cookie).status == 200, path
    history = admin.get(f"/dashboard/orders/{order['id']}", Cookie=admin.cookie).text
    assert f'id="event-{upto}"' in history
    assert "une version plus récente de PrintAlma" in history
    assert shop.client().place()["id"] > order["id"]
    assert shop.workers() == workers
    assert "Traceback" not in shop.log


@ON_POSTGRES
@pytest.mark.parametrize("ago", [timedelta(0), timedelta(minutes=2)], ids=["beside", "after"])
def test_phones_are_told_of_it_by_the_newer_release_while_it_serves(
    database: str, start_server: StartServer, ago: timedelta
) -> None:
    vendor = PushService()
    shop = start_server(database, PUSH_HOSTS=vendor.origin)
    phone = vendor.phone()
    enable_on(shop.admin(), phone)
    order = shop.client().place()
    eventually(lambda: phone.messages)
    upto = told(shop, FUTURE, order["id"], ago)
    if not ago:
        eventually(lambda: db.select(database, "SELECT upto FROM push_cursor")[0].upto == upto - 1)
        db.execute(database, "UPDATE events SET at = at - 120000 WHERE id = :id", id=upto)
    eventually(lambda: db.select(database, "SELECT upto FROM push_cursor")[0].upto >= upto)
    shop.client().place()
    eventually(lambda: phone.told == 2)
    vendor.close()
    assert "Traceback" not in shop.log
