"""Short runs of the fault test on several processes: each fault once. `make chaos` deals them out as long as told, and
to servers that take as long to come back as an owner's."""

from typing import Any

import pytest

from tests.support import warm
from tests.system import faults
from tests.system.chaos import Chaos, scene

pytestmark = pytest.mark.matrix

IMPATIENT: dict[str, Any] = {"GUNICORN_CMD_ARGS": "--timeout 10"}  # seconds; the usual 30 cost as many


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_acknowledged_saved_and_shown_are_the_same_orders(kind: str) -> None:
    """PostgreSQL is behind a pooler, where this machine has one; a single process finds it directly."""
    with scene(kind, 2, 2, 2, kind == "postgres", warm.start, **IMPATIENT) as found:
        report = Chaos(found).run(faults.possible(found))
    assert report.is_clean, report
