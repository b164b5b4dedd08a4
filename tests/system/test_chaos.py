"""Short runs of the fault test: each fault once. `make chaos` deals them out for as long as told."""

import pytest

from tests.support import pgbouncer
from tests.system import faults
from tests.system.chaos import Chaos, scene
from tests.system.faults import Fault

pytestmark = pytest.mark.matrix

# Each on one database, by default: what it breaks is the same on either.
ON: dict[str, list[Fault]] = {
    "sqlite": [faults.kill_master, faults.stop_worker, faults.kill_server, faults.fill_disk, faults.restore],
    "postgres": [
        *(faults.kill_worker, faults.deploy, faults.migrate, faults.freeze, faults.cut_lines),
        *(faults.crash_database, faults.forsake_lines, faults.exhaust_connections),
    ],
}
IMPATIENT = {"GUNICORN_CMD_ARGS": "--timeout 10"}  # seconds; with the usual thirty a stopped worker costs as many
DATABASES = pytest.mark.parametrize("kind", list(ON))


@DATABASES
def test_acknowledged_saved_and_shown_are_the_same_orders(kind: str) -> None:
    with scene(kind, seed=1, **IMPATIENT) as found:
        report = Chaos(found).run([fault for fault in faults.possible(found) if fault in ON[kind]])
    assert report.is_clean, report


@DATABASES
@pytest.mark.parametrize("processes", [(2, 2), (1, 1)], ids=str)
def test_whatever_breaks(kind: str, processes: tuple[int, int]) -> None:
    with scene(kind, 2, *processes, **IMPATIENT) as found:
        report = Chaos(found).run(faults.possible(found))
    assert report.is_clean, report


def test_whatever_breaks_behind_a_pooler() -> None:
    if pgbouncer.FOUND is None:
        pytest.skip("no pgbouncer on this machine")
    with scene("postgres", 3, pooled=True, **IMPATIENT) as found:
        report = Chaos(found).run(faults.possible(found))
    assert report.is_clean, report


@DATABASES
def test_without_replay_the_same_test_finds_missing_orders(kind: str) -> None:
    with scene(kind, 3, 1) as found:
        found.replays = False
        report = Chaos(found).run([faults.kill_server, faults.cut_lines], 6, settle=3)
    assert sorted(report.acknowledged) == sorted(report.in_database)
    assert any(report.missing), report
