"""The database: one engine, two dialects, and the only commit in the program."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase

from printalma.config import ConfigError, Settings
from printalma.lib.text import t

ATTEMPTS = 6
BUSY_MOST = 5.0  # seconds to wait for another process to finish writing (SQLite)
BUSY_PAUSE = 0.0005
COLLISIONS = ("40P01", "40001")  # PostgreSQL: deadlock detected, serialization failure

UNREACHABLE = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)

T = TypeVar("T")
Connection = sa.Connection
Row = sa.Row[Any]


class Model(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime, kept as whole milliseconds since 1970: the same bytes and order on both databases."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> int | None:
        return None if value is None else round(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, _dialect: Any) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


# SQLite numbers rows by itself only in a column declared INTEGER.
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

db = SQLAlchemy(model_class=Model)


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the engine to the app and set each new connection up for its dialect. Raises ConfigError."""
    _check_address(settings.database_url)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    # Parameters are people's names and addresses: an error that is logged must not carry them.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True} | (
        {} if settings.is_sqlite else _postgres_options()
    )
    db.init_app(app)
    if settings.is_sqlite:
        with app.app_context():
            sa.event.listen(db.engine, "connect", _sqlite_pragmas)
            # Not the "begin" event: with one listener SQLAlchemy walks its event lists around every statement.
            db.engine.dialect.do_begin = _sqlite_begin  # type: ignore[method-assign,assignment]


def transaction(work: Callable[[Connection], T]) -> T:
    """Run `work` in one write transaction and commit it. A deadlock or serialization failure is tried again.

    `work` may run several times: it must touch nothing but the connection it is given. What it registers with
    `after_commit` runs once, when the change is durable. Whatever it raises rolls everything back.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with writing() as connection:
                told: list[Callable[[], None]] = []
                connection.info["after_commit"] = told
                with connection.begin():
                    result = work(connection)
        except sa.exc.DBAPIError as error:
            if attempt == ATTEMPTS or getattr(error.orig, "sqlstate", None) not in COLLISIONS:
                raise
            time.sleep(0.005 * attempt)
            continue
        for tell in told:
            tell()
        return result
    raise AssertionError("unreachable")


def table(model: type[Model]) -> sa.Table:
    """The table behind a model: writes, and reads on the hot way, go without the ORM's objects."""
    found = model.__table__
    assert isinstance(found, sa.Table)
    return found


def after_commit(connection: Connection, tell: Callable[[], None]) -> None:
    """Call `tell` once the transaction on `connection` is durable, and not at all if it is rolled back."""
    connection.info["after_commit"].append(tell)


@contextmanager
def writing() -> Iterator[Connection]:
    """A connection whose transactions write. Only `transaction` and the migrations need it."""
    with db.engine.connect() as connection:
        info = connection.info
        info["writes"] = True
        try:
            yield connection
        finally:
            del info["writes"]  # the pool gives the same connection to a reader


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection that only reads, given back to the pool at the end of the block."""
    with db.engine.connect() as connection:
        yield connection


def is_postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _check_address(url: str) -> None:
    # Not in `config`, which gunicorn reads before gevent's patch, and SQLAlchemy must not be imported before it.
    try:
        named = sa.make_url(url).database
    except (sa.exc.ArgumentError, ValueError):
        named = None
    if not named:
        raise ConfigError(t("boot.database_malformed"))


def _postgres_options() -> dict[str, Any]:
    # A query that hangs is ended by the server: gevent.Timeout would leave the connection in the middle of it.
    return {
        "pool_size": 10,
        "max_overflow": 10,
        "pool_timeout": 5,
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": 5,
            "options": "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=15000 -c timezone=UTC",
        },
    }


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own: _sqlite_begin does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MOST * 1000:.0f}"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Any) -> None:
    # A transaction that reads first and writes later fails at once with "database is locked", whatever the
    # busy timeout: who is going to write takes the lock first.
    if not connection.info.get("writes"):
        connection.driver_connection.execute("BEGIN")
        return
    driver = connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        _wait_for_lock(driver)
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_MOST * 1000:.0f}")


def _wait_for_lock(driver: sqlite3.Connection) -> None:
    # SQLite's own waiting would stop every greenlet of the process, and sleeps ever longer while it waits.
    deadline = time.monotonic() + BUSY_MOST
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(BUSY_PAUSE)
