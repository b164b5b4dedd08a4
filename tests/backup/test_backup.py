"""`flask backup` and `flask restore`: one file for both databases, which is whole or refused."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from printalma.backup import contents
from printalma.db import Model
from printalma.db.revisions import KNOWN, LAST_WITH_STEPS
from tests.backup.shops import Commands, lived_in, rows
from tests.conftest import StartServer
from tests.support import database as db
from tests.support import warm
from tests.support.client import cart
from tests.support.matrix import ON_SQLITE, ONLY_POSTGRES
from tests.support.postgres import Postgres
from tests.support.release import next_release
from tests.support.server import ADMIN, ROOT, eventually

COPIED = (
    *("archived_orders", "daily_durations", "daily_numbers", "daily_orders", "daily_products", "events"),
    "dropped_notifications",
    *("delivery_carriers", "delivery_places", "delivery_state", "delivery_tariffs", "idempotency_keys"),
    *(
        "log_position",
        "order_items",
        "mail_cursor",
        "order_texts",
        "known_words",
        "word_letters",
        "orders",
        "payment_methods",
        "products",
        "product_variants",
        "push_cursor",
        "push_devices",
    ),
    *(
        "order_pictures",
        "picture_pieces",
        "pictures",
        "picture_copies",
        "picture_cursor",
        "picture_sources",
        "picture_hosts",
        "order_sources",
        "orders_to_judge",
        "saved_views",
        "accepted_prices",
        "order_marks",
        "piece_ticks",
        "product_pictures",
        "product_references",
        "sent_json",
        "shop_logo",
    ),
    *("push_preferences", "quarter_orders", "read_events", "read_marks", "shop", "tidying", "twin_accounts", "users"),
)
KNOWN_TYPES = (sa.BigInteger, sa.Integer, sa.String, sa.Boolean, sa.JSON, sa.LargeBinary, sa.types.TypeDecorator)


@pytest.fixture
def commands(database: str) -> Iterator[Commands]:
    found = Commands(database)
    yield found
    found.close()


@pytest.fixture
def elsewhere(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of the other kind on which nothing has run yet."""
    if database_kind == "postgres":
        return f"sqlite:///{tmp_path / 'elsewhere.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.create(f"elsewhere-{tmp_path.name}")


def test_every_table_has_a_decision() -> None:
    """A new table: does a shop that is put back need it, and may whoever finds the file have it?"""
    assert {table.name for table in contents.copied()} == set(COPIED)
    assert set(Model.metadata.tables) == {*COPIED, *contents.EMPTIED, *contents.KEPT}
    for table in contents.copied():
        left_out = {key.parent.name for key in table.foreign_keys if key.column.table.name not in COPIED}
        assert left_out <= set(contents.BLANKED.get(table.name, {})), "a reference to what is not there"
        assert all(isinstance(column.type, KNOWN_TYPES) for column in table.columns), table.name


def test_a_shop_moves_to_the_other_database_and_back(
    database: str, commands: Commands, elsewhere: str, start_server: StartServer, tmp_path: Path
) -> None:
    server = start_server(database, TRUSTED_PROXIES="1")
    people = lived_in(server)
    eventually(lambda: db.select(database, "SELECT task FROM tidying"))  # it looks a second after its start
    server.stop()
    db.insert(database, "archived_orders", [{"order_id": 1, "data": bytes(range(256))}])
    db.insert(database, "product_references", [{"reference": "vendor:245", "product_id": 1, "name": None}])
    db.insert(database, "accepted_prices", [{"of": "vendor:245", "size": "M", "amount": 18_500}])
    tick = {"order_item_id": 1, "piece": 1, "order_id": 1, "by": 1, "at": 0, "lost": False}
    db.insert(database, "piece_ticks", [tick])
    db.insert(database, "known_words", [{"word": "uniquement", "written": "Uniquement"}])
    db.insert(database, "word_letters", [{"letters": "uni", "word": "uniquement"}])
    view = {"scope": 1, "user_id": 1, "name": "Dakar", "key": "dakar", "query": "q=dakar", "created_at": 0}
    db.insert(database, "saved_views", [view])
    logo = {"id": 1, "hash": "0" * 64, "kind": "image/webp", "width": 3, "height": 1, "data": bytes(range(256))}
    db.insert(database, "shop_logo", [logo])
    picture = logo | {"product_id": 1, "copy": "view"}
    picture.pop("id")
    db.insert(database, "product_pictures", [picture])
    pictured(database)
    before = rows(database)
    assert all(before.values()), [name for name, found in before.items() if not found]
    said = commands.done("backup", tmp_path / "there.db")
    assert re.search(r"commandes : 2, produits : 6, comptes : 3", said), said
    there = Commands(elsewhere)
    there.done("restore", tmp_path / "there.db")
    assert without_gone(rows(elsewhere)) == without_gone(before)
    assert {row.endpoint[-4:] for row in db.select(elsewhere, "SELECT endpoint FROM push_devices")} == {"/awa", "boss"}
    there.done("backup", tmp_path / "back.db")
    there.close()
    commands.done("restore", tmp_path / "back.db", "--replace")
    assert without_gone(rows(database)) == without_gone(before)
    for url in (elsewhere, database):
        works_as_before(start_server(url, TRUSTED_PROXIES="1"), people)


