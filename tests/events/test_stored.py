"""The log keeps nothing that stands beside it, and tells the same as when it kept everything twice."""

import json
import re
import time
from datetime import UTC, datetime
from typing import Any

from tests.conftest import StartServer
from tests.dashboard.test_notes import note
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.client import Client, cart
from tests.support.server import Shop
from tests.support.stream import stream

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
    "OrderStatusChanged": {"previous", "new", "changed_by", "collected"},
    "OrderStatusTakenBack": {"previous", "new", "changed_by", "note", "collected"},
    "OrderNoted": {"text", "by"},
}


def kept(database: str) -> dict[str, set[str]]:
    """What the newest event of each type about an order says itself."""
    rows = db.select(database, "SELECT type, data FROM events WHERE order_id IS NOT NULL ORDER BY id")
    return {row.type: set(row.data if isinstance(row.data, dict) else json.loads(row.data)) for row in rows}


def told(server: Shop, admin: Client, customer: Client, orders: list[dict[str, Any]]) -> list[Any]:
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


def fatten(database: str) -> None:
    """As if a release had written the log that put everything into each event."""
    rows = db.select(
        database,
        "SELECT e.id, e.type, e.order_id, e.user_id AS customer_id, e.data, o.number, o.customer AS customer_name, "
        "o.email AS customer_email, o.lines, o.created_at FROM events e JOIN orders o ON o.id = e.order_id",
    )
    for row in rows:
        lean = row.data if isinstance(row.data, dict) else json.loads(row.data)
        placed_at = datetime.fromtimestamp(row.created_at / 1000, UTC).isoformat(timespec="milliseconds")
        known = {**row._mapping, "placed_at": placed_at.replace("+00:00", "Z"), **lean}
        fat = json.dumps({name: known.get(name) for name in FAT[row.type]})
        db.execute(database, "UPDATE events SET data = :fat WHERE id = :id", fat=fat, id=row.id)


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
        seen = {"version": "3", "reason": "Trop tôt"}
        admin.form(f"/dashboard/orders/{order['id']}/take-back", seen, Cookie=admin.cookie)
    given_up = customer.post("/orders", cart()).data
    assert customer.delete(f"/orders/{given_up['id']}/cancel").status == 200
    before = told(server, admin, customer, orders)
    assert len(before[0]) == 10
    assert before[4].count("par le client") == 1
    assert "Trop tôt" in before[5]
    assert kept(database) == LEAN
    fatten(database)
    assert kept(database) == FAT
    assert told(server, admin, customer, orders) == before

    # Where that release may still serve, it reads what this one writes; a day later it has left.
    db.execute(database, "UPDATE log_position SET lean_from = :later", later=round(time.time() * 1000) + 86_400_000)
    move(admin, orders[0], "PROCESSING")
    assert kept(database)["OrderStatusChanged"] >= MOVED_NOW  # what else it says, that release leaves out
    db.execute(database, "UPDATE log_position SET lean_from = 0")
    move(admin, orders[0], "SHIPPED")
    assert kept(database)["OrderStatusChanged"] == LEAN["OrderStatusChanged"]
