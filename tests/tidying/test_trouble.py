"""A task that cannot be done keeps no other from being done, and is told of once."""

import pytest

from printalma.tidying import service
from printalma.tidying.task import Task
from tests.support import database as db
from tests.support.inside import Inside


def test_what_is_behind_a_task_that_fails_is_done(
    shop: Inside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shop.client().place()
    db.execute(shop.database_url, "DELETE FROM tidying")
    step = service.step

    def fails(task: Task) -> bool:
        if task.name == "names":
            raise ValueError("a name that nobody can keep")
        return step(task)

    monkeypatch.setattr(service, "step", fails)
    process = shop.app.extensions["printalma.tidying"]
    with shop.app.app_context():
        process._tidy()
        process._tidy()
    done = {row.task for row in db.select(shop.database_url, "SELECT task FROM tidying")}
    assert "names" not in done
    assert {"words", "customers"} < done
    assert any(task.startswith("written before ") for task in done)
    assert [record.getMessage() for record in caplog.records] == ["not made tidy: names"]
