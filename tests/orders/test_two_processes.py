"""Orders of the present front end on two processes at once: each is whole, and its own."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.conftest import StartServer
from tests.orders import dialect
from tests.support.client import phone_number
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
