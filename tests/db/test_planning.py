"""What PostgreSQL knows of a large shop, whose pages it finds by it."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from printalma.cli import backup
from printalma.db import upkeep
from tests.conftest import NewDatabase
from tests.support.database import select
from tests.support.inside import fill, flask
from tests.support.matrix import ONLY_POSTGRES

pytestmark = ONLY_POSTGRES

COUNT = 1000
TOGETHER = "SELECT count(*) FROM orders WHERE payment_status = 'PAID' AND status = 'CANCELLED'"
# COPY leaves pages behind that are empty.
UNSEEN = "SELECT relname FROM pg_class WHERE relname = ANY(:names) AND relallvisible * 2 < relpages"
LARGE = ["orders", "order_items", "order_texts", "events"]


@pytest.fixture(scope="module")
def large(new_database: NewDatabase) -> str:
    database = new_database()
    fill(database, COUNT)
    return database


def test_it_knows_what_does_not_occur_together(large: str) -> None:
    """Most orders are paid and some are cancelled, and none is both: it looked through all of them for the first."""
    assert select(large, TOGETHER)[0][0] == 0
    [(plan,)] = select(large, f"EXPLAIN (FORMAT JSON) {TOGETHER.replace('count(*)', 'id')}")
    assert plan[0]["Plan"]["Plan Rows"] <= 1, plan


def test_indexes_alone_answer_of_what_was_filled_in_or_put_back(large: str, tmp_path: Path) -> None:
    assert select(large, UNSEEN, names=LARGE) == []
    flask(large, "backup", str(tmp_path / "shop.db"))
    flask(large, "restore", str(tmp_path / "shop.db"), "--replace")
    assert select(large, UNSEEN, names=LARGE) == []


def test_what_is_put_back_is_there_although_nothing_is_cleaned_up(
    large: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pooler that cuts what takes long, a full disk: whatever becomes of the statement, the shop is there."""
    flask(large, "backup", str(tmp_path / "shop.db"))
    monkeypatch.setattr(backup, "vacuum", lambda _tables: upkeep.vacuum([sa.Table("nowhere", sa.MetaData())]))
    done = flask(large, "restore", str(tmp_path / "shop.db"), "--replace")
    assert "commandes : 1000" in done.stdout
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr
