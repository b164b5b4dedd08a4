"""Each table has its time: what grows for ever and is of no use is deleted once a day, and one line says so."""

import re
import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa

from printalma import daily
from printalma.db import Connection
from tests.conftest import StartServer
from tests.support import database as db
from tests.support.inside import fill, flask
from tests.support.matrix import ON_POSTGRES, ONLY_SQLITE
from tests.support.server import ROOT, eventually

DAY = 24 * 3600 * 1000
LARGE = 25_000_000
PAID = {"provider": "PAYTECH", "outcome": "paid", "state": "paid", "order_id": 1, "body": "{}"}
REFUSED = {"orders": 1, "others": 0}


def ago(days: float) -> int:
    return int(time.time() * 1000 - days * DAY)


def aged(days: float) -> dict[str, list[dict[str, Any]]]:
    """A row of each table that is swept, as old as that."""
    at, name = ago(days), f"{days} days"
    signed_in: dict[str, Any] = {"user_id": 1, "created_at": at, "expires_at": at + 7 * DAY}
    ended = {"id": f"ended {name}".ljust(64), "ended_at": ago(days), **signed_in}
    going = {"id": f"going {name}".ljust(64), "ended_at": None, **signed_in, "expires_at": ago(-7)}
    device = {
        "user_id": 1,
        "host": "",
        "p256dh": "",
        "auth": "",
        "key": "",
        "name": "",
        "created_at": at,
        "failures": 0,
    }
    number = int(days * 10)
    waits = {"kind": "new", "event_id": 1, "events": 1, "oldest_at": at, "due_at": at, "attempts": 1}
    return {
        "sessions": [ended, going],
        "invitations": [
            {"token_hash": name, "label": "", "role": "ADMIN", "invited_by": 1, "created_at": at, "expires_at": at}
        ],
        "password_links": [{"token_hash": name, "user_id": 1, "created_at": at, "expires_at": at}],
        "mail_deliveries": [{"reader_id": 1, "newest_at": at, **waits}],
        "sign_in_attempts": [{"email": name, "address": "", "window_start": at, "attempts": 1}],
        "form_keys": [{"id": name, "created_at": at}],
        "idempotency_keys": [{"caller": "guest", "key": name, "fingerprint": "", "created_at": at}],
        "push_devices": [{"id": number, "sign_in": (ended if days > 1 else going)["id"], "endpoint": name, **device}],
        "pictures": [{"hash": name, "size": 1, "kind": None, "whole": True, "seen_at": at}],
        "picture_pieces": [{"hash": name, "n": 0, "data": b"x"}],
        "picture_sources": [
            {"key": name, "address": "", "host": "", "state": "kept", "hash": None, "attempts": 1, "named_at": at}
        ],
        "push_deliveries": [{"device_id": 1, "newest_at": at, **waits}],
        "refused_orders": [
            {"at": at, "times": 1, "status": 400, "reasons": [], "sender": name, "digest": "", "body": ""}
        ],
        "payment_messages": [{"token": name, "received_at": at, **PAID}],
        "piece_ticks": [{"order_item_id": 1, "piece": number, "order_id": 1, "by": 1, "at": at, "lost": False}],
        "refused_days": [{"day": time.strftime("%Y-%m-%d", time.gmtime(at / 1000)), "status": 400, **REFUSED}],
    }


def counted(url: str) -> dict[str, int]:
    return {table: db.select(url, f"SELECT count(*) FROM {table}")[0][0] for table in aged(1)}


def decided() -> dict[str, str]:
    """What docs/kept.md says of each table."""
    lines = re.findall(r"^\| (`.+`) \|.*\| (.+) \|$", (ROOT / "docs" / "kept.md").read_text(), re.MULTILINE)
    return {name: kept for names, kept in lines for name in re.findall(r"`(\w+)`", names)}


@ONLY_SQLITE
def test_of_each_table_it_is_decided_how_long_it_is_kept(database: str) -> None:
    """Whoever adds a table says what becomes of its rows, and has old ones swept here."""
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ours = {row.name for row in db.select(database, tables) if not row.name.startswith(("alembic_", "order_trigrams"))}
    swept = {table for table, kept in decided().items() if re.search(r"day|hours|until (it|their)", kept)}
    assert decided().keys() == ours
    assert swept == aged(1).keys()


@ON_POSTGRES
def test_what_is_of_no_use_any_more_is_swept(database: str, caplog: pytest.LogCaptureFixture) -> None:
    fill(database, 1)  # whose payment is told of
    db.execute(database, "UPDATE orders SET status = 'SHIPPED'")  # nothing of it is to be made
    reader = {"id": 1, "user_id": 1, "asked_at": ago(1), "host": "", "created_at": ago(1), "failures": 0}
    db.insert(database, "mail_readers", [reader])
    now = aged(0.1)
    for rows in (now, aged(100)):
        for table, added in rows.items():
            db.insert(database, table, added)
    flask(database, "daily")
    assert counted(database) == {table: len(rows) for table, rows in now.items()} | {"sessions": 3}
    (line,) = [line for line in caplog.messages if line.startswith("daily:")]
    kinds = ("sign-ins", "attempts to sign in", "invitations", "links for passwords", "form keys", "idempotency keys")
    for what in kinds:
        assert f"1 old {what}" in line
    flask(database, "daily")
    assert "nothing to do" in [line for line in caplog.messages if line.startswith("daily:")][-1]


def test_what_takes_too_long_keeps_nothing_else_from_being_done(
    database: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_cut(_tx: Connection) -> int:
        raise sa.exc.OperationalError("DELETE", {}, Exception("canceling statement due to statement timeout"))

    monkeypatch.setattr(daily, "_works", {"too much": (is_cut, 1)} | daily._works)
    db.insert(database, "form_keys", [{"id": "old", "created_at": ago(400)}])
    flask(database, "daily")
    assert "not done: too much: OperationalError" in caplog.messages
    assert not db.select(database, "SELECT 1 FROM form_keys WHERE id = 'old'")


def test_sockets_of_a_process_that_died_are_forgotten(database: str, start_server: StartServer) -> None:
    dead = {"process": "dead", "door": "dashboard", "is_admin": True, "sockets": 3, "seen_at": ago(1)}
    db.insert(database, "attendance", [dead])
    start_server(database)
    eventually(lambda: not db.select(database, "SELECT 1 FROM attendance WHERE process = 'dead'"))


@pytest.mark.matrix
@ONLY_SQLITE
def test_the_planner_knows_how_much_there_is_once_that_pays(database: str, caplog: pytest.LogCaptureFixture) -> None:
    orders = "SELECT stat FROM sqlite_stat1 WHERE tbl = 'orders' AND idx = 'ix_orders_day_id'"
    fill(database, 300)
    assert all(row.stat.startswith("300 ") for row in db.select(database, orders))
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("DELETE FROM orders WHERE id <= 100")
    flask(database, "daily")
    assert "statistics" not in caplog.text
    db.execute(database, f"INSERT INTO write_probes (filler) VALUES (zeroblob({LARGE}))")
    flask(database, "daily")
    assert "statistics" in caplog.text
    assert all(row.stat.startswith("200 ") for row in db.select(database, orders))
