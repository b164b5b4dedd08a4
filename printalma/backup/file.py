"""A backup as a file: SQLite, with the tables as the models say and a row that says what it is.

It has no index of its own: it is read from end to end, and making one would need room in the system's temporary folder.
"""

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from printalma.lib.errors import Conflict, Invalid
from printalma.lib.i18n import t

APPLICATION_ID = 0x50414C4D  # by which `file` and we know it from another SQLite file
FORMAT = 1
# Nobody else sees it before it is whole: what a crash leaves is thrown away.
WHILE_WRITING = (f"application_id = {APPLICATION_ID}", "page_size = 4096", "journal_mode = OFF", "synchronous = OFF")
FIXED_BYTES = 24  # at the beginning of the file, which do not change any more once it has a table
ABOUT = "printalma_backup"


@dataclass(frozen=True)
class About:
    """`made_at` is in milliseconds since 1970, `revision` the schema's, `rows` how many there are of each table."""

    revision: str
    made_at: int
    last_event: int
    rows: dict[str, int]
    format: int = FORMAT


@contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """Where `path` is written until it is whole; gone at the end, unless it was renamed. Raises Conflict when somebody
    else is writing it."""
    part = path.with_name(path.name + ".part")
    descriptor = _alone(part)
    try:
        yield part
    finally:
        if _is(part, descriptor):  # once ours has its name, the next one may be written here
            part.unlink()
        os.close(descriptor)


def forget(path: Path) -> None:
    """Remove what somebody was writing who was killed."""
    if path.with_name(path.name + ".part").exists():
        with suppress(Conflict), part_of(path):
            pass


def create(path: Path, tables: Iterable[sa.Table]) -> sqlite3.Connection:
    """An empty backup."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?nolock=1", uri=True, isolation_level=None)
    try:
        for pragma in WHILE_WRITING:
            connection.execute(f"PRAGMA {pragma}")
        for table in tables:
            connection.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
        connection.execute(f"CREATE TABLE {ABOUT} (about TEXT NOT NULL)")
        connection.execute("BEGIN")  # once for all: after each piece, it would write the same pages again
    except BaseException:
        connection.close()
        raise
    return connection


def add(connection: sqlite3.Connection, table: sa.Table, rows: Iterable[Sequence[Any]]) -> None:
    places = ", ".join("?" * len(table.columns))
    connection.executemany(f"INSERT INTO {table.name} VALUES ({places})", rows)  # noqa: S608


def seal(connection: sqlite3.Connection, about: About) -> None:
    connection.execute(f"INSERT INTO {ABOUT} VALUES (?)", (json.dumps(asdict(about)),))  # noqa: S608
    connection.execute("COMMIT")


def checked(path: Path) -> About:
    """What a backup says of itself, once it was found whole. Raises Invalid with a sentence that says what is wrong."""
    try:
        with closing(opened(path)) as connection:
            about = _about(connection, path)
            if not _is_whole(connection, about):
                raise Invalid(t("backup.damaged", file=path))
            return about
    except sqlite3.OperationalError as error:
        raise Invalid(t("backup.unreadable", file=path, why=error)) from None
    except sqlite3.DatabaseError as error:
        is_other = error.sqlite_errorcode == sqlite3.SQLITE_NOTADB
        raise Invalid(t("backup.foreign" if is_other else "backup.damaged", file=path)) from None


def opened(path: Path) -> sqlite3.Connection:
    """To be read only."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def keep(part: Path, path: Path) -> None:
    """Give a whole file its name, for good."""
    _sync(part)
    part.replace(path)
    _sync(path.parent)


def _about(connection: sqlite3.Connection, path: Path) -> About:
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID:
        raise Invalid(t("backup.foreign", file=path))
    try:
        ((text,),) = connection.execute(f"SELECT about FROM {ABOUT}").fetchall()  # noqa: S608
        said = json.loads(text)
        if said["format"] > FORMAT:
            raise Invalid(t("backup.newer", file=path))
        if not all(name.isidentifier() for name in said["rows"]):  # they are going to stand in statements
            raise ValueError
        return About(**said)
    except (sqlite3.DatabaseError, ValueError, TypeError, KeyError):
        raise Invalid(t("backup.damaged", file=path)) from None


def _is_whole(connection: sqlite3.Connection, about: About) -> bool:
    """Whether each page can be read, each row is there and refers to rows that are, and the log ends where it says."""
    try:
        if connection.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
            return False
        if connection.execute("PRAGMA foreign_key_check").fetchall():
            return False
        for table, rows in about.rows.items():
            if connection.execute(f"SELECT count(*) FROM {table}").fetchone() != (rows,):  # noqa: S608
                return False
        ends = connection.execute("SELECT (SELECT last FROM log_position), coalesce(max(id), 0) FROM events").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(ends == (about.last_event, about.last_event))


def _alone(part: Path) -> int:
    """The descriptor that holds the lock of `part`, which is there and ours alone until it is closed."""
    while True:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Who had it before us may have removed the file that we opened.
            if _is(part, descriptor):
                os.truncate(descriptor, 0)
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            raise Conflict(t("backup.busy")) from None
        os.close(descriptor)


def _is(path: Path, descriptor: int) -> bool:
    return path.exists() and os.path.samestat(path.stat(), os.fstat(descriptor))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
