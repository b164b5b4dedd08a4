"""Several people at once, on real servers: each piece is made once, each order moves once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.atelier.people import at_the_press, items_of, made, marked, move, ordered, tick
from tests.conftest import NewDatabase
from tests.mending.test_mending import drawn, send
from tests.orders.test_placing import at_once
from tests.support import database as db
from tests.support.client import Client
from tests.support.inside import Inside
from tests.support.matrix import ON_POSTGRES
from tests.support.recount import counted, kept

pytestmark = ON_POSTGRES
WORKERS = "2"


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = {"TRUSTED_PROXIES": "1", "WORKERS": WORKERS}
    with Inside(new_database(), tmp_path_factory.mktemp("races"), **settings) as shop:
        yield shop


@pytest.fixture(scope="module")
def team(shop: Inside) -> list[Client]:
    return [at_the_press(shop) for _ in range(3)]


def events(shop: Inside, kind: str) -> int:
    return int(db.select(shop.database_url, "SELECT count(*) FROM events WHERE type = :kind", kind=kind)[0][0])


def statuses(shop: Inside, order_id: int) -> list[str]:
    asked = "SELECT data FROM events WHERE order_id = :id AND type LIKE 'OrderStatus%' ORDER BY id"
    told = [str(row.data) for row in db.select(shop.database_url, asked, id=order_id)]
    return [
        name
        for text in told
        for name in ("PROCESSING", "SHIPPED")
        if f'"new":"{name}"' in text.replace("'", '"').replace(": ", ":")
    ]


def test_many_tap_the_first_pieces_of_one_order_at_once(shop: Inside, boss: Client, team: list[Client]) -> None:
    order = ordered(shop, boss)
    two, one = items_of(shop, order)
    before = events(shop, "PiecesTicked")
    said = [f"{two}:1:1:yes", f"{two}:2:2:yes", f"{one}:1:1:yes"]
    answers = at_once(12, lambda n: tick(team[n % 3], said[n // 3 % 3]))
    assert {answer.status for answer in answers} == {200}
    assert (made(shop, two), made(shop, one)) == ([1, 2], [1])
    assert events(shop, "PiecesTicked") == before + 3
    assert statuses(shop, order["id"]) == ["PROCESSING"]
    assert kept(shop.database_url) == counted(shop.database_url)


def test_many_send_one_order_at_once(shop: Inside, boss: Client, team: list[Client]) -> None:
    order = ordered(shop, boss)
    for item in items_of(shop, order):
        tick(boss, f"{item}:1:2:yes")
    [row] = db.select(shop.database_url, "SELECT version FROM orders WHERE id = :id", id=order["id"])
    answers = at_once(9, lambda n: move(team[n % 3], "send", order["id"], row.version))
    assert {answer.status for answer in answers} <= {200, 409}
    assert any(answer.status == 200 for answer in answers)
    assert statuses(shop, order["id"]) == ["PROCESSING", "SHIPPED"]
    assert kept(shop.database_url) == counted(shop.database_url)


def test_a_tick_and_a_mend_at_once_leave_no_tick_of_what_was(shop: Inside, boss: Client, team: list[Client]) -> None:
    for _ in range(4):
        order = ordered(shop, boss)
        two, _one = items_of(shop, order)
        tick(team[0], f"{two}:1:1:yes")
        form, seen = drawn(boss, order), marked(boss, f"{two}:2:2:yes")
        with ThreadPoolExecutor(4) as pool:
            ticks = [pool.submit(tick, each, seen) for each in team]
            mended = pool.submit(send, boss, order, form, **{f"size_{two}": "L"})
            statuses_of = {each.result().status for each in ticks}
            was_mended = mended.result().status == 303
        assert statuses_of <= {200, 409}
        assert made(shop, two) == ([] if was_mended else [1, 2])


def test_a_tick_and_a_cancellation_at_once(shop: Inside, boss: Client, team: list[Client]) -> None:
    for _ in range(4):
        order = ordered(shop, boss)
        two, _one = items_of(shop, order)
        path = f"/orders/{order['id']}/status"
        with ThreadPoolExecutor(3) as pool:
            ticks = [pool.submit(tick, each, f"{two}:1:1:yes") for each in team[:2]]
            ended = pool.submit(boss.patch, path, {"status": "CANCELLED"})
            assert {each.result().status for each in ticks} <= {200, 404}
            assert ended.result().status == 200
        assert boss.get(f"/orders/{order['id']}").data["status"] == "CANCELLED"
    assert kept(shop.database_url) == counted(shop.database_url)
