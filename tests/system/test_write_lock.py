"""SQLite lets one process write at a time: who waits for its turn must not keep everybody else waiting."""

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from printalma.db.sqlite import BUSY_SECONDS
from tests.conftest import StartServer
from tests.support.cleanup import closed_at_end
from tests.support.server import Server, Shop


@pytest.fixture
def locked_shop(database: str, start_server: StartServer) -> tuple[Server, Callable[[], None]]:
    """A shop whose database another process is writing to, and how that process ends."""
    if not database.startswith("sqlite"):
        pytest.skip("PostgreSQL locks rows, not the database")
    server = start_server(database)
    file = database.removeprefix("sqlite:///")
    other = closed_at_end(sqlite3.connect(file, isolation_level=None, check_same_thread=False))
    other.execute("BEGIN IMMEDIATE")
    return server, other.close


def test_a_reader_is_answered_while_an_order_waits_for_the_lock(
    locked_shop: tuple[Server, Callable[[], None]],
) -> None:
    server, unlock = locked_shop
    with ThreadPoolExecutor(1) as clients:
        order = clients.submit(server.client().place)
        slowest = max(_health_check(server) for _ in range(50))
        assert not order.done(), "the order did not wait"
        unlock()
        assert order.result(25)["orderNumber"].endswith("001")
    assert slowest < BUSY_SECONDS - 1, "a reader that waits for the lock does so until then"


def _health_check(server: Shop) -> float:
    began = time.monotonic()
    assert server.client().get("/healthz").status == 200
    return time.monotonic() - began
