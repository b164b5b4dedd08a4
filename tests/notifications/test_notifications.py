"""The bell: what I was told and have not read, and nobody else's."""

import json
import random
import time
from typing import Any

import pytest
import websocket

from tests.accounts.people import admin as new_admin
from tests.conftest import OpenShop, StartServer
from tests.orders.test_placing import at_once
from tests.support import database as db
from tests.support.client import Client, cart
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

CLOSED = (("GET", ""), ("GET", "/unread-count"), ("POST", "/1/mark-read"), ("POST", "/mark-all-read"), ("DELETE", "/1"))


def test_an_admin_reads_what_admins_are_told(shop: Shop) -> None:
    admin = shop.admin()
    admin.post("/notifications/mark-all-read")
    order = shop.client().place()
    admin.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    answer = admin.get("/notifications")
    changed, placed = answer.data[:2]
    assert answer.json["message"] == "Notifications récupérées avec succès"
    assert answer.json["unreadCount"] == 2
    assert answer.json["metadata"] == {"limit": 50, "includeRead": True, "total": len(answer.data)}
    assert changed["id"] == placed["id"] + 1
    assert placed | {"id": 0, "timestamp": 0, "createdAt": 0} == {
        "id": 0,
        "type": "ORDER_NEW",
        "title": "🆕 Nouvelle commande reçue !",
        "message": f"Commande #{order['orderNumber']} - 49.80€",
        "data": {
            "orderId": order["id"],
            "orderNumber": order["orderNumber"],
            "totalAmount": 49.8,
            "customerName": "Awa Diop",
            "customerEmail": "awa@example.org",
            "itemsCount": 1,
            "createdAt": order["createdAt"],
        },
        "metadata": {
            "orderId": order["id"],
            "orderNumber": order["orderNumber"],
            "amount": 49.8,
            "customer": "Awa Diop",
            "itemsCount": 1,
        },
        "timestamp": 0,
        "createdAt": 0,
        "isRead": False,
    }
    assert placed["timestamp"] == placed["createdAt"]
    assert changed["type"] == "ORDER_UPDATED"
    about = {"orderId": order["id"], "orderNumber": order["orderNumber"], "amount": 49.8, "customer": "Awa Diop"}
    assert changed["metadata"] == about | {"oldStatus": "PENDING", "newStatus": "CONFIRMED"}
    assert changed["message"] == f"Commande #{order['orderNumber']}: PENDING → CONFIRMED"


def test_a_customer_reads_only_about_their_own_orders(shop: Shop) -> None:
    admin = shop.admin_once()
    awa, moussa = (shop.client().register(f"{name}.bell@example.org") for name in ("awa", "moussa"))
    mine = awa.post("/orders", cart()).data
    theirs = moussa.post("/orders", cart()).data
    for order in (mine, theirs, shop.client().place()):
        admin.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED", "notes": "between us"})
    answer = awa.get("/notifications")
    (told,) = answer.data
    assert told["type"] == "ORDER_UPDATED"
    assert set(told["metadata"]) == {"orderId", "orderNumber", "amount", "newStatus"}
    assert told["message"] == f"Votre commande #{mine['orderNumber']} est maintenant: Confirmée"
    assert set(told["data"]) == {"orderId", "orderNumber", "status", "statusLabel"}
    assert theirs["orderNumber"] not in answer.text
    assert "between us" not in answer.text
    (other,) = moussa.get("/notifications").data
    refused = awa.post(f"/notifications/{other['id']}/mark-read")
    assert (refused.status, refused.json["message"]) == (404, "Notification non trouvée")
    assert (unread(awa), unread(moussa)) == (1, 1)
    placed = [n["id"] for n in admin.get("/notifications").data if n["type"] == "ORDER_NEW"]
    assert {awa.post(f"/notifications/{event_id}/mark-read").status for event_id in placed} == {404}
    assert awa.post("/notifications/mark-all-read").json["updatedCount"] == 1
    assert (unread(awa), unread(moussa)) == (0, 1)


@ON_SQLITE
def test_the_bell_holds_what_the_sockets_said(shop: Shop) -> None:
    """The bell finds its events by type; what they say, and to whom, is decided elsewhere. The two must agree."""
    admin, awa = shop.admin(), shop.client().register("awa.both@example.org")
    order = awa.post("/orders", cart()).data
    for status in ("CONFIRMED", "PROCESSING", "CANCELLED"):
        admin.patch(f"/orders/{order['id']}/status", {"status": status})
    shop.admin().post("/auth/logout")
    for client in (admin, awa):
        bell = client.get("/notifications?limit=200").data
        last = shop.admin_once().last_event()
        heard = heard_since(client, 0, last)
        assert [(n["id"], n["message"], n["data"]) for n in reversed(bell)] == heard


