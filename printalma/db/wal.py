"""SQLite's write-ahead log (the `-wal` file) is copied into the database file, and a long one given back to the disk.

SQLite by itself has a change do that, about every fiftieth. A reader of another program that stayed for half a minute
left a log of 134 MB, which the next order had to copy, and which stayed that long for ever. Here a thread does it
beside the requests. SQLite's own way is for when no server runs, and for a log that grows all the same.
"""

import logging
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import gevent

from printalma.db.faults import why
from printalma.db.thread import in_thread
from printalma.lib.rare import RARE

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0  # seconds between two looks
COPIED_FROM = 4_000_000  # bytes; a file of that length is used again and again
KEPT = 16_000_000  # bytes; a longer file is cut
REST = 1000  # pages: changes wait while so much is copied at last before the file is cut, some milliseconds
MAX_PAGES = 16_000  # 65 MB: with more a change copies by itself, after all


def watch(file: Path, worker: Any) -> None:
    """While the process serves. Of several processes that find the log due at once, one does it."""
    wal = file.with_name(f"{file.name}-wal")
    copied = 0  # when the log was written that has been copied
    while worker.alive:
        gevent.sleep(POLL_SECONDS * random.uniform(0.8, 1.2))
        try:
            found = wal.stat()
            is_due = found.st_size >= COPIED_FROM and found.st_mtime_ns != copied
            if is_due and in_thread(_shorten, file, found.st_size > KEPT):
                copied = found.st_mtime_ns
        except FileNotFoundError:
            continue
        except (OSError, sqlite3.Error) as error:
            log.warning("write-ahead log not shortened: %s", why(error), extra=RARE)


def _shorten(file: Path, is_long: bool) -> bool:
    """Copy what no reader needs any more, for which nobody waits; cut a long file if nobody reads in it. Whether all of
    it is done."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", timeout=0, uri=True)) as connection:
        is_busy, pages, copied = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if is_long and not is_busy and pages - copied < REST:
            is_busy, pages, copied = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy and copied == pages
