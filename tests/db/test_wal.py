"""SQLite's write-ahead log: however long somebody reads, it becomes short again by itself."""

import sqlite3
from contextlib import closing
from pathlib import Path
from resource import RLIMIT_FSIZE, prlimit

import pytest

from tests.conftest import StartServer
from tests.support.matrix import ONLY_SQLITE
from tests.support.server import eventually

LONG = 40_000_000


@ONLY_SQLITE
@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.matrix), "2"])
def test_a_log_that_a_long_reader_left_is_given_back(database: str, start_server: StartServer, workers: str) -> None:
    shop = start_server(database, WORKERS=workers)
    file = Path(database.removeprefix("sqlite:///"))
    wal = file.with_name(f"{file.name}-wal")
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM orders").fetchone()
        with closing(sqlite3.connect(file, isolation_level=None, timeout=25)) as writer:
            writer.execute("PRAGMA wal_autocheckpoint=0")
            writer.execute("INSERT INTO write_probes (filler) VALUES (zeroblob(?))", (LONG,))
            writer.execute("DELETE FROM write_probes")
            order = shop.client().place()
        assert wal.stat().st_size > LONG
        assert reader.execute("SELECT count(*) FROM orders").fetchone() == (0,), (
            "nobody takes from a reader what it has"
        )
    eventually(lambda: wal.stat().st_size < LONG / 2)
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
        assert copy.execute("SELECT number FROM orders").fetchall() == [(order["orderNumber"],)]
    assert shop.client().place()
    assert "write-ahead log" not in shop.log


@ONLY_SQLITE
def test_a_full_disk_is_said_once_a_minute(database: str, start_server: StartServer) -> None:
    shop = start_server(database)
    file = Path(database.removeprefix("sqlite:///"))
    (worker,) = shop.workers()
    _, hard = prlimit(worker, RLIMIT_FSIZE)
    prlimit(worker, RLIMIT_FSIZE, (file.stat().st_size, hard))
    with closing(sqlite3.connect(file, isolation_level=None, timeout=25)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("INSERT INTO write_probes (filler) VALUES (zeroblob(?))", (LONG,))
    eventually(lambda: "write-ahead log not shortened" in shop.log)
    prlimit(worker, RLIMIT_FSIZE, (hard, hard))
    eventually(lambda: file.with_name(f"{file.name}-wal").stat().st_size < LONG / 2)
    assert shop.log.count("write-ahead log not shortened") == 1
    assert "Traceback" not in shop.log
