"""Long work says how far it is, also while one statement keeps the whole process busy."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.support.matrix import ONLY_SQLITE
from tests.support.server import BIN, ROOT, environment

WORK = """
from gevent import monkey
monkey.patch_all()
import sqlite3
from printalma.lib import progress
progress.EVERY_SECONDS = 0.2
with progress.progress() as tell:
    tell("Rien encore")
    tell("Je compte")
    counting = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000000) SELECT max(n) FROM c"
    sqlite3.connect(":memory:").execute(counting).fetchall()
print("Fini")
"""


def test_a_long_statement_is_told_of_while_it_runs() -> None:
    done = subprocess.run([sys.executable, "-c", WORK], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "Fini\n"
    told = done.stderr.splitlines()
    assert told
    assert {line.partition(" (")[0] for line in told} == {"Je compte"}


PIECES = """
from gevent import monkey
monkey.patch_all()
import time
from printalma.lib import progress
progress.EVERY_SECONDS = 0.2
with progress.counting("cli.rows_done") as more:
    for _ in range(3):
        more(200)
    monkey.get_original("time", "sleep")(1)
"""


def test_work_in_pieces_is_told_as_a_whole() -> None:
    done = subprocess.run([sys.executable, "-c", PIECES], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert {line.partition(" (")[0] for line in done.stderr.splitlines()} == {"600 lignes faites"}


@pytest.mark.matrix
@ONLY_SQLITE
def test_a_setup_that_waits_says_so(new_database: NewDatabase) -> None:
    """A release phase that says nothing for minutes is taken for one that hangs."""
    url = new_database()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        command: list[str | Path] = [BIN / "flask", "--app", "wsgi", "setup"]
        setup = subprocess.Popen(command, cwd=ROOT, env=environment(url), stderr=subprocess.PIPE, text=True)
        assert setup.stderr is not None
        assert setup.stderr.readline().startswith("Préparation de la base (3 s)")
        other.execute("ROLLBACK")
    assert setup.wait(60) == 0
    setup.stderr.close()
