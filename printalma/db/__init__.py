"""The database: one engine, two dialects, and the only commit in the program."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from threading import BoundedSemaphore
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.orm import DeclarativeBase

from printalma.config import Settings
from printalma.db import address, faults, postgres, sqlite
from printalma.db.faults import UNREACHABLE, ReadTooLong, Unavailable, why
from printalma.lib.i18n import t

__all__ = ["UNREACHABLE", "ReadTooLong", "Unavailable"]

ATTEMPTS = 6
# A change waits for its turn, for another's lock and for a lost line together no longer than a router waits for us.
WRITE_SECONDS = 20.0
_TURNS = "printalma.db.turns"

P = ParamSpec("P")
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


def upsert(into: sa.Table) -> Insert:
    """INSERT … ON CONFLICT: SQLite reads PostgreSQL's, and SQLAlchemy writes it for both. Its result's `rowcount` says
    whether a row was written: of an INSERT psycopg else has forgotten it."""
    return Insert(into).execution_options(preserve_rowcount=True)


def dumped(value: Any) -> str:
    """JSON as it is stored: without spaces, which a million orders would keep five million times."""
    return json.dumps(value, separators=(",", ":"))


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the engine to the app and set each new connection up for its dialect. Raises ConfigError."""
    # Not in `config`, which gunicorn reads before gevent's patch, and SQLAlchemy must not be imported before it.
    app.config["SQLALCHEMY_DATABASE_URI"] = address.parse(settings.database_url)
    connections = settings.connections_per_process
    writers = sqlite.WRITERS if settings.is_sqlite else postgres.writers(connections)
    app.extensions[_TURNS] = BoundedSemaphore(writers)
    # Parameters are people's names and addresses: an error that is logged must not carry them.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True, "json_serializer": dumped} | (
        sqlite.ENGINE_OPTIONS if settings.is_sqlite else postgres.engine_options(connections)
    )
    db.init_app(app)
    with app.app_context():
        sa.event.listen(db.engine, "handle_error", faults.translate)
        (sqlite if settings.is_sqlite else postgres).take_over(db.engine)


def transaction(work: Callable[[Connection], T], until: float | None = None) -> T:
    """Run `work` in one write transaction and commit it.

    A deadlock, a serialization failure, a row's lock that is not to be had and a line that breaks before COMMIT are
    tried again. `work` may run several times: it must touch nothing but the connection it is given. What it registers
    with `after_commit` runs once, when the change is durable. Whatever it raises rolls everything back. Raises one of
    UNREACHABLE when the database does not take the change within WRITE_SECONDS, or `until` that moment of the
    monotonic clock.
    """
    until = until or time.monotonic() + WRITE_SECONDS
    for attempt in range(1, 1000):
        attempted = _Attempt(until)
        try:
            result = attempted.run(work)
        except sa.exc.DBAPIError as error:
            if not attempted.may_repeat(error, attempt):
                raise
            time.sleep(0.005 * min(attempt, ATTEMPTS))
            continue
        for tell in attempted.told:
            tell()
        return result
    raise AssertionError("unreachable")


def transactional(work: Callable[Concatenate[Connection, P], T]) -> Callable[P, T]:
    """Mark a function that is one `transaction`: its callers leave the connection out, and their other arguments are
    there again when it is tried again."""

    @wraps(work)
    def committed(*args: P.args, **kwargs: P.kwargs) -> T:
        return transaction(lambda tx: work(tx, *args, **kwargs))

    return committed


class _Attempt:
    """One try of a change. `committing` says whether its outcome may be unknown: then it is not repeated."""

    def __init__(self, until: float) -> None:
        self.told: list[Callable[[], None]] = []
        self._until = until
        self._committing = False

    def run(self, work: Callable[[Connection], T]) -> T:
        with writing(self._until) as connection:
            connection.info["after_commit"] = self.told
            with connection.begin() as begun:
                result = work(connection)
                self._committing = True
                begun.commit()
            del connection.info["after_commit"]  # what is told is large
        return result

    def may_repeat(self, error: sa.exc.DBAPIError, attempt: int) -> bool:
        code = getattr(error.orig, "sqlstate", None)
        if code in faults.COLLISIONS:
            return attempt < ATTEMPTS
        is_harmless = code in faults.WAITED_TOO_LONG or (error.connection_invalidated and not self._committing)
        return is_harmless and time.monotonic() < self._until


def table(model: type[Model]) -> sa.Table:
    """The table behind a model: writes, and reads on the hot way, go without the ORM's objects."""
    found = model.__table__
    assert isinstance(found, sa.Table)
    return found


def after_commit(connection: Connection, tell: Callable[[], None]) -> None:
    """Call `tell` once the transaction on `connection` is durable, and not at all if it is rolled back."""
    connection.info["after_commit"].append(tell)


@contextmanager
def writing(until: float | None = None) -> Iterator[Connection]:
    """A connection whose transactions write, for `transaction` and the migrations alone. Waits for its turn until that
    moment of the monotonic clock, holding nothing meanwhile. Raises Unavailable."""
    until = until or time.monotonic() + WRITE_SECONDS
    turns: BoundedSemaphore = current_app.extensions[_TURNS]
    if not turns.acquire(timeout=max(0.0, until - time.monotonic())):
        raise Unavailable(f"other changes have waited for {WRITE_SECONDS} s")
    try:
        pool = db.engine.pool
        with pool.writing(db.engine) if isinstance(pool, sqlite.FilePool) else db.engine.connect() as connection:
            info = connection.info
            info["writes_until"] = until
            try:
                yield connection
            finally:
                del info["writes_until"]  # PostgreSQL's pool gives the same connection to a reader
    finally:
        turns.release()


class reading:
    """A connection that only reads, given back to the pool at the end of the block.

    A statement that takes too long raises ReadTooLong: on PostgreSQL after STATEMENT_SECONDS, on SQLite as `pace` says.
    Each request reads, so this is written for few calls.
    """

    __slots__ = ("_connection",)

    def __enter__(self) -> Connection:
        connection = self._connection = db.engine.connect()
        try:
            (postgres if is_postgres(connection) else sqlite).only_read(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def __exit__(self, *_raised: object) -> None:
        connection = self._connection
        try:
            if not (is_postgres(connection) or connection.invalidated or connection.closed):
                sqlite.unhurried(connection)
        finally:
            connection.close()


@contextmanager
def snapshot() -> Iterator[Connection]:
    """All the database as it is at one moment, to be read for as long as it takes. It is one connection more than
    DATABASE_CONNECTIONS: readers would miss it."""
    with db.engine.connect() as connection:
        if is_postgres(connection):
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        unhurried(connection)
        yield connection


def is_postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def unhurried(connection: Connection) -> None:
    """Long work on this connection alone, as migrations do: no statement of it is cut."""
    (postgres if is_postgres(connection) else sqlite).unhurried(connection)


def without_haste(tx: Connection) -> None:
    """The transaction may take as long as it needs, but for what it waits for others' locks: for a command, not for a
    process that serves."""
    if is_postgres(tx):
        postgres.without_haste(tx)


def complaint(error: Exception) -> str:
    """One sentence for the owner: which database, and why it does not do what was asked."""
    named = address.named(db.engine.url)
    password = db.engine.url.password
    said = why(error).replace(password, "***") if password else why(error)
    return t("boot.database_file" if db.engine.dialect.name == "sqlite" else "boot.database_server", why=said, **named)
