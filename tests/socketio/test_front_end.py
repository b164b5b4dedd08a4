"""The official client does what it did with the first implementation: connects, pings, hears, is refused."""

from datetime import datetime
from typing import Any

import pytest

from tests.accounts.people import admin, customer
from tests.socketio.conftest import LISTED
from tests.support import database as db
from tests.support.client import Client, cart
from tests.support.matrix import ON_SQLITE
from tests.support.node import POLLING, UPGRADING, WEBSOCKET, FrontEnds
from tests.support.server import Shop, eventually

pytestmark = ON_SQLITE
TRANSPORTS = [WEBSOCKET, POLLING, UPGRADING]
ONE_OF_THEM = [WEBSOCKET, *(pytest.param(other, marks=pytest.mark.matrix) for other in (POLLING, UPGRADING))]
FIELDS = {"type", "title", "message", "data", "timestamp"}


def in_auth(token: str | None) -> dict[str, Any]:
    return {"auth": {"token": token}}


def in_query(token: str | None) -> dict[str, Any]:
    return {"query": {"token": token}}


def in_header(token: str | None) -> dict[str, Any]:
    return {"extraHeaders": {"authorization": f"Bearer {token}"}}


def in_cookie(token: str | None) -> dict[str, Any]:
    return {"extraHeaders": {"cookie": f"other=1; auth_token={token}", "origin": LISTED}}


PLACES = [in_auth, in_query, in_header, in_cookie]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("transports", TRANSPORTS)
def test_a_token_connects_from_any_of_four_places(
    shop: Shop, front_ends: FrontEnds, place: Any, transports: list[str]
) -> None:
    somebody = shop.admin_once()
    front_end = front_ends.open(shop.url, transports=transports, **place(somebody.token))
    _, transport = front_end.wait_for("connect")
    if transports == UPGRADING:
        eventually(lambda: front_end.all("upgrade") == [["websocket"]])
    else:
        assert [transport] == transports
    pong = front_end.ping()
    assert pong == {
        "message": "Connexion WebSocket active",
        "timestamp": pong["timestamp"],
        "user": somebody.user["email"],
    }
    assert is_moment(pong["timestamp"])
    number = shop.client().place()["orderNumber"]
    assert front_end.hear("newOrder")["data"]["orderNumber"] == number


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_the_three_events_in_the_contracts_words(shop: Shop, front_ends: FrontEnds, transports: list[str]) -> None:
    boss, buyer = shop.admin_once(), customer(shop)
    theirs = front_ends.connected(shop.url, boss.token, transports)
    mine = front_ends.connected(shop.url, buyer.token, transports)
    order = buyer.post("/orders", cart()).data
    number = order["orderNumber"]
    told = theirs.hear("newOrder")
    assert set(told) == FIELDS
    assert is_moment(told["timestamp"])
    assert (told["type"], told["title"]) == ("NEW_ORDER", "🆕 Nouvelle commande reçue !")
    assert told["message"] == f"Commande #{number} - 49.80€"
    assert told["data"] == {
        "orderId": order["id"],
        "orderNumber": number,
        "totalAmount": 49.8,
        "customerName": "Awa Diop",
        "customerEmail": "awa@example.org",
        "itemsCount": 1,
        "createdAt": order["createdAt"],
    }
    move(boss, order, notes="for the team alone")
    told = theirs.hear("orderStatusChanged")
    assert set(told) == FIELDS
    assert (told["type"], told["title"]) == ("ORDER_STATUS_CHANGED", "📝 Statut de commande modifié")
    assert told["message"] == f"Commande #{number}: PENDING → CONFIRMED"
    assert told["data"] == {
        "orderId": order["id"],
        "orderNumber": number,
        "previousStatus": "PENDING",
        "newStatus": "CONFIRMED",
        "changedBy": f"{boss.user['firstName']} {boss.user['lastName']}",
        "customerEmail": "awa@example.org",
    }
    told = mine.hear("myOrderUpdated")
    assert set(told) == FIELDS
    assert (told["type"], told["title"]) == ("MY_ORDER_UPDATED", "📦 Mise à jour de votre commande")
    assert told["message"] == f"Votre commande #{number} est maintenant: Confirmée"
    assert told["data"] == {
        "orderId": order["id"],
        "orderNumber": number,
        "status": "CONFIRMED",
        "statusLabel": "Confirmée",
    }
    theirs.ping()
    mine.ping()
    assert theirs.heard == ["newOrder", "orderStatusChanged"]
    assert mine.heard == ["myOrderUpdated"]


def without(_shop: Shop) -> str | None:
    return None


def forged(shop: Shop) -> str | None:
    token = admin(shop).token
    assert token
    return token[:-4] + "AAAA"


def ended(shop: Shop) -> str | None:
    somebody = admin(shop)
    somebody.post("/auth/logout")
    return somebody.token


def of_a_disabled_user(shop: Shop) -> str | None:
    somebody = admin(shop)
    disabled = "UPDATE users SET active = :no WHERE id = :id"
    db.execute(shop.database_url, disabled, no=False, id=somebody.user["id"])
    return somebody.token


@pytest.mark.parametrize("token", [without, forged, ended, of_a_disabled_user])
@pytest.mark.parametrize("transports", ONE_OF_THEM)
def test_without_a_good_token_it_is_refused_with_the_word(
    shop: Shop, front_ends: FrontEnds, token: Any, transports: list[str]
) -> None:
    front_end = front_ends.open(shop.url, token(shop), transports)
    message, _ = front_end.wait_for("connect_error")
    assert message == "unauthorized"
    shop.client().place()
    front_ends.connected(shop.url, shop.admin_once().token)  # by now the order has been told
    assert front_end.heard == []


@pytest.mark.parametrize("token", [1, True, "", [], {}, None])
def test_an_odd_token_is_no_token(shop: Shop, front_ends: FrontEnds, token: Any) -> None:
    front_end = front_ends.open(shop.url, auth={"token": token})
    assert front_end.wait_for("connect_error")[0] == "unauthorized"


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_origins(shop: Shop, front_ends: FrontEnds, transports: list[str]) -> None:
    token = shop.admin_once().token
    for origin in (LISTED, shop.url):
        front_ends.open(shop.url, token, transports, extraHeaders={"origin": origin}).wait_for("connect")
    for origin in ("https://evil.example", "null", LISTED + ".evil.example"):
        front_end = front_ends.open(shop.url, token, transports, extraHeaders={"origin": origin})
        message, _ = front_end.wait_for("connect_error")
        assert message in ("websocket error", "xhr poll error")


def is_moment(text: str) -> bool:
    """Whether it is ISO 8601, UTC, with a Z."""
    return text.endswith("Z") and datetime.fromisoformat(text).tzinfo is not None


def move(boss: Client, order: dict[str, Any], status: str = "CONFIRMED", **more: Any) -> None:
    answer = boss.patch(f"/orders/{order['id']}/status", {"status": status, **more})
    assert answer.status == 200, answer.text
