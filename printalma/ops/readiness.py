"""The database's half of /healthz: whether an order could be saved, by a small write that is rolled back, asked at most
every few seconds. (The other half, whether it would be told: views.py.)"""

import sqlite3
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from gevent.lock import BoundedSemaphore

from printalma.config import settings
from printalma.db import UNREACHABLE, db, is_postgres
from printalma.db.faults import why

ASKED_SECONDS = 3.0
# More than what lies ready in a cache or a half-filled page: it must find room on the disk.
FILLER_BYTES = 65_536


class Readiness:
    """Remembers the last answer for ASKED_SECONDS; one question at a time."""

    def __init__(self) -> None:
        self._turn = BoundedSemaphore()
        self._asked_at = -ASKED_SECONDS
        self._problem: str | None = None

    def problem(self) -> str | None:
        """Why an order could not be saved now, in the database's words; None when it could."""
        with self._turn:
            if time.monotonic() - self._asked_at >= ASKED_SECONDS:
                self._problem = self._ask()
                self._asked_at = time.monotonic()
            return self._problem

    def _ask(self) -> str | None:
        probe: Callable[[], None] = _probe_file if settings().is_sqlite else _probe_server
        try:
            probe()
        except sqlite3.OperationalError as error:
            # Somebody writes: an order would wait for its turn, and so it could be saved.
            return None if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY else why(error)
        except (*UNREACHABLE, sqlite3.Error) as error:
            return why(error)
        return None


def _probe_file() -> None:
    # A connection of its own: with next to no cache, what it writes reaches the disk before it is rolled back.
    connection: Any = db.engine.raw_connection()
    driver = connection.driver_connection
    connection.detach()
    try:
        driver.execute("PRAGMA busy_timeout=0")
        driver.execute("PRAGMA cache_size=2")
        driver.execute("BEGIN IMMEDIATE")
        driver.execute("INSERT INTO write_probes (filler) VALUES (zeroblob(?))", (FILLER_BYTES,))
        driver.execute("ROLLBACK")
    finally:
        connection.close()


def _probe_server() -> None:
    with db.engine.connect() as connection:
        assert is_postgres(connection)
        connection.execute(sa.text("INSERT INTO write_probes (filler) VALUES (:filler)"), {"filler": bytes(1000)})
        connection.rollback()
