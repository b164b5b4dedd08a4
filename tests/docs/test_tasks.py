"""docs/tasks.md: each task names a test that does it, and that exists."""

import re

from tests.support.server import ROOT

TASKS = (ROOT / "docs" / "tasks.md").read_text()


def test_each_task_has_a_test() -> None:
    rows = [line for line in TASKS.splitlines() if line.startswith("| ") and not line.startswith("| task ")]
    assert rows
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
        assert named, row
        for file, test in named:
            assert f"def {test}(" in (ROOT / file).read_text(), row
