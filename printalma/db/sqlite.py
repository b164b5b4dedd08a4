"""SQLite: how each connection is set up, and how a change waits for another process's without holding up this one."""

import sqlite3
import time
from typing import Any

BUSY_SECONDS = 5.0  # what a reader waits, in the rare moments in which a reader must
BUSY_PAUSE = 0.0005
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000:.0f}")
# One change at a time in a process: SQLite lets no second one begin, and who waits here holds no connection.
WRITERS = 1


def set_up(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own: `begin` does
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def begin(connection: Any) -> None:
    # A transaction that reads first and writes later fails at once with "database is locked", whatever the
    # busy timeout: who is going to write takes the lock first.
    until = connection.info.get("writes_until")
    if until is None:
        connection.driver_connection.execute("BEGIN")
        return
    driver = connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        _wait_for_lock(driver, until)
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")


def _wait_for_lock(driver: sqlite3.Connection, until: float) -> None:
    # SQLite's own waiting would stop every greenlet of the process, and sleeps ever longer while it waits.
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(BUSY_PAUSE)