def pictured(database: str) -> None:
    """What is kept of a picture that an order names."""
    [(name,)] = db.select(database, "SELECT hash FROM pictures LIMIT 1")
    small = {"hash": name, "copy": "thumbnail", "kind": "image/webp", "width": 96, "height": 64, "data": b"RIFF"}
    source = {"key": "k" * 64, "address": f"/pictures/{name}", "host": "", "state": "kept", "hash": name}
    db.insert(database, "picture_copies", [small])
    db.insert(database, "picture_sources", [{**source, "attempts": 1, "named_at": 0}])
    db.insert(database, "picture_hosts", [{"host": "a.example", "kept": 1, "failures": 0, "asked": {"1": 1}}])
    db.insert(database, "order_sources", [{"order_id": 1, "key": "k" * 64, "rank": 0}])
    db.insert(database, "orders_to_judge", [{"order_id": 1}])


def without_gone(found: dict[str, Any]) -> dict[str, Any]:
    """But for the device of somebody who has signed out."""
    kept = [device for device in found["push_devices"] if not device["endpoint"].endswith("gone")]
    return found | {"push_devices": kept}


def works_as_before(server: Any, people: dict[str, Any]) -> None:
    """Old words open it, old sign-ins do not; orders are found, numbered on, and counted on."""
    boss, awa = server.admin(), server.client()
    assert server.client().get("/auth/check", Authorization=f"Bearer {people['awa'].token}").status == 401
    assert server.client().get("/auth/check", Authorization=f"Bearer {people['boss'].token}").status == 401
    again = boss.get("/orders/admin/all?search=Diop").data["orders"]
    assert len(again) == 2
    assert {order["status"] for order in again} == {"CONFIRMED", "REJECTED"}
    fresh = server.client().place()
    assert fresh["id"] == max(order["id"] for order in again) + 1
    assert boss.get("/orders/admin/statistics").data["totalOrders"] == 3
    assert boss.get("/orders/admin/all?search=Diop").data["pagination"]["total"] == 3
    awa.sign_in(people["awa"].user["email"], "long enough for all")
    replay = awa.post("/orders", cart(notes="« Ça va ? » 🎁"), Idempotency_Key="once")
    assert replay.headers["Idempotent-Replayed"] == "true"
    page = boss.get("/dashboard/settings", Cookie=boss.cookie).text
    assert "Chez Awa" in page
    assert "À réactiver" in boss.get("/dashboard/devices", Cookie=boss.cookie).text
    assert "Moussa" not in boss.get("/dashboard/team", Cookie=boss.cookie).text


