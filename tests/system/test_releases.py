"""Two releases side by side with a migration between them, and back to the older one."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from printalma.db.revisions import KNOWN, LAST_WITH_STEPS, NUMBER, SQUASHED
from tests.conftest import NewDatabase, StartServer
from tests.orders.test_search import found
from tests.support import database as db
from tests.support import inside, recount, warm
from tests.support.matrix import ONLY_SQLITE
from tests.support.page import Page
from tests.support.release import next_release
from tests.support.server import BIN, ROOT, Server, environment, eventually
from tests.support.warm import Warm, flask

pytestmark = pytest.mark.matrix
REVISION = f"next_{len(KNOWN)}"  # of the newer release
NEWER = f"(migration {REVISION})"


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The root of a newer release."""
    root = next_release(ROOT, tmp_path_factory.mktemp("newer"))
    yield root
    warm.close(root)


def revision(database: str) -> str:
    found: str = db.select(database, "SELECT version_num FROM alembic_version")[0].version_num
    return found


def looked_at(database: str) -> int:
    task = f"written before {NUMBER + 1}"
    rows = db.select(database, "SELECT position FROM tidying WHERE task = :task", task=task)
    return int(rows[0].position) if rows else 0


class Orders:
    """Placed one after the other, by two customers, on the servers of the moment, until the end."""

    def __init__(self, *servers: Server) -> None:
        self.servers = list(servers)
        self.acknowledged: list[int] = []
        self._ended = Event()
        self._pool = ThreadPoolExecutor(2)
        self._working = [self._pool.submit(self._place, n) for n in range(2)]

    def come(self, many: int) -> None:
        """Wait for so many more."""
        wanted = len(self.acknowledged) + many
        eventually(lambda: len(self.acknowledged) >= wanted or any(one.done() for one in self._working))

    def end(self) -> None:
        self._ended.set()
        assert all(one.result() is None for one in self._working)
        self._pool.shutdown()

    def _place(self, n: int) -> None:
        while not self._ended.wait(0.05):
            self.acknowledged.append(self.servers[n % len(self.servers)].client().place()["id"])


def test_orders_on_both_releases_are_stored_shown_found_and_counted(
    database: str, start_server: StartServer, newer: Path
) -> None:
    """And so they are when the older one serves again, alone, which it says."""
    old = start_server(database)
    pages = [Page(old.admin()).open()]
    orders = Orders(old)
    orders.come(3)
    assert "Base prête." in flask(database, "setup", root=newer).stdout
    assert revision(database) == REVISION
    orders.come(3)
    new = start_server(database, Warm(newer))
    pages.append(Page(new.admin()).open())
    orders.servers.append(new)
    orders.come(10)
    orders.servers = [new]
    orders.come(4)
    orders.end()
    stored = [row.id for row in db.select(database, "SELECT id FROM orders ORDER BY id")]
    assert sorted(orders.acknowledged) == stored
    eventually(lambda: all(set(page.rows[:20]) == set(stored[-20:]) for page in pages))
    for page in pages:
        page.close()
        assert not page.twice
    assert pages[0].ever == set(stored), "the page of the old release, whose socket was open all the time"
    written = {row.written_by for row in db.select(database, "SELECT DISTINCT written_by FROM events WHERE id > 7")}
    assert written == {NUMBER, NUMBER + 1}
    old.stop()
    last = db.select(database, "SELECT last FROM log_position")[0].last
    eventually(lambda: looked_at(database) >= last)
    assert recount.kept(database) == recount.counted(database)
    listed = new.admin_once().get("/orders/admin/all?search=awa%20diop&limit=1").data
    assert listed["pagination"]["total"] == len(stored)
    assert "Traceback" not in old.log + new.log
    new.stop()
    _the_old_one_serves_again(database, start_server, newer, stored[-1])


def _the_old_one_serves_again(database: str, start_server: StartServer, newer: Path, last: int) -> None:
    """After the newer one, whose last order it finds, and before it."""
    said = flask(database, "setup")
    assert len(said.stderr.splitlines()) == 1
    assert NEWER in said.stderr
    old = start_server(database)
    assert old.log.count(NEWER) == 1
    orders = [last, old.client().place()["id"]]
    assert found(old, "awa diop")[:2] == orders[::-1]
    old.stop()
    flask(database, "setup", root=newer)
    new = start_server(database, Warm(newer))
    orders.append(new.client().place()["id"])
    assert found(new, "awa diop")[:3] == orders[::-1]
    assert "Traceback" not in old.log + new.log


def refused(database: str, why: str) -> None:
    """Neither `flask setup` nor a server takes the database, and each says so in a sentence."""
    programs = (["flask", "--app", "wsgi", "setup"], ["gunicorn", "wsgi:app", "--bind", "127.0.0.1:0"])
    for command in ([str(BIN / program), *arguments] for program, *arguments in programs):
        done = subprocess.run(
            command, cwd=ROOT, env=environment(database), capture_output=True, text=True, timeout=180, check=False
        )
        assert done.returncode != 0
        assert "Traceback" not in done.stderr + done.stdout
        told = [line for line in done.stderr.splitlines() if why in line]
        assert len(told) == 1
        assert "docs/releases.md" in told[0]


@ONLY_SQLITE
def test_one_that_may_not_serve_it_says_how_to_go_back(new_database: NewDatabase, tmp_path: Path, newer: Path) -> None:
    database = new_database()
    flask(database, "setup", root=newer)
    db.execute(database, "UPDATE compatibility SET oldest = :newer", newer=NUMBER + 1)
    refused(database, NEWER)
    # With the newer release at hand, its migration is taken back, and the older one serves again (docs/releases.md).
    older = flask(database, "db", "heads").stdout.split()[0]
    flask(database, "db", "downgrade", older, root=newer)
    assert flask(database, "setup").stderr == ""
    server = Server(database, tmp_path).start()
    assert found(server, "nobody") == []
    server.stop()


@ONLY_SQLITE
def test_a_database_of_before_the_first_migration_is_told_the_way(new_database: NewDatabase) -> None:
    database = new_database()
    for revision in SQUASHED:
        why = f"d'avant PrintAlma {LAST_WITH_STEPS} (migration {revision})"
        db.execute(database, "UPDATE alembic_version SET version_num = :revision", revision=revision)
        done = inside.run(database, "setup")
        assert done.exit_code != 0
        assert why in done.stderr
    refused(database, why)
