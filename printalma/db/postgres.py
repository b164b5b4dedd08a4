"""PostgreSQL: how many connections, and how long each may be silent.

A host that vanishes without a word leaves lines on which nothing ever comes: every wait has a bound. Statements end
on the server before that bound, so a line that is silent for longer is dead, and is dropped.
"""

import time
from typing import Any

import sqlalchemy as sa

from printalma.db.faults import CROWDED

ANSWER_SECONDS = 5.0  # without a word: the line is dead
STATEMENT_SECONDS = 4  # of one statement; what a change waits for a row's lock is tried again (db.transaction)
LOCK_SECONDS = 3
CONNECT_SECONDS = 4
CROWDED_SECONDS = 10.0  # what is waited for a free place where the server has none
SESSION = {
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "lock_timeout": f"{LOCK_SECONDS}s",
    "idle_in_transaction_session_timeout": "15s",
    "timezone": "UTC",
}
# Probes of the kernel's, for lines on which nobody waits: dead after 2 + 3 s.
KEEPALIVE = {"keepalives": 1, "keepalives_idle": 2, "keepalives_interval": 1, "keepalives_count": 3}
LINE = KEEPALIVE | {"tcp_user_timeout": int(ANSWER_SECONDS * 1000), "connect_timeout": CONNECT_SECONDS}
LISTENING = 1  # of a process's connections
KEPT_FOR_READERS = 2


def engine_options(connections: int) -> dict[str, Any]:
    """For an engine of a process that may hold `connections` in all, one of which listens."""
    return {
        "pool_size": pool_size(connections),
        "max_overflow": 0,
        "pool_timeout": 10,
        "pool_pre_ping": True,
        "connect_args": KEEPALIVE
        | {"tcp_user_timeout": int(ANSWER_SECONDS * 1000), "connect_timeout": CONNECT_SECONDS},
    }


def pool_size(connections: int) -> int:
    return max(2, connections - LISTENING)


def writers(connections: int) -> int:
    """How many changes may be under way: readers, health and setup always find a connection."""
    return max(1, pool_size(connections) - KEPT_FOR_READERS)


def connect(_dialect: Any, _record: Any, arguments: list[Any], parameters: dict[str, Any]) -> Any:
    """SQLAlchemy's `do_connect`: a connection on which no wait is endless. Waits for a place on a crowded server."""
    # Not above: a shop on SQLite starts a sixth of a second sooner without them.
    import psycopg

    from printalma.db.bounded_connection import BoundedConnection

    deadline = time.monotonic() + CROWDED_SECONDS
    while True:
        try:
            connection = BoundedConnection.connect(*arguments, **parameters)
        except psycopg.OperationalError as error:
            if not any(words in str(error) for words in CROWDED) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
            continue
        _begin_session(connection)
        return connection


def unhurried(connection: sa.Connection) -> None:
    """This connection's statements may take as long as they need: a migration of a large shop takes minutes."""
    driver: Any = connection.connection.driver_connection
    driver.answer_seconds = None
    connection.execute(sa.text("SET statement_timeout = 0"))
    connection.execute(sa.text("SET lock_timeout = 0"))
    connection.commit()
    connection.detach()  # it is not given back to the pool like that


def _begin_session(connection: Any) -> None:
    connection.execute("; ".join(f"SET {name} = '{value}'" for name, value in SESSION.items()), prepare=False)
    connection.commit()
