"""The log goes back: a backup is restored under running processes, or a standby takes over without the last events."""

import signal

from tests.conftest import StartServer
from tests.support import database as db
from tests.support.page import Page
from tests.support.server import Server, eventually
from tests.support.stream import stream

EPOCH = 2**40


def go_back(database: str, events: int, orders: int) -> None:
    """As a backup of an earlier moment would have it."""
    db.execute_together(
        database,
        "DELETE FROM order_items WHERE order_id > :orders",
        "DELETE FROM order_texts WHERE order_id > :orders",
        "DELETE FROM orders WHERE id > :orders",
        "DELETE FROM events WHERE id > :events",
        "UPDATE log_position SET last = :events",
        events=events,
        orders=orders,
    )


def last(database: str) -> int:
    return int(db.select(database, "SELECT last FROM log_position")[0][0])


def test_what_comes_after_is_shown_on_all_processes(database: str, start_server: StartServer) -> None:
    servers = [start_server(database), start_server(database)]
    kept = servers[0].client().place()["id"]
    backup = last(database)
    lost = [servers[0].client().place()["id"] for _ in range(5)]
    pages = [Page(server.admin()).open() for server in servers]
    eventually(lambda: all(set(lost) <= set(page.rows) for page in pages))
    go_back(database, backup, kept)
    orders = [servers[0].client().place()["id"] for _ in range(3)]
    eventually(lambda: all(page.rows[:4] == [*reversed(orders), kept] for page in pages))
    assert last(database) > EPOCH
    assert last(database) < 2 * EPOCH, "two processes found it, one epoch began"
    later = servers[1].client().place()["id"]
    eventually(lambda: all(page.rows[0] == later for page in pages))
    assert "Traceback" not in servers[0].log + servers[1].log


def test_a_log_that_grew_past_the_cursor_is_found_out(database: str, start_server: StartServer) -> None:
    server = start_server(database)
    kept = server.client().place()["id"]
    backup = last(database)
    lost = server.client().place()["id"]
    page = Page(server.admin()).open()
    eventually(lambda: lost in page.rows)
    server.signal_all(signal.SIGSTOP)
    go_back(database, backup, kept)
    other = {"at": 0, "type": "UserChanged", "data": {"user_id": 1, "change": "name"}}
    db.append_events(database, [other] * 20)
    server.signal_all(signal.SIGCONT)
    eventually(lambda: page.rows == [kept])
    assert last(database) >= EPOCH


def test_who_stopped_in_the_lost_part_is_told_to_fetch_anew(database: str, start_server: StartServer) -> None:
    server = start_server(database)
    server.client().place()
    backup = last(database)
    for _ in range(30):
        server.client().place()
    since = last(database)
    go_back(database, backup, 1)
    eventually(lambda: last(database) >= EPOCH)
    fresh = server.client().place()
    reset = stream(server.admin(), f"?since={since - 5}").receive()
    assert reset["event"] == "reset"
    assert EPOCH < reset["id"] < 2**53
    assert fresh["orderNumber"]


def test_a_start_begins_no_epoch(database: str, start_server: StartServer) -> None:
    first: Server = start_server(database)
    first.client().place()
    before = last(database)
    first.stop()
    second = start_server(database)
    second.client().place()
    assert last(database) == before + 1
