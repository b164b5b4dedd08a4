"""Lines to PostgreSQL: one that has ended is replaced before anybody uses it, a read is one round trip, and a list is
looked for in the way that is best for what it is asked for."""

import sqlalchemy as sa

from printalma.db import db, reading
from tests.conftest import OpenShop
from tests.support import database as shops
from tests.support.matrix import ONLY_POSTGRES

pytestmark = ONLY_POSTGRES
PREPARED = sa.text("SELECT statement FROM pg_prepared_statements")
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


def test_a_list_is_planned_anew_each_time(database: str, open_shop: OpenShop) -> None:
    """What is asked often is prepared; then the server plans it once for all values, rare or common."""
    shop = open_shop(database)
    admin = shop.admin_once()
    for _ in range(12):
        for query in ("q=aissatou", "status=PENDING&sort=largest", "paymentStatus=DUE", "from=2026-01-01", "q=nobody"):
            assert admin.get(f"/dashboard?{query}", Cookie=admin.cookie).status == 200
    with shop.app.app_context(), reading() as connection:
        prepared = list(connection.scalars(PREPARED))
    assert [each for each in prepared if "FROM users" in each]
    asked = ("order_texts", "orders.payment_status = ", "orders.status = ", "orders.created_at >= ")
    assert not [each for each in prepared if any(words in each for words in asked)]
