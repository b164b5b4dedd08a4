"""The room that a database takes on its disk."""

from typing import Any

import sqlalchemy as sa

from printalma.db import db, is_postgres, reading, unhurried, upkeep


def taken() -> int:
    """Bytes, what is free for the next rows included."""
    with reading() as connection:
        if is_postgres(connection):
            return int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)
        pages, size = (connection.scalar(sa.text(f"PRAGMA {name}")) for name in ("page_count", "page_size"))
        return int(pages or 0) * int(size or 0)


def give_back(*tables: sa.Table) -> None:
    """Write the tables anew without what is free between their rows; on SQLite, the whole file. Who changes something
    waits, and needs as much room again meanwhile."""
    upkeep.vacuum(tables, full=True)
    with db.engine.connect() as connection:
        if not is_postgres(connection):
            unhurried(connection)
            driver: Any = connection.connection.driver_connection
            driver.execute("VACUUM")
