"""Work on whole tables, beside those who are at work on rows of them."""

import threading
from typing import Any

import psycopg
import sqlalchemy as sa

from printalma.db import bulk, transaction
from tests.support import database as db
from tests.support.cleanup import at_end
from tests.support.inside import Inside
from tests.support.matrix import ONLY_POSTGRES
from tests.support.server import eventually

HERE = "WHERE datname = current_database()"


@ONLY_POSTGRES
def test_tables_are_locked_beside_who_takes_them_the_other_way_round(database: str) -> None:
    """A backup was not put back under load: it was the victim of a deadlock six times, and gave up."""
    ended, troubles = threading.Event(), list[Exception]()

    def work() -> None:
        while not ended.wait(0.02):
            try:
                with psycopg.connect(database) as connection:
                    connection.execute("UPDATE log_position SET last = last")
                    ended.wait(0.05)
                    connection.execute("UPDATE products SET stock = stock")
            except psycopg.Error as error:
                troubles.append(error)

    inside = Inside(database)
    at_end(inside.close)
    other = threading.Thread(target=work)
    other.start()
    tables: Any = [sa.table("products"), sa.table("log_position")]
    try:
        with inside.app.app_context():
            for _ in range(5):
                transaction(lambda tx: bulk.lock(tx, tables))
    finally:
        ended.set()
        other.join()
    assert troubles == []
    inside.close()  # a session tells what it has counted when it ends
    eventually(lambda: db.select(database, f"SELECT count(*) FROM pg_stat_activity {HERE}")[0] == (1,))
    assert db.select(database, f"SELECT deadlocks FROM pg_stat_database {HERE}")[0] == (0,)
