"""What keeps the database from answering or from writing: told apart from what a program did wrong."""

import sqlite3
from typing import Any

import sqlalchemy as sa

# PostgreSQL's (Appendix A, "Error Codes"): a standby that took over is read-only, a plan at its limit takes rights
# away, a disk is full, memory or connections are, an operator ends it, its files cannot be read.
KEEPS_FROM_WRITING = ("25006", "42501")
CANNOT_SERVE = ("53", "57P", "58", "XX")
COLLISIONS = ("40P01", "40001")  # deadlock detected, serialization failure
# What a change waited for too long. A queue for one row is several locks after another, each within its bound: then it
# is the whole statement that is cancelled.
CANCELLED = "57014"
WAITED_TOO_LONG = ("55P03", CANCELLED)
CROWDED = ("too many", "connection slots", "no more connections")  # PostgreSQL and PgBouncer, before a code is sent

# SQLite's: the file cannot be read, written, opened, or is none.
OF_THE_FILE = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_PERM,
)


class Unavailable(Exception):
    """The database does not answer, or does not write. It comes back by itself; nobody ends for it."""


class ReadTooLong(Unavailable):
    """A read was cut: it asks for too much, or the database is too slow for it now."""


UNREACHABLE = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError, Unavailable)


def translate(context: sa.engine.ExceptionContext) -> None:
    """SQLAlchemy's `handle_error`: some of these faults come as what a wrong statement would raise.

    A SQLite file that was damaged may be put back: whoever has the old one open would never see it.
    """
    error = context.original_exception
    code = getattr(error, "sqlstate", None) or ""
    of_the_file = getattr(error, "sqlite_errorcode", 0) & 0xFF in OF_THE_FILE
    if of_the_file:
        context.is_disconnect = True
    if _is_cut_read(context, code):
        raise ReadTooLong(why(error)) from error
    if isinstance(context.sqlalchemy_exception, UNREACHABLE):
        return
    if of_the_file or code in KEEPS_FROM_WRITING or code.startswith(CANNOT_SERVE):
        raise Unavailable(why(error)) from error


def is_undone(error: BaseException) -> bool:
    """Whether the server itself says that nothing of the change is saved, also when it was asked to commit it."""
    said = getattr(getattr(error, "orig", None), "sqlstate", None)
    return isinstance(error, sa.exc.DBAPIError) and not error.connection_invalidated and said is not None


def _is_cut_read(context: sa.engine.ExceptionContext, code: str) -> bool:
    if getattr(context.original_exception, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
        return True
    return code == CANCELLED and context.connection is not None and "writes_until" not in context.connection.info


def why(error: BaseException) -> str:
    """The database's own words for it, in one line and without anybody's data."""
    origin: Any = getattr(error, "orig", None) or error
    diagnosis = getattr(origin, "diag", None)
    said = getattr(diagnosis, "message_primary", None) or str(origin)
    return " ".join(f"{type(origin).__name__}: {said}".split())[:200]