def test_reading_one_by_one_in_any_order(shop: Shop) -> None:
    admin, chance = shop.admin(), random.Random(4)
    admin.post("/notifications/mark-all-read")
    for _ in range(12):
        shop.client().place()
    late = 1
    waiting = [n["id"] for n in admin.get("/notifications?includeRead=false").data]
    assert len(waiting) == 12
    chance.shuffle(waiting)
    while waiting:
        read = waiting.pop()
        for _ in range(2):  # a second click changes nothing
            answer = admin.post(f"/notifications/{read}/mark-read")
            assert (answer.status, answer.data["unreadCount"]) == (200, len(waiting))
            assert answer.json["message"] == "Notification marquée comme lue"
        assert {n["id"] for n in admin.get("/notifications?includeRead=false").data} == set(waiting)
        listed = {n["id"]: n["isRead"] for n in admin.get("/notifications").data}
        assert {event_id for event_id, is_read in listed.items() if not is_read} == set(waiting)
        if len(waiting) == 6 and late:
            late -= 1
            waiting += [admin_told(admin, shop.client().place())]
    assert unread(admin) == 0


def test_reading_all_tells_how_many_and_each_admin_reads_alone(start_server: StartServer, database: str) -> None:
    server = start_server(database)
    admin = server.admin()
    for _ in range(3):
        server.client().place()
    assert unread(admin) == 3
    answers = at_once(8, lambda _: admin.post("/notifications/mark-all-read"))
    assert {answer.status for answer in answers} == {200}
    assert sorted(answer.json["updatedCount"] for answer in answers)[-1] == 3
    assert admin.post("/notifications/mark-all-read").json["message"] == "0 notification marquée comme lue"
    assert {n["isRead"] for n in admin.get("/notifications").data} == {True}
    assert admin.get("/notifications?includeRead=false").data == []
    assert db.select(database, "SELECT * FROM read_events") == []


def test_nobody_missed_what_came_before_them(open_shop: OpenShop, database: str) -> None:
    server = open_shop(database)
    server.client().place()
    late = server.client().register("late@example.org")
    db.execute(database, "UPDATE users SET role = 'ADMIN' WHERE email = 'late@example.org'")
    assert unread(late) == 0
    assert [n["isRead"] for n in late.get("/notifications").data] == [True]
    server.client().place()
    assert unread(late) == 1


@ON_SQLITE
def test_a_neglected_bell_says_a_thousand_and_answers_at_once(open_shop: OpenShop, database: str) -> None:
    server = open_shop(database)
    admin = server.admin()
    server.client().place()
    (placed,) = db.select(database, "SELECT id FROM events WHERE type = 'OrderPlaced'")
    copies = range(placed.id + 1, placed.id + 50_001)
    db.copy(database, "events", placed.id, copies)
    db.execute(database, "UPDATE log_position SET last = :last", last=copies[-1])
    assert unread(admin) == 1000
    assert min(_seconds(admin, "/notifications/unread-count") for _ in range(10)) < 0.25
    assert min(_seconds(admin, "/notifications") for _ in range(10)) < 0.25
    assert admin.post("/notifications/mark-all-read").json["updatedCount"] == 1000
    assert unread(admin) == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1_0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("includeRead=2", "includeRead"),
    ],
)
def test_wrong_questions_are_refused(shop: Shop, query: str, field: str) -> None:
    answer = shop.admin_once().get(f"/notifications?{query}")
    assert answer.status == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_a_guest_has_no_bell(shop: Shop) -> None:
    for method, path in CLOSED:
        answer = shop.client().send(method, f"/notifications{path}", None)
        assert answer.json == {"message": "Unauthorized", "statusCode": 401}


def unread(client: Client) -> int:
    answer = client.get("/notifications/unread-count")
    assert answer.json["unreadCount"] == answer.data["unreadCount"]
    found: int = answer.data["unreadCount"]
    return found


