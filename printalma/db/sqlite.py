"""SQLite: how each connection is set up, and how a change waits for another process's without holding up this one."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.util.queue import Empty, Full, QueueCommon

from printalma.db import wal
from printalma.db.pace import STEPS, Pace

BUSY_SECONDS = 5.0  # what a reader waits, in the rare moments in which a reader must
BUSY_PAUSE = 0.0005
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_SECONDS * 1000:.0f}",
    f"wal_autocheckpoint={wal.MAX_PAGES}",
    f"journal_size_limit={wal.KEPT}",
)
# One change at a time in a process: SQLite lets no second one begin, and who waits here holds no connection.
WRITERS = 1
_PACE = "pace"
_ONLY_ORDERS = "only_orders"
ANALYZED_FROM = 20_000_000  # bytes of the file; in a smaller one each plan is fast
ANALYZED_ROWS = 400  # of each index: a tenth of a second, also in a shop of a million orders


class Free(QueueCommon[Any]):
    """Connections that nobody uses. One that there is not is opened, so nobody waits, and nothing is locked: greenlets
    switch nowhere in here, and of a list Python itself adds and takes whole things."""

    def __init__(self, maxsize: int = 0, use_lifo: bool = False) -> None:
        self.maxsize, self.use_lifo = maxsize, use_lifo
        self._free: list[Any] = []

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: ARG002 -- the pool's own words
        try:
            return self._free.pop()
        except IndexError:
            raise Empty from None

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: ARG002
        if self.full():
            raise Full
        self._free.append(item)

    def get_nowait(self) -> Any:
        return self.get()

    def put_nowait(self, item: Any) -> None:
        self.put(item)

    def empty(self) -> bool:
        return not self._free

    def full(self) -> bool:
        return len(self._free) >= self.maxsize

    def qsize(self) -> int:
        return len(self._free)


class FilePool(sa.pool.QueuePool):
    """Connections to a file, and one for changes. That stays open, for it also watches the file: SQLite tells it of all
    changes but its own."""

    _queue_class = Free
    _writer: sa.Connection | None = None  # while nobody has it
    _watcher: Any = None  # the driver's, of the same connection
    _changes = _others = 0  # made on it, and those of them that were not orders alone

    @contextmanager
    def writing(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        """The connection for changes. Who has it has the process's turn to change something."""
        connection, self._writer = self._writer or self._opened(engine), None
        try:
            yield connection
        finally:
            is_whole = not (connection.invalidated or connection.in_transaction())
            self._changes += 1
            self._others += not (is_whole and connection.info.pop(_ONLY_ORDERS, False))
            if is_whole and self._watcher is not None:
                self._writer = connection
            else:
                self._watcher = None
                connection.close()

    def version(self, despite_orders: bool) -> object:
        """Another one than before as soon as anybody has changed the file, but for orders that were placed here if they
        do not count, and whenever that cannot be told: no change was made here yet."""
        try:
            seen = self._watcher.execute("PRAGMA data_version").fetchone() if self._watcher else object()
        except sqlite3.Error:
            seen = object()
        return self._watcher, seen, self._others if despite_orders else self._changes

    def dispose(self) -> None:
        super().dispose()
        writer, self._writer, self._watcher = self._writer, None, None
        if writer is not None:
            writer.close()

    def _opened(self, engine: sa.Engine) -> sa.Connection:
        connection = engine.connect()
        connection.detach()
        self._watcher = connection.connection.dbapi_connection
        self._watcher.execute("PRAGMA busy_timeout=0")  # `begin` waits, and holds up no greenlet
        return connection


# Reads that go on in pieces have a connection each, and nobody waits for one of theirs: it is an open file.
ENGINE_OPTIONS = {"poolclass": FilePool, "max_overflow": -1}


def take_over(engine: sa.Engine) -> None:
    """Have its connections set up, and what SQLAlchemy does with them done as here."""
    dialect: Any = engine.dialect
    sa.event.listen(engine, "connect", set_up)
    # Not the "begin" event: with one listener SQLAlchemy walks its event lists around every statement.
    dialect.do_begin, dialect.do_execute = begin, execute


def set_up(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own: `begin` does
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def begin(connection: Any) -> None:
    # A transaction that reads first and writes later fails at once with "database is locked", whatever the
    # busy timeout: who is going to write takes the lock first.
    until = connection.info.get("writes_until")
    if until is None:
        connection.dbapi_connection.execute("BEGIN")
        return
    # SQLite's own waiting would stop every greenlet of the process, and sleeps ever longer while it waits.
    while True:
        try:
            connection.dbapi_connection.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(BUSY_PAUSE)


def only_orders(tx: sa.Connection) -> None:
    """What is changed here are orders: they end nobody's right, and whose rights were read need not be read again."""
    tx.info[_ONLY_ORDERS] = True


def only_read(connection: sa.Connection) -> None:
    """What is read here holds up nobody, and is cut when it takes too long, until it is `unhurried`."""
    line: Any = connection.connection
    pace = line.info[_PACE] = Pace()
    line.dbapi_connection.set_progress_handler(pace, STEPS)


def unhurried(connection: sa.Connection) -> None:
    """Nothing on this connection gives way or is cut any more. A change never does: others wait for its lock."""
    line: Any = connection.connection
    line.dbapi_connection.set_progress_handler(None, 0)
    line.info.pop(_PACE, None)


def execute(cursor: Any, statement: str, parameters: Any, context: Any) -> None:
    """SQLAlchemy's `do_execute`."""
    pace = context.root_connection.info.get(_PACE)
    if pace is not None:
        pace.begin()
    cursor.execute(statement, parameters)


def take(line: Any, statement: str, parameters: Any, _unread: bool) -> Any:
    """The cursor of a prepared statement; a list of parameters has it executed with each of them."""
    pace = line.info.get(_PACE)
    if pace is not None:
        pace.begin()
    if isinstance(parameters, list):
        return line.dbapi_connection.executemany(statement, parameters)
    return line.dbapi_connection.execute(statement, parameters)


def engine_of(path: Path) -> sa.Engine:
    """Another file than the shop's, used as that is."""
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool, hide_parameters=True)
    sa.event.listen(engine, "connect", set_up)
    engine.dialect.do_begin = begin  # type: ignore[method-assign,assignment]
    return engine


def analyze(driver: sqlite3.Connection) -> None:
    """Learn how much there is of what. The table of it is made anew: then all other connections notice."""
    driver.execute(f"PRAGMA analysis_limit={ANALYZED_ROWS}")
    driver.execute("DROP TABLE IF EXISTS sqlite_stat1")
    driver.execute("ANALYZE")


def analyze_large(file: Path) -> bool:
    """The same for the database in `file`, in a thread. Whether it pays."""
    if file.stat().st_size < ANALYZED_FROM:
        return False
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as driver:
        driver.execute("BEGIN IMMEDIATE")
        analyze(driver)
        driver.execute("COMMIT")
    return True
