"""PostgreSQL: how many connections, and how long each may be silent.

A host that vanishes without a word leaves lines on which nothing ever comes: every wait has a bound. Statements end
on the server before that bound, so a line that is silent for longer is dead, and is dropped.
"""

import select
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

import sqlalchemy as sa
from gevent.monkey import get_original

from printalma.db.faults import CROWDED

_poll = get_original("select", "poll")  # which does not let others run
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
UNHURRIED = {"statement_timeout": "0", "lock_timeout": "0", "idle_in_transaction_session_timeout": "0"}
# Probes of the kernel's, for lines on which nobody waits: dead after 2 + 3 s.
KEEPALIVE = {"keepalives": 1, "keepalives_idle": 2, "keepalives_interval": 1, "keepalives_count": 3}
LINE = KEEPALIVE | {"tcp_user_timeout": int(ANSWER_SECONDS * 1000), "connect_timeout": CONNECT_SECONDS}
HEARD_SECONDS = 2.0
LISTENING = 1  # of a process's connections
KEPT_FOR_READERS = 2
_PLANNED = "printalma_planned"
# Execution options of a statement whose best way depends on its values, which is looked for anew each time: prepared,
# the tenth search for a name went through the whole table, as it would for a word that every order has.
PLANNED = {_PLANNED: True}
# This process's lines, by the server's number of what serves them: what they announce it knows.
_ours: "WeakValueDictionary[int, Any]" = WeakValueDictionary()


def engine_options(connections: int) -> dict[str, Any]:
    """For an engine of a process that may hold `connections` in all, one of which listens."""
    return {
        "pool_size": pool_size(connections),
        "max_overflow": 0,
        "pool_timeout": 10,
        "pool_pre_ping": True,
        "connect_args": LINE,
    }


def pool_size(connections: int) -> int:
    return max(2, connections - LISTENING)


def writers(connections: int) -> int:
    """How many changes may be under way: readers, health and setup always find a connection."""
    return max(1, pool_size(connections) - KEPT_FOR_READERS)


def take_over(engine: sa.Engine) -> None:
    """Have what SQLAlchemy does with its connections done as here."""
    dialect: Any = engine.dialect
    sa.event.listen(engine, "do_connect", connect)
    dialect.do_begin, dialect.do_commit, dialect.do_rollback = begin, commit, roll_back
    dialect.do_execute, dialect.do_executemany = execute, execute_many
    dialect.do_ping = pinged(dialect.do_ping)


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
        connection.answer_seconds = ANSWER_SECONDS
        _begin_session(connection)
        return connection


def begin(connection: Any) -> None:
    """SQLAlchemy's `do_begin`; psycopg begins by itself."""
    driver = connection.dbapi_connection
    if driver.each_transaction:
        driver.execute(driver.each_transaction, prepare=False)


def pipelined(tx: sa.Connection) -> None:
    """From here to the end of the transaction, what is unread goes out with the next statement of which something
    is read, or with the commit: others wait for its locks for fewer round trips."""
    driver: Any = tx.connection.driver_connection
    if not driver.each_transaction and driver._pipeline is None:
        driver.begin_pipeline()


def execute(cursor: Any, statement: str, parameters: Any, context: Any) -> None:
    """SQLAlchemy's `do_execute`. A cursor that the server keeps knows no `prepare`."""
    planned = {"prepare": False} if context.execution_options.get(_PLANNED) else {}
    cursor.execute(statement, parameters, **planned)
    sync(cursor)


def execute_many(cursor: Any, statement: str, parameters: Any, _context: Any) -> None:
    """SQLAlchemy's `do_executemany`."""
    cursor.executemany(statement, parameters)
    sync(cursor)


def take(line: Any, statement: str, parameters: Any, unread: bool) -> Any:
    """The cursor of a prepared statement; a list of parameters has it executed with each of them."""
    cursor = line.dbapi_connection.cursor()
    if isinstance(parameters, list) and cursor.connection._pipeline is None:
        cursor.executemany(statement, parameters)
        return cursor
    for each in parameters if isinstance(parameters, list) else [parameters]:
        cursor.execute(statement, each)  # in a pipeline executemany would wait
    if not unread:
        sync(cursor)
    return cursor


