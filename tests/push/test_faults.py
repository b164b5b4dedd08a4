"""Whatever falls over: every device is told of every order, and of none twice but for what replaces itself."""

import json
import threading
import time
from collections.abc import Iterator

import pytest

from tests.conftest import StartServer
from tests.push.devices import enable_on, pass_time
from tests.support import database as db
from tests.support.matrix import ON_POSTGRES
from tests.support.push_service import Phone, PushService
from tests.support.server import Server, eventually

pytestmark = ON_POSTGRES
BURST = 40
PHONES = 6


@pytest.fixture
def vendor() -> Iterator[PushService]:
    service = PushService()
    yield service
    service.close()
    assert service.problems == []


class Burst:
    """Orders that are posted to whichever server answers; `placed` counts those that were acknowledged."""

    def __init__(self, server: Server, count: int = BURST) -> None:
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


def phones_of(server: Server, vendor: PushService) -> list[Phone]:
    boss, phones = server.admin(), [vendor.phone() for _ in range(PHONES)]
    for phone in phones:
        enable_on(boss, phone)
    return phones


def orders(server: Server) -> int:
    found: int = db.select(server.database_url, "SELECT count(*) AS n FROM orders")[0].n
    return found


def test_a_server_killed_twice_in_a_burst_loses_nothing(
    database: str, start_server: StartServer, vendor: PushService
) -> None:
    server = start_server(database, PUSH_HOSTS=vendor.origin)
    phones = phones_of(server, vendor)
    burst = Burst(server)
    for _ in range(2):
        before = min(len(phone.messages) for phone in phones)
        # In the middle of sending: some have been told of the next orders, others have not.
        eventually(lambda before=before: max(len(phone.messages) for phone in phones) > before, 30)
        server.kill()
        server.start()
    burst.end()
    # What was under way is claimed by a process that is gone, until its lease runs out.
    db.execute(
        database, "UPDATE push_deliveries SET claimed_until = 1, due_at = due_at - 60000 WHERE claimed_until > 1"
    )
    total = orders(server)
    assert total >= BURST
    eventually(lambda: all(phone.told == total for phone in phones), 30)
    for phone in phones:
        repeated = len(phone.messages) - len({message["id"] for message in phone.messages})
        assert repeated <= 2, "a crash repeats at most one"
        assert sum(message["count"] for message in phone.shown.values()) == total, "what is repeated replaces itself"


@pytest.mark.matrix
def test_two_processes_never_both_send(database: str, start_server: StartServer, vendor: PushService) -> None:
    first = start_server(database, PUSH_HOSTS=vendor.origin, WORKERS="2")
    second = start_server(database, PUSH_HOSTS=vendor.origin)
    phones = phones_of(first, vendor)
    bursts = [Burst(server, BURST // 2) for server in (first, second)]
    for burst in bursts:
        burst.end()
    eventually(lambda: all(phone.told == BURST for phone in phones), 30)
    for phone in phones:
        assert len(phone.messages) == len({message["id"] for message in phone.messages})
        assert len(phone.attempts) == len(phone.messages)


def test_after_an_hour_without_the_push_service_late_orders_are_summed_up(
    database: str, start_server: StartServer, vendor: PushService
) -> None:
    server = start_server(database, PUSH_HOSTS=vendor.origin)
    phones = phones_of(server, vendor)
    for phone in phones:
        phone.answer = 503
    server.client().place()
    eventually(lambda: all(phone.attempts for phone in phones))
    # What comes while an attempt is under way is told apart from it.
    eventually(lambda: not db.select(database, "SELECT id FROM push_deliveries WHERE claimed_until > 0"))
    for _ in range(4):
        server.client().place()
    eventually(lambda: planned(database) == {5})
    eventually(lambda: not db.select(database, "SELECT id FROM push_deliveries WHERE claimed_until > 0"))
    for phone in phones:
        phone.answer = 201
        pass_time(server, phone, 3700)
    eventually(lambda: all(phone.told == 5 for phone in phones))
    for phone in phones:
        (told,) = phone.messages
        assert told["title"] == "5 nouvelles commandes"
        assert told["message"].startswith("Depuis le ")


@pytest.mark.matrix
def test_after_an_hour_without_a_server_late_orders_are_summed_up(
    database: str, start_server: StartServer, vendor: PushService
) -> None:
    """The log has events that nobody has planned, as when a process dies behind its commit."""
    server = start_server(database, PUSH_HOSTS=vendor.origin)
    (phone, *_) = phones_of(server, vendor)
    server.client().place()
    eventually(lambda: phone.told == 1)
    eventually(lambda: planned(database) == set())
    server.kill()
    pass_time(server, phone, 8000)
    (event,) = db.select(database, "SELECT data FROM events WHERE type = 'OrderPlaced' ORDER BY id DESC LIMIT 1")
    late = round(time.time() * 1000) - 4_000_000
    data = event.data if isinstance(event.data, dict) else json.loads(event.data)
    db.append_events(database, [{"at": late, "type": "OrderPlaced", "order_id": 1, "data": data}] * 700)
    server.start()
    eventually(lambda: phone.told == 701)
    assert [message["count"] for message in phone.messages] == [1, 700]


def planned(database: str) -> set[int]:
    return {row.n for row in db.select(database, "SELECT sum(events) AS n FROM push_deliveries GROUP BY device_id")}
