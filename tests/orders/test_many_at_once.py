"""Two hundred orders at once, of which every third is refused: each gets its own answer, nothing is lost or twice."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any

import pytest

from tests.conftest import StartServer
from tests.orders.test_placing import add_product
from tests.shop.test_settings import save
from tests.support import database as db
from tests.support.client import Answer, cart, phone_number
from tests.support.matrix import ON_BOTH
from tests.support.recount import counted, kept
from tests.support.server import Shop, eventually
from tests.support.stream import stream

AT_ONCE = 200
STOCK = 10_000
RARE = 5  # pieces of what most of those who want it do not get
MOST = 7  # pieces of a product that one order may have


class Wish:
    """An order, and what is to be answered to it."""

    def __init__(self, n: int, plenty: int, rare: int) -> None:
        self.plenty, self.rare = plenty, rare
        self.key: str | None = None
        self.items = [{"productId": plenty, "quantity": n % 3 + 1}]
        self.status = {201}
        if n % 3 == 0:
            [self._want_rare, self._want_much, self._want_under_a_used_key, self._want_nothing][n // 3 % 4]()

    def sent_to(self, shop: Shop) -> Answer:
        headers = {"Idempotency_Key": self.key} if self.key else {}
        return shop.client().post("/orders/guest", cart(orderItems=self.items, phoneNumber=phone_number()), **headers)

    def _want_rare(self) -> None:
        self.items, self.status = [*self.items, {"productId": self.rare, "quantity": 1}], {201, 409}

    def _want_much(self) -> None:
        self.items, self.status = [*self.items, {"productId": self.plenty, "quantity": MOST}], {409}

    def _want_under_a_used_key(self) -> None:
        self.key, self.status = "used", {422}

    def _want_nothing(self) -> None:
        self.items, self.status = [], {400}


@ON_BOTH
def test_each_is_answered_as_if_it_were_alone(database: str, start_server: StartServer) -> None:
    _try(start_server(database))


@pytest.mark.matrix
@ON_BOTH
def test_so_it_is_by_two_processes(database: str, start_server: StartServer) -> None:
    _try(start_server(database, WORKERS="2"))


@pytest.mark.matrix
@ON_BOTH
def test_what_was_acknowledged_before_a_kill_is_saved(database: str, start_server: StartServer) -> None:
    shop = start_server(database)
    acknowledged: list[int] = []
    done = threading.Event()

    def order(_: int) -> None:
        while not done.is_set():
            try:
                answer = shop.client().post("/orders/guest", cart(phoneNumber=phone_number()))
            except (OSError, HTTPException):
                continue  # killed
            if answer.status == 201:
                acknowledged.append(answer.data["id"])

    with ThreadPoolExecutor(24) as hands:
        running = [hands.submit(order, n) for n in range(24)]
        for more in range(1, 4):
            reached = len(acknowledged) + 50 * more
            eventually(lambda: len(acknowledged) >= reached)  # noqa: B023
            shop.kill()
            shop.start()
        eventually(lambda: shop.client().place())
        done.set()
    for each in running:
        each.result()
    _check_whole(database)
    assert len(set(acknowledged)) == len(acknowledged)
    saved = {row.id for row in db.select(database, "SELECT id FROM orders")}
    assert not set(acknowledged) - saved


def _try(shop: Shop) -> None:
    plenty, rare = add_product(shop, STOCK), add_product(shop, RARE)
    save(shop.admin_once(), mostPerProduct=str(MOST))
    shop.client().post("/orders/guest", cart(), Idempotency_Key="used")
    heard = stream(shop.admin_once())
    heard.until_beat()
    wishes = [Wish(n, plenty, rare) for n in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as hands:
        answers = list(hands.map(lambda wish: wish.sent_to(shop), wishes))
    for wish, answer in zip(wishes, answers, strict=True):
        assert answer.status in wish.status, answer.text
        if answer.status == 201:
            lines = [(line["productId"], line["quantity"]) for line in answer.data["orderItems"]]
            assert lines == [(item["productId"], item["quantity"]) for item in wish.items]
    placed = [answer.data for answer in answers if answer.status == 201]
    _check_stock(shop, placed, plenty, rare)
    _check_whole(shop.database_url)
    told: list[int] = []
    while len(told) < len(placed):
        frame = heard.receive()
        told += [frame["data"]["data"]["orderId"]] if frame["event"] == "newOrder" else []
    assert told == sorted(order["id"] for order in placed)


def _check_stock(shop: Shop, placed: Sequence[dict[str, Any]], plenty: int, rare: int) -> None:
    left = dict(map(tuple, db.select(shop.database_url, "SELECT id, stock FROM products WHERE stock IS NOT NULL")))
    taken = {plenty: 0, rare: 0}
    for line in (line for order in placed for line in order["orderItems"]):
        taken[line["productId"]] += line["quantity"]
    assert left[plenty] == STOCK - taken[plenty]
    assert (left[rare], taken[rare]) == (0, RARE)


def _check_whole(database: str) -> None:
    """Numbers and ids are in one order and without holes, each order was told of once, and the counters are right."""
    orders = db.select(database, "SELECT id, number FROM orders ORDER BY id")
    assert [int(order.number[11:]) for order in orders] == [*range(1, len(orders) + 1)]
    told = db.select(database, "SELECT id, order_id FROM events WHERE type = 'OrderPlaced' ORDER BY id")
    assert [event.order_id for event in told] == [order.id for order in orders]
    ids = [row.id for row in db.select(database, "SELECT id FROM events ORDER BY id")]
    assert ids == [*range(ids[0], ids[0] + len(ids))]
    assert kept(database) == counted(database)
