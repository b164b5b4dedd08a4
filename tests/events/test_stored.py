"""The log keeps nothing that stands beside it, and tells the same as when it kept everything twice."""

import json
import re
from typing import Any

from tests.conftest import StartServer
from tests.orders.test_notes import note
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.client import Client, cart
from tests.support.server import Server, flask
from tests.support.stream import stream

BEFORE = "0020-1"  # the release that wrote everything into each event, and reads nothing else
MOVED = {"order_id", "number", "previous", "new", "customer_id", "customer_email", "changed_by", "note"}
MOVED_NOW = MOVED | {"by_customer"}  # which the older release had to work out
FAT = {
    "OrderPlaced": {
        "order_id", "number", "total", "currency", "customer_id", "customer_name", "customer_email", "lines",
        "placed_at",
    },
    "OrderStatusChanged": MOVED,
    "OrderStatusTakenBack": MOVED,
    "OrderNoted": {"order_id", "number", "text", "by"},
}  # fmt: skip
LEAN = {
    "OrderPlaced": {"total", "currency"},
    "OrderStatusChanged": {"previous", "new", "changed_by"},
    "OrderStatusTakenBack": {"previous", "new", "changed_by", "note"},
    "OrderNoted": {"text", "by"},
}


def kept(database: str) -> dict[str, set[str]]:
    """What the newest event of each type about an order says itself."""
    rows = db.select(database, "SELECT type, data FROM events WHERE order_id IS NOT NULL ORDER BY id")
    return {row.type: set(row.data if isinstance(row.data, dict) else json.loads(row.data)) for row in rows}


def told(server: Server, admin: Client, customer: Client, orders: list[dict[str, Any]]) -> list[Any]:
    """All that is read from the log."""
    found: list[Any] = []
    for client in (admin, customer):
        found += [stream(client, "?since=0").until_beat(), client.get("/notifications?limit=100").json]
    pages = ["/dashboard/notifications", *(f"/dashboard/orders/{order['id']}" for order in orders)]
    pages += [f"/dashboard/print?ids={orders[0]['id']}&as=sheet"]
    for page in pages:
        body = admin.get(page, Cookie=admin.cookie)
        assert body.status == 200
        found.append(" ".join(re.sub(r"<[^>]+>", " ", body.text.partition("<main")[2]).split()))
    return found


def test_the_same_is_told_of_lean_events_and_of_those_an_older_release_wrote(
    database: str, start_server: StartServer
) -> None:
    server = start_server(database)
    admin, customer = server.admin(), server.client().register("awa.lean@example.org")
    orders = [customer.post("/orders", cart(notes="Vite")).data, server.client().place(email=...)]
    for order in orders:
        move(admin, order, "CONFIRMED", notes="Payée")
        note(admin, order, "Appeler avant 18 h")
        move(admin, order, "PROCESSING")
        seen = {"seen": "3", "reason": "Trop tôt"}
        admin.form(f"/dashboard/orders/{order['id']}/take-back", seen, Cookie=admin.cookie)
    given_up = customer.post("/orders", cart()).data
    assert customer.delete(f"/orders/{given_up['id']}/cancel").status == 200
    before = told(server, admin, customer, orders)
    assert len(before[0]) == 10
    assert before[4].count("par le client") == 1
    assert "Trop tôt" in before[5]
    assert kept(database) == LEAN
    server.stop()

    flask(database, "db", "downgrade", BEFORE)
    assert kept(database) == FAT
    flask(database, "setup")
    server.start()
    assert told(server, admin, customer, orders) == before

    # The older release may still serve, and reads what this one writes; a day later it has left.
    move(admin, orders[0], "PROCESSING")
    assert kept(database)["OrderStatusChanged"] == MOVED_NOW
    db.execute(database, "UPDATE log_position SET lean_from = 0")
    move(admin, orders[0], "SHIPPED")
    assert kept(database)["OrderStatusChanged"] == LEAN["OrderStatusChanged"]
