"""Short runs of the fault test: each fault once. `make chaos` deals them out for as long as told."""

import pytest

from tests.support import pgbouncer
from tests.system import faults
from tests.system.chaos import Chaos, scene

pytestmark = pytest.mark.matrix

IMPATIENT = {"GUNICORN_CMD_ARGS": "--timeout 10"}  # seconds; with the usual thirty a stopped worker costs as many
DATABASES = pytest.mark.parametrize("kind", ["sqlite", "postgres"])


@DATABASES
@pytest.mark.parametrize("processes", [(2, 2), (1, 1)], ids=str)
def test_acknowledged_saved_and_shown_are_the_same_orders(kind: str, processes: tuple[int, int]) -> None:
    with scene(kind, 2, *processes, **IMPATIENT) as found:
        report = Chaos(found).run(faults.possible(found))
    assert report.is_clean, report


def test_they_are_the_same_behind_a_pooler() -> None:
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
