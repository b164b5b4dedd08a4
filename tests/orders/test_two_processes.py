"""Two processes at once: each order is whole and its own, a fall is told once, and a list that moves loses nothing."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.catalog.test_products import add
from tests.catalog.test_running_low import LOW, told
from tests.conftest import StartServer
from tests.dashboard.test_board import walk
from tests.mending.test_mending import mend
from tests.orders import dialect
from tests.orders.test_taking_back import take_back
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.client import cart, phone_number
from tests.support.matrix import ON_BOTH

BODIES: tuple[dict[str, Any], ...] = (dialect.CASH, dialect.PAYDUNYA, dialect.ORANGE_MONEY)


@ON_BOTH
def test_each_is_whole_and_of_the_same_one_only_the_first_is_no_double(
    database: str, start_server: StartServer
) -> None:
    shop = start_server(database, WORKERS="2", SHOP_CURRENCY="XOF", GUEST_ORDERS_PER_MINUTE="0")
    boss = shop.admin_once()
    sent = [BODIES[n % 3] | {"phoneNumber": phone_number()} for n in range(30)]
    with ThreadPoolExecutor(16) as hands:
        answers = list(hands.map(lambda body: shop.client().post("/orders/guest", body), sent))
        same = list(hands.map(lambda body: shop.client().post("/orders/guest", body), [dialect.CASH] * 8))
    assert {answer.status for answer in (*answers, *same)} == {201}
    assert len({answer.data["orderNumber"] for answer in (*answers, *same)}) == 38
    for body, answer in zip(sent, answers, strict=True):
        order = boss.get(f"/orders/{answer.data['id']}").data
        assert order["totalAmount"] == body["totalAmount"]
        for line, wanted in zip(order["orderItems"], body["orderItems"], strict=True):
            assert line.get("designElementsByView") == wanted.get("designElementsByView")
    marks = [boss.get(f"/orders/{answer.data['id']}").data["marks"] for answer in same]
    assert sum("double" not in each for each in marks) == 1


@ON_BOTH
def test_corrections_that_take_the_last_ones_together_tell_once(database: str, start_server: StartServer) -> None:
    shop = start_server(database, WORKERS="2")
    boss, product = shop.admin_once(), add(shop, stock=str(8 + LOW + 7))
    orders = [shop.client().place(orderItems=[{"productId": product, "quantity": 1}]) for _ in range(8)]

    def take_two_more(order: dict[str, Any]) -> int:
        return mend(boss, order, **{f"quantity_{order['orderItems'][0]['id']}": "3"}).status

    with ThreadPoolExecutor(8) as hands:
        assert set(hands.map(take_two_more, orders)) == {303}
    left = db.select(shop.database_url, "SELECT stock FROM products WHERE id = :id", id=product)[0].stock
    assert left == LOW + 7 - 8 * 2
    assert len(told(shop, product)) == 1, "whichever process took it there"


@ON_BOTH
def test_a_list_by_status_loses_and_doubles_nobody_who_stays(database: str, start_server: StartServer) -> None:
    """While some move on, those that stay are each on one page."""
    shop = start_server(database, WORKERS="2")
    boss = shop.admin_once()
    orders = [shop.client().place() for _ in range(90)]
    stay, go = orders[::2], orders[1::2]
    for order in stay[::3]:
        assert move(boss, order, "CONFIRMED").status == 200
    for sort in ("first_status", "last_status"):
        leaving, go = go[:22], go[22:]
        with ThreadPoolExecutor(4) as hands:
            moved = hands.map(lambda order: move(boss, order, "CONFIRMED").status, leaving)
            pages = list(walk(shop, f"sort={sort}&size=20"))
            assert set(moved) == {200}
        seen = [each for ids in pages for each in ids]
        for order in stay:
            assert seen.count(order["id"]) == 1, (sort, order["id"])
        assert all(len(ids) == len(set(ids)) for ids in pages)


@ON_BOTH
def test_whatever_many_do_at_once_no_piece_comes_or_goes(database: str, start_server: StartServer) -> None:
    """Each order is cancelled, that is taken back, and how many it wants is corrected, by several people at one time,
    while others buy."""
    shop = start_server(database, WORKERS="2", GUEST_ORDERS_PER_MINUTE="0")
    boss, product = shop.admin_once(), add(shop, stock="200")
    bought = {"productId": product, "quantity": 2}
    orders = [shop.client().place(orderItems=[bought]) for _ in range(6)]

    def act(n: int) -> int:
        order = boss.get(f"/orders/{orders[n % 6]['id']}").data
        if n % 5 == 0:
            return shop.client().post("/orders/guest", cart(orderItems=[bought])).status
        if order["status"] == "CANCELLED":
            return take_back(boss, order).status
        if n % 2:
            return boss.patch(f"/orders/{order['id']}/status", {"status": "CANCELLED"}).status
        return mend(boss, order, **{f"quantity_{order['orderItems'][0]['id']}": str(1 + n % 4)}).status

    with ThreadPoolExecutor(8) as hands:
        answers = Counter(hands.map(act, range(120)))
    assert set(answers) <= {200, 201, 303, 400, 409}, answers
    assert answers[200] > 6
    assert answers[303] > 6
    has = """SELECT coalesce(sum(i.from_stock), 0) AS pieces, sum(i.quantity) AS wanted FROM order_items i
        JOIN orders o ON o.id = i.order_id WHERE i.product_id = :id AND o.status <> 'CANCELLED'"""
    [found] = db.select(database, has, id=product)
    [left] = db.select(database, "SELECT stock FROM products WHERE id = :id", id=product)
    assert (found.pieces, left.stock) == (found.wanted, 200 - found.wanted)


@ON_BOTH
def test_who_has_signed_out_places_nothing_more_at_either(database: str, start_server: StartServer) -> None:
    """What a process knows of a sign-in holds over the orders that it places, and over nothing else."""
    shop = start_server(database, WORKERS="2", ORDERS_PER_MINUTE="0")
    awa = shop.client().register("partie@example.org")

    def buy(_: int) -> int:
        return awa.post("/orders", cart(phoneNumber=phone_number())).status

    with ThreadPoolExecutor(8) as hands:
        assert {*hands.map(buy, range(40))} == {201}
        assert awa.post("/auth/logout").status == 201
        assert {*hands.map(buy, range(40))} == {401}
    assert db.select(database, "SELECT count(*) FROM orders WHERE user_id IS NOT NULL")[0][0] == 40
