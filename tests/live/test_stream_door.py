"""The plain WebSocket for front ends: lossless JSON, each to whom it is for."""

import json

import pytest
import websocket

from tests.support.client import cart
from tests.support.server import Shop
from tests.support.stream import Stream, stream


def test_an_admin_hears_of_an_order_and_its_moves_in_the_contracts_words(shop: Shop) -> None:
    admin = shop.admin_once()
    line = stream(admin)
    line.until_beat()
    order = shop.client().place()
    placed = line.told()
    assert placed["event"] == "newOrder"
    told = placed["data"]
    assert (told["type"], told["title"]) == ("NEW_ORDER", "🆕 Nouvelle commande reçue !")
    assert told["message"] == f"Commande #{order['orderNumber']} - 49.80€"
    assert told["data"] == {
        "orderId": order["id"],
        "orderNumber": order["orderNumber"],
        "totalAmount": 49.8,
        "customerName": "Awa Diop",
        "customerEmail": "awa@example.org",
        "itemsCount": 1,
        "createdAt": order["createdAt"],
    }
    admin.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED", "notes": "secret"})
    moved = line.told()
    assert moved["event"] == "orderStatusChanged"
    assert moved["id"] == placed["id"] + 1
    assert moved["data"]["message"] == f"Commande #{order['orderNumber']}: PENDING → CONFIRMED"
    assert set(moved["data"]["data"]) == {
        "orderId",
        "orderNumber",
        "previousStatus",
        "newStatus",
        "changedBy",
        "customerEmail",
    }
    assert "secret" not in json.dumps(moved)


def test_what_was_missed_comes_in_order_and_once(shop: Shop) -> None:
    admin = shop.admin_once()
    since = admin.last_event()
    orders = [shop.client().place()["orderNumber"] for _ in range(5)]
    missed = stream(admin, f"?since={since}").until_beat()
    assert [frame["data"]["data"]["orderNumber"] for frame in missed] == orders
    assert [frame["id"] for frame in missed] == list(range(since + 1, since + 6))
    later = stream(admin)
    later.until_beat()
    later.say("resume", since=since + 3)
    assert [frame["id"] for frame in later.until_beat()] == [since + 4, since + 5]


@pytest.mark.parametrize("since", [999_999_999, 2**53 - 1, 2**53, 10**40, 10**3000])
def test_beyond_the_log_there_is_a_reset(shop: Shop, since: int) -> None:
    admin = shop.admin_once()
    line = stream(admin, f"?since={since}")
    assert line.told() == {"event": "reset", "id": admin.last_event()}
    line.say("resume", since=since)
    assert line.told() == {"event": "reset", "id": admin.last_event()}


def test_a_first_message_may_bring_the_token(shop: Shop) -> None:
    admin = shop.admin_once()
    line = Stream(shop.url)
    line.say("auth", token=admin.token)
    assert line.receive()["event"] == "beat"


@pytest.mark.parametrize("message", ["", "{}", "[]", '{"event": "auth"}', '{"event": "auth", "data": {"token": "x"}}'])
def test_without_a_good_token_it_closes_with_4401(shop: Shop, message: str) -> None:
    line = Stream(shop.url)
    line.socket.send(message)
    opcode, payload = line.socket.recv_data()
    assert opcode == websocket.ABNF.OPCODE_CLOSE
    assert int.from_bytes(payload[:2], "big") == 4401


def test_a_page_of_an_unlisted_origin_is_refused(shop: Shop) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(
            shop.url.replace("http", "ws") + "/orders/live",
            origin="https://evil.example",
            cookie=shop.admin_once().cookie,
        )
    assert refused.value.status_code == 403


def test_a_customer_hears_of_their_own_orders_only(shop: Shop) -> None:
    admin = shop.admin_once()
    mine, other = shop.client().register("mine@example.org"), shop.client().register("other@example.org")
    lines = [stream(mine), stream(other)]
    for line in lines:
        line.until_beat()
    order = mine.post("/orders", cart()).data
    stranger = shop.client().place()
    for moved in (stranger, order):
        admin.patch(f"/orders/{moved['id']}/status", {"status": "CONFIRMED"})
    told = lines[0].told()
    assert told["event"] == "myOrderUpdated"
    assert told["data"]["message"] == f"Votre commande #{order['orderNumber']} est maintenant: Confirmée"
    assert told["data"]["data"] == {
        "orderId": order["id"],
        "orderNumber": order["orderNumber"],
        "status": "CONFIRMED",
        "statusLabel": "Confirmée",
    }
    lines[1].say("resume", since=0)
    frames = [lines[1].receive()]
    assert all(frame["event"] in ("beat", "reset") for frame in frames), frames


def test_the_stats_count_sockets_through_all_doors(shop: Shop) -> None:
    admin = shop.admin_once()
    customer = shop.client().register("counted@example.org")

    def count() -> dict[str, int]:
        found: dict[str, int] = admin.get("/orders/admin/websocket-stats").data
        return found

    before = count()
    page, line, theirs = admin.dashboard(), stream(admin), stream(customer)
    line.until_beat()
    theirs.until_beat()
    now = count()
    assert now["connectedAdmins"] - before["connectedAdmins"] == 2
    assert now["connectedUsers"] - before["connectedUsers"] == 1
    assert now["total"] == now["connectedAdmins"] + now["connectedUsers"]
    page.close()
