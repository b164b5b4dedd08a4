"""Lines to PostgreSQL: one that has ended is replaced before anybody uses it, and a read is one round trip."""

import pytest
import sqlalchemy as sa

from printalma.db import db, reading
from tests.conftest import OpenShop
from tests.support import database as shops

pytestmark = pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
PROCESS = sa.text("SELECT pg_backend_pid()")


def test_a_line_that_the_server_ended_is_replaced(database: str, open_shop: OpenShop) -> None:
    with open_shop(database).app.app_context():
        with reading() as connection:
            before = connection.scalar(PROCESS)
        shops.execute(database, f"SELECT pg_terminate_backend({before}, 25000)")
        with reading() as connection:
            assert connection.scalar(PROCESS) != before


def test_a_read_is_no_transaction_and_a_change_is(database: str, open_shop: OpenShop) -> None:
    status = sa.text("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND pid = :process")
    with open_shop(database).app.app_context():
        for begins, expected in ((reading, 0), (db.engine.connect, 1)):
            with begins() as connection:
                process = connection.scalar(PROCESS)
                assert shops.select(database, status.text, process=process)[0][0] == expected


def test_a_read_is_cut_although_it_is_no_transaction(database: str, open_shop: OpenShop) -> None:
    with open_shop(database).app.app_context(), reading() as connection:
        assert connection.scalar(sa.text("SHOW statement_timeout")) == "4s"
