"""`flask setup`: safe to repeat and to run twice at once; migrations that equal the models."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support import database as db
from tests.support import inside, warm
from tests.support.matrix import ON_POSTGRES, ON_SQLITE, ONLY_POSTGRES
from tests.support.old_release import OldRelease
from tests.support.postgres import Postgres
from tests.support.server import ADMIN, Shop, environment

DIFFERENCES = """
import wsgi
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from printalma.db import Model, db
import printalma.daily, printalma.push.models
import printalma.accounts.models, printalma.catalog.models, printalma.orders.models
import printalma.ops.models, printalma.db.revisions
with wsgi.app.app_context(), db.engine.connect() as connection:
    # What only one of the two databases has: its index of orders' words (orders.listing.search).
    shared = lambda item, name, kind, *_: not str(name).startswith(("order_trigrams", "ix_order_texts_text"))
    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": shared})
    print(compare_metadata(context, Model.metadata))
"""


@pytest.fixture
def empty(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database on which nothing has run yet."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.create(f"empty-{tmp_path.name}")


@pytest.mark.matrix
@ON_POSTGRES
def test_two_setups_at_once_make_one_shop(empty: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: warm.flask(empty, "setup", "--catalogue"), range(3)))
    assert len(db.select(empty, "SELECT id FROM users")) == 1
    products = db.select(empty, "SELECT id, stock FROM products ORDER BY id")
    assert [row.id for row in products] == [1, 2, 3, 4, 5, 6]
    assert [row.stock is None for row in products] == [True] + [False] * 5
    events = db.select(empty, "SELECT type FROM events ORDER BY id")
    assert [row.type for row in events] == ["UserAdded"] + ["ProductAdded"] * 6


@ON_POSTGRES
def test_a_repeated_setup_changes_nothing(shop: Shop) -> None:
    tables = ("users", "products", "events", "sessions", "alembic_version")
    before = [db.select(shop.database_url, f"SELECT * FROM {table}") for table in tables]
    done = inside.flask(shop.database_url, "setup", "--catalogue", ADMIN_EMAIL="other@example.org")
    assert [db.select(shop.database_url, f"SELECT * FROM {table}") for table in tables] == before
    assert "/dashboard" in done.stdout
    assert "curl" in done.stdout
    assert ADMIN[1] not in done.stdout, "a password that was given is not printed"


@ON_POSTGRES
def test_an_order_to_try_is_shown_where_it_can_be_placed(database: str) -> None:
    assert "/orders/guest" in inside.flask(database, "setup").stdout
    db.execute(database, "UPDATE products SET stock = 0")
    told = inside.flask(database, "setup").stdout
    assert "/orders/guest" not in told
    assert "Rien n'est en vente" in told


def test_the_migrations_make_what_the_models_say(database: str) -> None:
    asked = warm.run(["python", "-c", DIFFERENCES], environment(database))
    assert asked.stdout == "[]\n", asked.stdout + asked.stderr


def test_what_is_at_work_of_products_nobody_counted_came_from_no_stock(empty: str) -> None:
    inside.flask(empty, "db", "upgrade", "0055")
    fields = {"description": "", "price": 1, "sizes": "[]", "colors": "[]", "active": True, "version": 1}
    moments = {"created_at": 0, "updated_at": 0}
    products = [{"id": n, "name": f"Article {n}", "stock": stock} for n, stock in ((1, None), (2, 5))]
    db.insert(empty, "products", [fields | moments | each for each in products])
    old = OldRelease(empty)
    at_work, counted, ended = (old.place() for _ in range(3))
    db.execute(empty, "UPDATE order_items SET product_id = 2 WHERE order_id = :id", id=counted)
    db.execute(empty, "UPDATE orders SET status = 'DELIVERED' WHERE id = :id", id=ended)
    inside.flask(empty, "db", "upgrade")
    lines = db.select(empty, "SELECT order_id, from_stock FROM order_items")
    assert {line.order_id: line.from_stock for line in lines} == {at_work: 0, counted: None, ended: None}


@ONLY_POSTGRES
def test_who_may_not_make_the_index_of_words_is_told_how_to_get_it(database: str) -> None:
    assert inside.flask(database, "setup").stderr == ""
    db.execute(database, "DROP INDEX ix_order_texts_text")
    assert "CREATE EXTENSION pg_trgm" in inside.flask(database, "setup").stderr


@pytest.mark.matrix
@ON_SQLITE
def test_a_migration_is_not_taken_back(database: str) -> None:
    """Alembic takes the last one back when it is not told how many."""
    done = warm.run(["flask", "--app", "wsgi", "db", "downgrade"], environment(database))
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "Reprendre cette migration" in done.stdout + done.stderr
    assert len(db.select(database, "SELECT id FROM users")) == 1


@pytest.mark.matrix
@ON_SQLITE
def test_a_bad_first_admin_is_told_in_one_sentence(empty: str) -> None:
    for wrong in ({"ADMIN_PASSWORD": "short"}, {"ADMIN_EMAIL": "nobody"}):
        done = warm.run(["flask", "--app", "wsgi", "setup"], environment(empty, **wrong))
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert db.select(empty, "SELECT id FROM users") == []
