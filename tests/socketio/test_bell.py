"""The old bell: the namespace /notifications beside /orders, each event once, to those it is for, under one id."""

from typing import Any

import pytest

from tests.accounts.people import admin, customer
from tests.conftest import StartServer
from tests.socketio.test_front_end import is_moment
from tests.support.client import Client, cart
from tests.support.matrix import ON_SQLITE
from tests.support.node import POLLING, UPGRADING, WEBSOCKET, FrontEnd, FrontEnds
from tests.support.server import Shop

pytestmark = ON_SQLITE
BELL = "/notifications"
FIELDS = {"id", "title", "message", "type", "isRead", "metadata", "createdAt"}


class Listener:
    """Somebody on both namespaces, on a connection each and on one for both."""

    def __init__(self, who: Client, front_ends: FrontEnds, how: list[str] = WEBSOCKET) -> None:
        self.who = who
        self.orders, self.bell = (self._open(front_ends, namespace, how) for namespace in ("/orders", BELL))
        self.shared = [
            self._open(front_ends, namespace, how, forceNew=False, query={"of": who.user["id"]})
            for namespace in ("/orders", BELL)
        ]

    def _open(self, front_ends: FrontEnds, namespace: str, how: list[str], **options: Any) -> FrontEnd:
        found = front_ends.open(self.who.url, self.who.token, how, namespace, **options)
        found.wait_for("connect")
        if namespace == BELL:
            greeting = found.hear("connected")
            assert is_moment(greeting.pop("timestamp"))
            user = self.who.user
            said = "Connecté aux notifications en temps réel"
            assert greeting == {
                "message": said,
                "userId": user["id"],
                "role": self.who.get("/auth/profile").json["role"],
            }
        return found

    def hear(self, *names: tuple[str, str]) -> list[dict[str, Any]]:
        """Each socket hears these events, by their names on both namespaces, and nothing else before a pong."""
        told = [[socket.hear(name) for name, _ in names] for socket in (self.orders, self.shared[0])]
        rung = [[socket.hear(name) for _, name in names] for socket in (self.bell, self.shared[1])]
        for socket in (self.orders, self.bell, *self.shared):
            socket.ping()
        assert told[0] == told[1]
        assert rung[0] == rung[1]
        return rung[0]


NEW, MOVED = ("newOrder", "newOrderNotification"), ("orderStatusChanged", "orderUpdateNotification")
MINE, PAID = ("myOrderUpdated", "orderUpdateNotification"), ("orderUpdated", "orderUpdateNotification")


def move(boss: Client, order: dict[str, Any], status: str) -> None:
    answer = boss.patch(f"/orders/{order['id']}/status", {"status": status})
    assert answer.status == 200, answer.text


@pytest.mark.parametrize("how", [WEBSOCKET, *(pytest.param(x, marks=pytest.mark.matrix) for x in (POLLING, UPGRADING))])
def test_each_event_reaches_those_it_is_for_once(shop: Shop, front_ends: FrontEnds, how: list[str]) -> None:
    boss, first, second = admin(shop), customer(shop), customer(shop)
    team, hers, his = (Listener(who, front_ends, how) for who in (boss, first, second))
    order, other = (who.post("/orders", cart()).data for who in (first, second))
    move(boss, order, "CONFIRMED")
    rung = team.hear(NEW, NEW, MOVED)
    move(boss, other, "CONFIRMED")  # behind it, whoever heard what was not theirs has heard it
    [moved] = hers.hear(MINE)
    his.hear(MINE)
    team.hear(MOVED)
    number = order["orderNumber"]
    about = {"orderId": order["id"], "orderNumber": number, "amount": 49.8, "customer": "Awa Diop"}
    assert (rung[0]["type"], rung[0]["notification"]["type"]) == ("NEW_ORDER_NOTIFICATION", "ORDER_NEW")
    assert rung[0]["notification"]["metadata"] == about | {"itemsCount": 1}
    sold = {"orderId": order["id"], "orderNumber": number, "totalAmount": 49.8, "customer": "Awa Diop"}
    assert rung[0]["orderData"] == sold | {"itemsCount": 1}
    assert (rung[2]["type"], rung[2]["notification"]["type"]) == ("ORDER_UPDATE_NOTIFICATION", "ORDER_UPDATED")
    change = {"oldStatus": "PENDING", "newStatus": "CONFIRMED"}
    assert rung[2]["notification"]["metadata"] == about | change
    assert rung[2]["orderData"] == sold | change
    for said in (*rung, moved):
        assert set(said) == {"type", "notification", "orderData", "timestamp"}
        assert set(said["notification"]) == FIELDS
        assert said["notification"]["isRead"] is False
        assert is_moment(said["timestamp"])
    told = {"orderId": order["id"], "orderNumber": number, "amount": 49.8, "newStatus": "CONFIRMED"}
    assert moved["notification"]["metadata"] == told
    # What a bell asks for afterwards is the same, under the same ids.
    for who, heard in ((boss, rung), (first, [moved])):
        listed = {each["id"]: each for each in who.get("/notifications").data}
        assert [each["notification"] for each in heard] == [
            {name: listed[each["notification"]["id"]][name] for name in FIELDS} for each in heard
        ]