@ON_SQLITE
def test_what_is_left_out_is_in_no_page_of_the_file(
    database: str, commands: Commands, start_server: StartServer, tmp_path: Path
) -> None:
    server = start_server(database, TRUSTED_PROXIES="1")
    lived_in(server)
    commands.done("backup", tmp_path / "shop.db")
    whole = (tmp_path / "shop.db").read_bytes()
    secrets = [row[0] for row in db.select(database, "SELECT id FROM sessions WHERE ended_at IS NULL")]
    secrets += [row[0] for row in db.select(database, "SELECT private FROM push_keys")]
    secrets += [row[0] for row in db.select(database, "SELECT token_hash FROM invitations")]
    secrets += [row[0] for row in db.select(database, "SELECT auth FROM push_devices")]
    assert len(secrets) > 5
    assert [secret for secret in secrets if secret.encode() in whole] == []
    assert (tmp_path / "shop.db").stat().st_mode & 0o077 == 0


@ON_SQLITE
def test_a_shop_in_use_is_replaced_only_when_told_so(
    database: str, commands: Commands, start_server: StartServer, tmp_path: Path
) -> None:
    commands.done("backup", tmp_path / "new.db")
    commands.done("restore", tmp_path / "new.db")  # what setup makes is nothing to lose
    server = start_server(database)
    server.client().place()
    before = rows(database)["orders"]
    assert "--replace" in commands.refused("restore", tmp_path / "new.db")
    assert rows(database)["orders"] == before
    commands.done("restore", tmp_path / "new.db", "--replace")
    assert db.select(database, "SELECT id FROM orders") == []
    assert server.client().place()["id"] == 1


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def about(path: Path, **changes: Any) -> None:
    """What the file says of itself, changed."""
    with closing(sqlite3.connect(path)) as connection, connection:
        ((text,),) = connection.execute("SELECT about FROM printalma_backup").fetchall()
        connection.execute("UPDATE printalma_backup SET about = ?", (json.dumps(json.loads(text) | changes),))


def overwrite(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2 // 4096 * 4096
    whole[middle : middle + 8192] = b"\xa5" * 8192
    path.write_bytes(whole)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "overwritten": (overwrite, "abîmé"),
    "cut": (cut, "abîmé"),
    "short of a row": (lambda path: change(path, "DELETE FROM products WHERE id = 6"), "abîmé"),
    "short of an event": (lambda path: change(path, "UPDATE log_position SET last = last + 1"), "abîmé"),
    "without a word": (lambda path: change(path, "DELETE FROM printalma_backup"), "abîmé"),
    "another program's": (lambda path: change(path, "PRAGMA application_id = 1"), "n'est pas une sauvegarde"),
    "a text": (lambda path: path.write_text("Bonjour"), "n'est pas une sauvegarde"),
    "empty": (lambda path: path.write_bytes(b""), "n'est pas une sauvegarde"),
    "of tables that are none": (lambda path: about(path, rows={"x; DROP TABLE y": 1}), "abîmé"),
    "gone": (Path.unlink, "unable to open"),
    "of a newer release": (lambda path: about(path, revision="9999"), "plus récente"),
    "of a newer format": (lambda path: about(path, format=2), "plus récente"),
    "of before the first migration": (lambda path: about(path, revision="0016"), f"version {LAST_WITH_STEPS}"),
}


@ON_SQLITE
def test_a_file_that_is_not_whole_or_not_ours_is_refused(database: str, commands: Commands, tmp_path: Path) -> None:
    commands.done("backup", tmp_path / "good.db")
    before = rows(database)
    for name, (spoil, sentence) in WRONG.items():
        path = tmp_path / f"{name}.db"
        path.write_bytes((tmp_path / "good.db").read_bytes())
        spoil(path)
        assert sentence in commands.refused("restore", path, "--replace"), name
    assert rows(database) == before


@ONLY_POSTGRES
def test_what_postgresql_keeps_in_no_text(database: str, commands: Commands, tmp_path: Path) -> None:
    """SQLite had it: a letter that nobody sees goes, and a text that is too long is refused whole."""
    path = tmp_path / "shop.db"
    commands.done("backup", path)
    change(path, "UPDATE products SET description = 'a' || char(0) || 'b' WHERE id = 1")
    commands.done("restore", path, "--replace")
    assert db.select(database, "SELECT description FROM products WHERE id = 1") == [("ab",)]
    before = rows(database)
    change(path, "UPDATE products SET name = hex(zeroblob(100))")
    assert "too long" in commands.refused("restore", path, "--replace")
    assert rows(database) == before


