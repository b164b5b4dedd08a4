"""Whatever falls over: every device is told of every order, and of none twice but for what replaces itself."""

import json
import threading
import time
from functools import partial

import pytest

from tests.accounts.people import admin
from tests.conftest import StartServer
from tests.push.conftest import Enable
from tests.push.devices import pass_time
from tests.support import database as db
from tests.support.matrix import ON_POSTGRES
from tests.support.push_service import Phone, PushService
from tests.support.server import Server, Shop, eventually

pytestmark = ON_POSTGRES
BURST = 40
PHONES = 6


class Burst:
    """Orders that are posted to whichever server answers; `placed` counts those that were acknowledged."""

    def __init__(self, server: Shop, count: int = BURST) -> None:
        self.placed = 0
        self._server, self._count = server, count
        self._thread = threading.Thread(target=self._post)
        self._thread.start()

    def _post(self) -> None:
        while self.placed < self._count:
            try:
                self._server.client().place()
                self.placed += 1
            except OSError:
                time.sleep(0.05)  # it is being started again
            time.sleep(0.02)

    def end(self) -> None:
        self._thread.join(60)


@pytest.fixture
def phones(shop: Shop, enable: Enable) -> list[Phone]:
    """All of one admin."""
    boss = admin(shop)
    return [enable(boss) for _ in range(PHONES)]


def orders(server: Shop) -> int:
    found: int = db.select(server.database_url, "SELECT count(*) AS n FROM orders")[0].n
    return found


def under_way(server: Shop) -> bool:
    """Whether somebody is just being told."""
    return bool(db.select(server.database_url, "SELECT id FROM push_deliveries WHERE claimed_until > 0"))


def test_a_server_killed_twice_in_a_burst_loses_nothing(shop: Server, phones: list[Phone]) -> None:
    there = orders(shop)

    def some_have_more_than(before: int) -> bool:
        return max(len(phone.messages) for phone in phones) > before

    burst = Burst(shop)
    for _ in range(2):
        before = min(len(phone.messages) for phone in phones)
        # In the middle of sending: some have been told of the next orders, others have not.
        eventually(partial(some_have_more_than, before), 30)
        shop.kill()
        shop.start()
    burst.end()
    # What was under way is claimed by a process that is gone, until its lease runs out.
    ended = "UPDATE push_deliveries SET claimed_until = 1, due_at = due_at - 60000 WHERE claimed_until > 1"
    db.execute(shop.database_url, ended)
    total = orders(shop) - there
    assert total >= BURST
    eventually(lambda: all(phone.told == total for phone in phones), 30)
    for phone in phones:
        repeated = len(phone.messages) - len({message["id"] for message in phone.messages})
        assert repeated <= 2, "a crash repeats at most one"
        assert sum(message["count"] for message in phone.shown.values()) == total, "what is repeated replaces itself"


@pytest.mark.matrix
def test_two_processes_never_both_send(
    shop: Shop, start_server: StartServer, vendor: PushService, phones: list[Phone]
) -> None:
    beside = start_server(shop.database_url, PUSH_HOSTS=vendor.origin, WORKERS="2")
    bursts = [Burst(server, BURST // 2) for server in (shop, beside)]
    for burst in bursts:
        burst.end()
    eventually(lambda: all(phone.told == BURST for phone in phones), 30)
    for phone in phones:
        assert len(phone.messages) == len({message["id"] for message in phone.messages})
        assert len(phone.attempts) == len(phone.messages)


def test_after_an_hour_without_the_push_service_late_orders_are_summed_up(shop: Shop, phones: list[Phone]) -> None:
    for phone in phones:
        phone.answer = 503
    shop.client().place()
    eventually(lambda: all(phone.attempts for phone in phones))
    # What comes while an attempt is under way is told apart from it.
    eventually(lambda: not under_way(shop))
    for _ in range(4):
        shop.client().place()
    eventually(lambda: planned(shop) == {5})
    eventually(lambda: not under_way(shop))
    for phone in phones:
        phone.answer = 201
        pass_time(shop, phone, 3700)
    eventually(lambda: all(phone.told == 5 for phone in phones))
    for phone in phones:
        (told,) = phone.messages
        assert told["title"] == "5 nouvelles commandes"
        assert told["message"].startswith("Depuis le ")


@pytest.mark.matrix
def test_after_an_hour_without_a_server_late_orders_are_summed_up(shop: Server, enable: Enable) -> None:
    """The log has events that nobody has planned, as when a process dies behind its commit."""
    database, phone = shop.database_url, enable()
    shop.client().place()
    eventually(lambda: phone.told == 1)
    eventually(lambda: planned(shop) == set())
    shop.kill()
    pass_time(shop, phone, 8000)
    (event,) = db.select(database, "SELECT data FROM events WHERE type = 'OrderPlaced' ORDER BY id DESC LIMIT 1")
    late = round(time.time() * 1000) - 4_000_000
    data = event.data if isinstance(event.data, dict) else json.loads(event.data)
    db.append_events(database, [{"at": late, "type": "OrderPlaced", "order_id": 1, "data": data}] * 700)
    shop.start()
    eventually(lambda: phone.told == 701)
    assert [message["count"] for message in phone.messages] == [1, 700]


def planned(server: Shop) -> set[int]:
    """How many events each device that waits will be told of."""
    query = "SELECT sum(events) AS n FROM push_deliveries GROUP BY device_id"
    return {row.n for row in db.select(server.database_url, query)}
