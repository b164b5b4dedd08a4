"""Many rows at once, past SQLAlchemy: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, is_postgres

LOCK_MILLISECONDS = 900  # PostgreSQL looks for deadlocks after a second


def insert(tx: Connection, into: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add `rows`, which name the same columns, with values as the models have them."""
    if rows:
        columns = [into.c[name] for name in rows[0]]
        as_kept = [(n, kept) for n, column in enumerate(columns) if (kept := _as_kept(tx, column)) is not None]

        def values(row: Mapping[str, Any]) -> list[Any]:
            found = [row[column.name] for column in columns]
            for n, kept in as_kept:
                found[n] = kept(found[n])
            return found

        insert_values(tx, into, [column.name for column in columns], map(values, rows))


def insert_values(tx: Connection, into: sa.Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows of these columns, as the database keeps their values: moments in milliseconds, JSON as text."""
    listed = ", ".join(columns)
    driver: Any = tx.connection.dbapi_connection
    if is_postgres(tx):
        with driver.cursor() as cursor, cursor.copy(f"COPY {into.name} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        places = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {into.name} ({listed}) VALUES ({places})", rows)  # noqa: S608


def _as_kept(tx: Connection, column: sa.Column[Any]) -> Callable[[Any], Any] | None:
    """What makes of a column's value what the database keeps; None when that is the same."""
    return column.type.dialect_impl(tx.dialect).bind_processor(tx.dialect)


def lock(tx: Connection, tables: Sequence[sa.Table]) -> None:
    """Have nobody else write or, on PostgreSQL, even read `tables` before the end of the transaction.

    Somebody may hold the last of them and want the first: each is waited for more briefly than PostgreSQL takes to call
    that a deadlock and to end who waits. Then all are let go, and `transaction` tries again.
    """
    if is_postgres(tx):
        tx.execute(sa.text(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}"))
        tx.execute(sa.text("LOCK TABLE " + ", ".join(each.name for each in tables)))


def empty(tx: Connection, tables: Sequence[sa.Table]) -> None:
    """Delete all rows of `tables`, each of which stands behind those it refers to."""
    if is_postgres(tx):
        # Deleted rows would stay as dead ones, and each check of a reference to one would go through them all.
        tx.execute(sa.text("TRUNCATE " + ", ".join(each.name for each in tables)))
    else:
        for each in reversed(tables):
            tx.execute(sa.delete(each))


def restart_numbering(tx: Connection, *tables: sa.Table) -> None:
    """Have the next row of each table get the id behind its last one; SQLite sees to that by itself."""
    if not is_postgres(tx):
        return
    for each in tables:
        key = each.autoincrement_column
        if key is not None:
            numbers = sa.func.pg_get_serial_sequence(each.name, key.name)
            last = sa.func.coalesce(sa.func.max(key), 1), sa.func.count() > 0
            tx.execute(sa.select(sa.func.setval(numbers, *last)).select_from(each))
