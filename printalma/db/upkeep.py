"""What is done for the database beside the requests, and after very much was written."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import gevent
import sqlalchemy as sa
from flask import Flask

from printalma.db import Connection, db, is_postgres, sqlite, unhurried, wal
from printalma.db.thread import in_thread


def start(app: Flask, worker: Any) -> None:
    """What a server process does all the time."""
    with app.app_context():
        file = _file()
    if file:
        gevent.spawn(wal.watch, file, worker)


def analyze(tx: Connection) -> None:
    """Have the planner know how much there is of what."""
    if is_postgres(tx):
        tx.execute(sa.text("ANALYZE"))
    else:
        driver: Any = tx.connection.dbapi_connection
        sqlite.analyze(driver)


def vacuum(tables: Iterable[sa.Table], full: bool = False) -> None:
    """PostgreSQL's VACUUM of these tables, and what `analyze` does. Until then an index alone answers nothing of what
    was just written, however much that was; by itself it comes to it a minute later. `full` writes the tables anew, and
    whoever changes something waits. On SQLite nothing is done. Raises what a statement does."""
    with db.engine.connect() as connection:
        if not is_postgres(connection):
            return
        outside = connection.execution_options(isolation_level="AUTOCOMMIT")
        unhurried(outside)
        outside.exec_driver_sql(f"VACUUM ({'FULL, ' if full else ''}ANALYZE) {', '.join(each.name for each in tables)}")


def analyze_daily() -> bool:
    """The same for a shop that grows; PostgreSQL does so by itself. Whether it was done."""
    file = _file()
    return bool(file and in_thread(sqlite.analyze_large, file))


def _file() -> Path | None:
    url = db.engine.url
    return Path(url.database) if url.database and url.get_backend_name() == "sqlite" else None
