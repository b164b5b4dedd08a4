"""Short runs of the fault test: each fault once. `make chaos` deals them out for as long as told."""

import pytest

from tests.system import faults
from tests.system.chaos import Chaos, scene

pytestmark = pytest.mark.matrix

IMPATIENT = {"GUNICORN_CMD_ARGS": "--timeout 10"}  # seconds; with the usual thirty a stopped worker costs as many


@pytest.mark.parametrize(
    ("kind", "servers", "workers"), [("sqlite", 2, 2), ("sqlite", 1, 1), ("postgres", 2, 2), ("postgres", 1, 1)]
)
def test_acknowledged_saved_and_shown_are_the_same_orders(kind: str, servers: int, workers: int) -> None:
    """Several processes find PostgreSQL behind a pooler, where this machine has one, and a single one directly."""
    is_pooled = kind == "postgres" and servers > 1
    with scene(kind, 2, servers, workers, is_pooled, **IMPATIENT) as found:
        report = Chaos(found).run(faults.possible(found))
    assert report.is_clean, report


def test_without_replay_the_same_test_finds_missing_orders() -> None:
    with scene("sqlite", 3, 1) as found:
        found.replays = False
        report = Chaos(found).run([faults.kill_server, faults.cut_lines], 6, settle=3)
    assert sorted(report.acknowledged) == sorted(report.in_database)
    assert any(report.missing), report