def heard_since(client: Client, since: int, last: int) -> list[tuple[int, str, Any]]:
    """What the plain WebSocket catches up with, up to the event `last`."""
    address = f"{client.live_url.replace('http', 'ws')}/orders/live?since={since}"
    socket = websocket.create_connection(address, header=[f"Authorization: Bearer {client.token}"], timeout=25)
    heard = []
    try:
        while True:
            frame = json.loads(socket.recv())
            if "message" in frame.get("data", {}):
                heard.append((frame["id"], frame["data"]["message"], frame["data"]["data"]))
            if frame["id"] >= last:
                return heard
    finally:
        socket.close()


def admin_told(admin: Client, order: dict[str, Any]) -> int:
    """The id of the notification that told of the order."""
    told = admin.get("/notifications?limit=1").data[0]
    assert told["data"]["orderId"] == order["id"]
    event_id: int = told["id"]
    return event_id


def _seconds(client: Client, path: str) -> float:
    began = time.perf_counter()
    assert client.get(path).status == 200
    return time.perf_counter() - began


def test_what_was_deleted_is_gone_for_its_reader_alone(shop: Shop) -> None:
    admin, colleague = shop.admin(), new_admin(shop)
    awa = shop.client().register("awa.drops@example.org")
    order = awa.post("/orders", cart()).data
    for status in ("CONFIRMED", "PROCESSING", "SHIPPED"):
        admin.patch(f"/orders/{order['id']}/status", {"status": status})
    for reader, waits in ((admin, unread(admin)), (awa, 3)):
        newest, older, oldest = reader.get("/notifications").data[:3]
        before = unread(colleague)
        for left, each in ((waits - 1, older), (waits - 2, newest)):
            answer = reader.delete(f"/notifications/{each['id']}")
            assert (answer.status, answer.json["success"]) == (200, True)
            assert answer.json["message"] == "Notification supprimée"
            assert answer.data == {"id": each["id"], "unreadCount": left}
            assert unread(reader) == left
        listed = [each["id"] for each in reader.get("/notifications?limit=200").data]
        assert oldest["id"] in listed
        assert not {newest["id"], older["id"]} & set(listed)
        again = [reader.delete(f"/notifications/{each['id']}").status for each in (newest, {"id": 10**15}, {"id": 0})]
        assert again == [404, 404, 404]
        assert reader.post(f"/notifications/{newest['id']}/mark-read").status == 404
        reader.post("/notifications/mark-all-read")
        assert newest["id"] not in [each["id"] for each in reader.get("/notifications").data]
        assert unread(colleague) == before
    theirs = colleague.get("/notifications").data[0]["id"]
    assert awa.delete(f"/notifications/{theirs}").status == 404
    assert theirs in [each["id"] for each in colleague.get("/notifications").data]


def test_a_bell_begins_with_the_first_look_and_says_what_is_pending(shop: Shop) -> None:
    shop.client().place()
    new, boss = new_admin(shop), shop.admin()
    placed = shop.client().place()
    waits = unread(new)
    assert waits >= 1
    assert _bell(new)["unread"] == 0  # what came before is nothing that they missed
    assert unread(new) == waits, "a look at the dashboard reads nothing: the front end's bell is another"
    page = new.get("/dashboard/notifications", Cookie=new.cookie).text
    assert placed["orderNumber"] in page
    assert 'class="unread"' not in page
    pending = _bell(new)["pending"]
    assert pending >= 2
    assert f"{pending} commandes attendent d&#39;être confirmées" in page.replace("\u202f", " ")
    assert 'href="/dashboard?status=PENDING"' in page
    shop.client().place()
    assert (_bell(new)["unread"], unread(new)) == (1, waits + 1)
    new.post("/notifications/mark-all-read")
    assert (_bell(new)["unread"], unread(new)) == (0, 0), "what is read is so on both"
    boss.post("/notifications/mark-all-read")
    assert _bell(boss)["unread"] == 0


def test_somebody_in_another_role_is_new(shop: Shop) -> None:
    boss, name = shop.admin(), "promoted.bell@example.org"
    member = shop.client().register(name)
    member.post("/notifications/mark-all-read")
    for _ in range(3):
        shop.client().place()
    changed = boss.form(f"/dashboard/team/{member.user['id']}/role", {"role": "ADMIN"}, Cookie=boss.cookie)
    assert changed.status == 303
    member = shop.client().sign_in(name, "long enough")
    assert _bell(member)["unread"] == 0
    shop.client().place()
    assert _bell(member)["unread"] == 1


def _bell(who: Client) -> dict[str, int]:
    found: dict[str, int] = who.get("/dashboard/notifications/count", Cookie=who.cookie).json
    return found
