"""Taking a backup: every row as it is at one moment, copied in pieces, whatever others write meanwhile.

The rows are copied on both databases. SQLite's own online backup begins anew whenever another process writes, so that
in a busy shop it never ends, and it would bring the keys along.
"""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import gevent
import sqlalchemy as sa

from printalma.backup import contents, file
from printalma.backup.file import About
from printalma.db import Connection, snapshot
from printalma.db.revisions import KNOWN
from printalma.events import log
from printalma.lib.clock import now
from printalma.lib.errors import Conflict
from printalma.lib.i18n import t

PIECE = 500  # rows that are read and written before everybody else has a turn: some milliseconds


def take(path: Path, breath: float = 0.0) -> About:
    """Write a backup to `path` and check it. `breath` are the seconds between two pieces in a process that serves.

    Raises Conflict when the database is not as this release has it, or the disk is full, and Invalid when what was
    written is not whole.
    """
    tables = contents.copied()
    try:
        with closing(file.create(path, tables)) as connection, snapshot() as shop:
            revision = _revision(shop)
            made_at = round(now().timestamp() * 1000)
            rows = {table.name: _copy(shop, table, connection, breath) for table in tables}
            file.seal(connection, About(revision, made_at, log.last_id(shop), rows))
    except sqlite3.Error as error:  # the shop's own are SQLAlchemy's
        raise Conflict(t("backup.unwritable", file=path, why=error)) from None
    # In a thread: it looks at every page, for seconds in a large shop.
    found: About = gevent.get_hub().threadpool.apply(file.checked, (path,))
    return found


def save(path: Path) -> About:
    """A backup at `path`, in place of what is there once it is whole. Raises what `take` does, Conflict while another
    process is writing it, and OSError."""
    with file.part_of(path) as part:
        about = take(part)
        file.keep(part, path)
    return about


def _revision(shop: Connection) -> str:
    """Of the database, which must be this release's: of another's, the models do not know every column."""
    found: str = shop.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
    if found != KNOWN[-1]:
        raise Conflict(t("backup.other_revision", found=found, known=KNOWN[-1]))
    return found


def _copy(shop: Connection, table: sa.Table, into: sqlite3.Connection, breath: float) -> int:
    copied = 0
    at_once = contents.FEW.get(table.name, PIECE)
    found = shop.execute(contents.rows_of(table), execution_options={"yield_per": at_once})
    for rows in found.partitions():
        file.add(into, table, map(tuple, rows))
        copied += len(rows)
        if breath:
            time.sleep(breath)
    return copied