def sync(cursor: Any) -> None:
    """What was sent in a pipeline is there to be read."""
    pipeline = cursor.connection._pipeline
    if pipeline and pipeline.result_queue:
        pipeline.sync()


def commit(driver: Any) -> None:
    """SQLAlchemy's `do_commit`, which is the end of a transaction for it, also when it fails: but of a pipeline it may
    be an earlier statement that did, and the transaction is still there."""
    try:
        driver.commit()
        _end_pipeline(driver)
    except BaseException:
        with suppress(Exception):  # the line is closed then, and what is raised is why there was no commit
            roll_back(driver)
        raise


def roll_back(driver: Any) -> None:
    """SQLAlchemy's `do_rollback`, which is the end of a reader's turn, too. What cannot be rolled back is no connection
    for whoever comes next."""
    try:
        _line(driver).only_reads = False
        driver.rollback()
        _end_pipeline(driver)
    except BaseException:
        _line(driver).close()
        raise


def _end_pipeline(driver: Any) -> None:
    _line(driver).end_pipeline()


def _line(driver: Any) -> Any:
    """psycopg's connection, of the pool's or as it is."""
    return getattr(driver, "dbapi_connection", driver)


def pinged(ping: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """SQLAlchemy's `do_ping`, without a word on a line on which nothing has come. A server that ends a line says so,
    and of one that has vanished the kernel's probes tell."""

    def is_there(driver: Any) -> bool:
        line = _poll()
        line.register(driver.fileno(), select.POLLIN)
        return not line.poll(0) or ping(driver)

    return is_there


def only_read(connection: sa.Connection) -> None:
    """Each statement is a transaction of its own, as it sees the data: two round trips less. A pooler's settings need
    the transaction."""
    driver: Any = connection.connection.driver_connection
    driver.only_reads = not driver.each_transaction


def hears(engine: sa.Engine, driver: Any, channel: str) -> bool:
    """Whether what is announced reaches `driver`, which listens: poolers let a session listen and pass nothing on."""
    if not driver.each_transaction:
        return True
    with engine.connect() as connection:
        connection.execute(sa.text(f"NOTIFY {channel}"))
        connection.commit()
    return any(True for _ in driver.notifies(timeout=HEARD_SECONDS, stop_after=1))


def is_our_own(notice: Any) -> bool:
    """Whether it was announced by a change of this process."""
    return notice.pid in _ours


def unhurried(connection: sa.Connection) -> None:
    """This connection's statements may take as long as they need: a migration of a large shop takes minutes."""
    driver: Any = connection.connection.driver_connection
    driver.answer_seconds = None
    if driver.each_transaction:
        driver.each_transaction = _settings("SET LOCAL", SESSION | UNHURRIED)
    else:
        driver.execute(_settings("SET", UNHURRIED))
    connection.commit()
    connection.detach()  # it is not given back to the pool like that


def without_haste(tx: sa.Connection) -> None:
    """This transaction's statements, and the pauses between them, may take as long as they need."""
    driver: Any = tx.connection.driver_connection
    driver.answer_seconds = None
    driver.execute(_settings("SET LOCAL", UNHURRIED | {"lock_timeout": SESSION["lock_timeout"]}))


def _begin_session(connection: Any) -> None:
    """Set it up once or, behind a pooler (PgBouncer, Supavisor), for each transaction: its next one may be served by
    another server process, which knows neither settings nor prepared statements of ours. A pooler is told by the
    process's number: the one it gives out is its own."""
    (process,) = connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
    if process == connection.info.backend_pid:
        _ours[process] = connection
        connection.execute(_settings("SET", SESSION), prepare=False)
    else:
        connection.prepare_threshold = None
        connection.each_transaction = _settings("SET LOCAL", SESSION)
    connection.commit()


def _settings(command: str, values: dict[str, str]) -> str:
    return "; ".join(f"{command} {name} = '{value}'" for name, value in values.items())
