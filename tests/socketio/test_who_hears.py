"""Every event reaches exactly those it is for, whichever door they came in by and whichever process they are on."""

import json
from typing import Any

from tests.accounts.people import admin, customer
from tests.conftest import StartServer
from tests.support.client import Client, Dashboard, cart
from tests.support.node import POLLING, UPGRADING, WEBSOCKET, FrontEnd, FrontEnds
from tests.support.server import Shop
from tests.support.stream import Stream, stream

STRANGER = {"firstName": "Zébulon", "lastName": "Inconnu", "street": "1 rue", "city": "Dakar", "country": "Sénégal"}


class Listener:
    """Somebody connected to /orders/live, and to Socket.IO over a WebSocket, over polling and over both."""

    def __init__(self, who: Client, front_ends: FrontEnds) -> None:
        self.line: Stream = stream(who)
        self.line.until_beat()
        kinds = (WEBSOCKET, POLLING, UPGRADING)
        self.sockets: list[FrontEnd] = [front_ends.connected(who.url, who.token, how) for how in kinds]

    def hear(self, count: int) -> list[list[tuple[str, str]]]:
        """The next `count` events on each socket; a ping behind them shows that there was nothing else before it."""
        heard = [[summary(frame["event"], frame["data"]) for frame in self.frames(count)]]
        for socket in self.sockets:
            said = [socket.wait_for("heard") for _ in range(count)]
            heard.append([summary(*args) for args in said])
            socket.ping()
        return heard

    def frames(self, count: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while len(found) < count:
            frame = self.line.receive()
            if frame["event"] != "beat":  # comes every 15 s, whatever happens
                found.append(frame)
        return found

    def bytes(self) -> str:
        """Everything that ever arrived through Socket.IO, as it arrived."""
        return json.dumps([socket.all("packet") for socket in self.sockets], ensure_ascii=False)

    def packets(self) -> list[int]:
        return [len(socket.all("packet")) for socket in self.sockets]


def summary(event: str, notification: dict[str, Any]) -> tuple[str, str]:
    return event, notification["data"]["orderNumber"]


def test_every_event_reaches_exactly_those_it_is_for(shop: Shop, front_ends: FrontEnds) -> None:
    boss, first, second = admin(shop), customer(shop), customer(shop)
    page = boss.dashboard()
    listeners = boss_hears, first_hears, second_hears = [Listener(who, front_ends) for who in (boss, first, second)]
    quiet = [listener.packets() for listener in listeners[1:]]
    mine, other = (who.post("/orders", cart()).data for who in (first, second))
    guest = shop.client().place(shippingDetails=STRANGER, email="zebulon@example.org")
    numbers = [order["orderNumber"] for order in (mine, other, guest)]
    assert boss_hears.hear(3) == [[("newOrder", number) for number in numbers]] * 4
    for order in (guest, mine, other):
        move(boss, order, "CONFIRMED")
    move(boss, guest, "CANCELLED")
    move(boss, mine, "PROCESSING")
    moved = [numbers[n] for n in (2, 0, 1, 2, 0)]
    assert boss_hears.hear(5) == [[("orderStatusChanged", number) for number in moved]] * 4
    assert first_hears.hear(2) == [[("myOrderUpdated", numbers[0])] * 2] * 4
    assert second_hears.hear(1) == [[("myOrderUpdated", numbers[1])]] * 4
    # Nothing else arrived, not even an empty packet: events of one's own, and the answer to one ping.
    assert first_hears.packets() == [count + 2 + 1 for count in quiet[0]]
    assert second_hears.packets() == [count + 1 + 1 for count in quiet[1]]
    for listener, theirs in ((first_hears, numbers[0]), (second_hears, numbers[1])):
        for secret in {*numbers, "Zébulon", "zebulon", "newOrder", "orderStatusChanged"} - {theirs}:
            assert secret not in listener.bytes()
    for number in numbers:
        page.wait_for(number) if number not in page.seen else None
    for who in (first, second):
        refused = Dashboard(who, "/dashboard", 0, hello=False)
        assert refused.wait_for_close() == 4401
        assert refused.seen == ""


def test_a_customer_who_asks_for_the_past_gets_their_own(shop: Shop) -> None:
    boss, mine = shop.admin_once(), customer(shop)
    since = boss.last_event()
    own = mine.post("/orders", cart()).data
    stranger = shop.client().place(shippingDetails=STRANGER)
    for order in (stranger, own, stranger):
        move(boss, order, "CONFIRMED")
    frames = stream(mine, f"?since={since}").until_beat()
    assert [summary(frame["event"], frame["data"]) for frame in frames] == [("myOrderUpdated", own["orderNumber"])]


def test_clients_of_two_processes_get_every_event_once(
    database: str, start_server: StartServer, front_ends: FrontEnds
) -> None:
    servers = [start_server(database, TRUSTED_PROXIES="1") for _ in range(2)]
    boss, buyer = servers[0].admin(), customer(servers[1])
    admins, buyers = [[Listener(at(server, who), front_ends) for server in servers] for who in (boss, buyer)]
    orders = [at(server, buyer).post("/orders", cart()).data for server in servers * 3]
    for n, order in enumerate(orders):
        move(at(servers[n % 2], boss), order, "CONFIRMED")
    numbers = [order["orderNumber"] for order in orders]
    told = [(event, number) for event in ("newOrder", "orderStatusChanged") for number in numbers]
    for listener in admins:
        assert listener.hear(12) == [told] * 4
    for listener in buyers:
        assert listener.hear(6) == [[("myOrderUpdated", number) for number in numbers]] * 4
    assert all(len(socket.heard) == 12 for listener in admins for socket in listener.sockets)


def at(server: Shop, who: Client) -> Client:
    """The same person at another process."""
    found = server.client()
    found.token, found.user = who.token, who.user
    return found


def move(boss: Client, order: dict[str, Any], status: str) -> None:
    answer = boss.patch(f"/orders/{order['id']}/status", {"status": status})
    assert answer.status == 200, answer.text