@ON_SQLITE
def test_a_backup_of_an_older_release_is_brought_up_to_this_one(
    database: str, commands: Commands, tmp_path: Path
) -> None:
    path = tmp_path / "old.db"
    commands.done("backup", path)
    before = rows(database)
    db.execute(database, "DELETE FROM products")
    newer = next_release(ROOT, tmp_path)
    warm.flask(database, "restore", str(path), "--replace", root=newer)
    warm.close(newer)
    assert rows(database) == before
    found = db.select(database, "SELECT version_num FROM alembic_version")
    assert [row.version_num for row in found] == [newer.name]
    assert sorted(each.name for each in tmp_path.iterdir() if "old" in each.name) == ["old.db"], "nothing is left"


def test_the_revisions_are_alembic_s_own() -> None:
    """Numbers are given out before it is known in which order they land."""
    scripts = ScriptDirectory(str(ROOT / "migrations")).walk_revisions()
    assert [script.revision for script in scripts][::-1] == KNOWN


@ON_SQLITE
def test_a_database_of_another_release_is_not_copied(database: str, commands: Commands, tmp_path: Path) -> None:
    db.execute(database, "UPDATE alembic_version SET version_num = '9999'")
    assert "9999" in commands.refused("backup", tmp_path / "shop.db")
    assert list(tmp_path.iterdir()) == []


@ON_SQLITE
def test_nothing_is_put_back_into_a_database_of_before_the_first_migration(
    database: str, commands: Commands, tmp_path: Path
) -> None:
    commands.done("backup", tmp_path / "shop.db")
    db.execute(database, "UPDATE alembic_version SET version_num = '0016'")
    assert f"version {LAST_WITH_STEPS}" in commands.refused("restore", tmp_path / "shop.db", "--replace")


@ON_SQLITE
def test_only_so_many_are_kept(database: str, commands: Commands, tmp_path: Path) -> None:
    old = [tmp_path / f"printalma-2025-01-0{day}-120000.db" for day in range(1, 6)]
    for file in (*old, tmp_path / "mine.db"):
        file.write_bytes(b"")
    assert "supprimées : 3" in commands.done("backup", tmp_path, "--keep", "3")
    left = sorted(file.name for file in tmp_path.iterdir() if file.name.endswith(".db"))
    assert left[:3] == ["mine.db", *(file.name for file in old[-2:])]
    assert re.fullmatch(r"printalma-20\d\d-\d\d-\d\d-\d{6}\.db", left[3])
    assert len(left) == 4
    (tmp_path / "printalma-2025-01-01-120000.db.part").write_bytes(b"of one that was killed")
    (tmp_path / "mine.part").write_bytes(b"")
    commands.done("backup", tmp_path)
    assert [file.name for file in tmp_path.glob("*.part")] == ["mine.part"]
    assert "dossier" in commands.refused("backup", tmp_path / "one.db", "--keep", "3")


@ON_SQLITE
def test_what_cannot_be_written_is_one_sentence_and_leaves_nothing(
    database: str, commands: Commands, tmp_path: Path
) -> None:
    assert "No such file" in commands.refused("backup", tmp_path / "nowhere" / "shop.db")
    good = tmp_path / "shop.db"
    commands.done("backup", good)
    whole = good.read_bytes()
    soft, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (50_000, hard))  # a full disk
    try:
        assert "assez de place" in commands.refused("backup", good)
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))
    assert good.read_bytes() == whole, "the one from before"
    assert [file.name for file in tmp_path.iterdir() if "shop" in file.name] == ["shop.db"]


def test_after_another_way_back_the_shop_is_told(database: str, commands: Commands, start_server: StartServer) -> None:
    server = start_server(database)
    boss = server.admin()
    server.client().place()
    said = commands.done("restored")
    assert "se connecte à nouveau" in said
    assert boss.get("/auth/check").status == 401
    eventually(lambda: db.select(database, "SELECT last FROM log_position")[0][0] >= 2**40)
    assert server.client().sign_in(*ADMIN).get("/orders/admin/all").data["pagination"]["total"] == 1
