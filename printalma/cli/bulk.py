"""Many rows at once, past SQLAlchemy: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, is_postgres


def insert(tx: Connection, into: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add `rows`, which name the same columns in the same order, as the database keeps their values: moments in
    milliseconds, JSON as text."""
    if not rows:
        return
    columns = ", ".join(rows[0])
    driver: Any = tx.connection.driver_connection
    if is_postgres(tx):
        with driver.cursor() as cursor, cursor.copy(f"COPY {into.name} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))
    else:
        places = ", ".join("?" * len(rows[0]))
        values = (tuple(row.values()) for row in rows)
        driver.executemany(f"INSERT INTO {into.name} ({columns}) VALUES ({places})", values)  # noqa: S608


def restart_numbering(tx: Connection, *tables: sa.Table) -> None:
    """Have the next row of each table get the id behind its last one; SQLite sees to that by itself."""
    if is_postgres(tx):
        for each in tables:
            last = f"SELECT setval(pg_get_serial_sequence('{each.name}', 'id'), max(id)) FROM {each.name}"  # noqa: S608
            tx.execute(sa.text(last))
