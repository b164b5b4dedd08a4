"""The same on a single process, whose end leaves nobody to take an order or to show one."""

import pytest

from tests.support import warm
from tests.system import faults
from tests.system.chaos import Chaos, scene
from tests.system.test_chaos import IMPATIENT

pytestmark = pytest.mark.matrix


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_acknowledged_saved_and_shown_are_the_same_orders(kind: str) -> None:
    with scene(kind, 2, 1, 1, False, warm.start, **IMPATIENT) as found:
        report = Chaos(found).run(faults.possible(found))
    assert report.is_clean, report


def test_without_replay_the_same_test_finds_missing_orders() -> None:
    with scene("sqlite", 3, 1, 2, False, warm.start) as found:
        found.replays = False
        report = Chaos(found).run([faults.kill_server, faults.cut_lines], 6, settle=3)
    assert sorted(report.acknowledged) == sorted(report.in_database)
    assert any(report.missing), report