def test_money_that_was_noted_rings_for_the_team_and_the_customer(shop: Shop, front_ends: FrontEnds) -> None:
    boss, buyer, other = admin(shop), customer(shop), customer(shop)
    order = buyer.post("/orders", cart()).data
    team, mine, not_mine = (Listener(who, front_ends) for who in (boss, buyer, other))
    assert boss.post(f"/orders/{order['id']}/mark-as-paid", {}).status in (200, 201)
    paid = [each.hear(PAID)[0]["notification"] for each in (team, mine)]
    not_mine.hear()
    about = {"orderId": order["id"], "orderNumber": order["orderNumber"], "amount": 49.8}
    assert [each["metadata"] for each in paid] == [about | {"customer": "Awa Diop"}, about]
    assert {each["type"] for each in paid} == {"ORDER_UPDATED"}


def test_a_bell_asks_for_signs_of_life_and_numbers(shop: Shop, front_ends: FrontEnds) -> None:
    boss, somebody = admin(shop), customer(shop)
    theirs, own = (Listener(who, front_ends).bell for who in (boss, somebody))
    for sent in ([], [{"timestamp": "2026-11-27T10:00:00.000Z"}], [{"timestamp": 1}], ["x", None]):
        theirs.emit("ping", *sent)
        pong = theirs.hear("pong")
        assert is_moment(pong.pop("timestamp"))
        assert pong == {"message": "Connexion WebSocket notifications active", "service": "notifications"}
    answer = theirs.ask("getStats")
    assert theirs.all("heard")[-1] == ["stats", answer]
    assert is_moment(answer.pop("timestamp"))
    assert answer.pop("connectedAdmins") >= 4
    assert answer.pop("connectedUsers") >= 4
    assert answer == {"yourRole": "ADMIN"}
    own.emit("getStats", {"odd": 1})
    stats = own.hear("stats")
    assert (stats["connectedAdmins"], stats["connectedUsers"], stats["yourRole"]) == (0, 1, "CLIENT")


@pytest.mark.parametrize("token", [None, "no.such.token"])
def test_strangers_are_refused(shop: Shop, front_ends: FrontEnds, token: str | None) -> None:
    front_end = front_ends.open(shop.url, token, namespace=BELL)
    assert front_end.wait_for("connect_error")[0] == "unauthorized"


def test_who_signs_out_hears_nothing_more_on_either(shop: Shop, front_ends: FrontEnds) -> None:
    somebody = customer(shop)
    sockets = Listener(somebody, front_ends)
    assert somebody.post("/auth/logout").status == 201
    for socket in (sockets.orders, sockets.bell, *sockets.shared):
        assert socket.wait_for("disconnect") == ["io server disconnect"]


def test_a_namespace_that_is_left_leaves_the_other(shop: Shop, front_ends: FrontEnds) -> None:
    boss = admin(shop)
    orders, bell = Listener(boss, front_ends).shared
    orders.close()
    shop.client().place()
    bell.hear("newOrderNotification")
    bell.ping()


def test_bells_of_two_processes_ring_once(database: str, start_server: StartServer, front_ends: FrontEnds) -> None:
    servers = [start_server(database, TRUSTED_PROXIES="1") for _ in range(2)]
    boss, elsewhere = servers[0].admin(), servers[1].client()
    elsewhere.token, elsewhere.user = boss.token, boss.user
    bells = [Listener(who, front_ends) for who in (boss, elsewhere)]
    orders = [server.client().place() for server in servers]
    heard = [bell.hear(NEW, NEW) for bell in bells]
    assert heard[0] == heard[1]
    assert [each["orderData"]["orderId"] for each in heard[0]] == [order["id"] for order in orders]
