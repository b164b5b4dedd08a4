"""What older releases stored is made tidy while the shop serves: each row once, by whichever process, after any end."""

import json
import signal
from typing import Any
from urllib.parse import quote

from tests.conftest import OpenShop, StartServer
from tests.orders.test_search import found
from tests.shop.test_settings import save
from tests.support import database as db
from tests.support.client import cart
from tests.support.matrix import ONLY_SQLITE
from tests.support.server import eventually
from tests.tidying.test_placed_here import tidied

DIRTY = "\u202e\u200b"
HOME = "/dashboard"
PHONE = "77 123 45 01"
OLD = "awa 771234501"


def dirty(database: str, table: str, column: str, where: str = "1 = 1") -> None:
    """What an older release would have kept: unseen signs in each text."""
    db.execute(database, f"UPDATE {table} SET {column} = {column} || :dirt WHERE {where}", dirt=DIRTY)


def of_old(database: str, order_id: int, text: str) -> None:
    """An order's words as the release before found it by: the number as it was typed."""
    db.execute(database, "UPDATE order_texts SET text = :old WHERE order_id = :id", old=text, id=order_id)
    if database.startswith("sqlite"):
        db.execute(database, "INSERT INTO order_trigrams (order_trigrams) VALUES ('rebuild')")
        db.execute(database, "UPDATE order_trigrams_upto SET order_id = (SELECT max(order_id) FROM order_texts)")


def index_is_whole(database: str) -> None:
    """SQLite compares its index with the texts, and says so if they differ."""
    if database.startswith("sqlite"):
        db.execute(database, "INSERT INTO order_trigrams (order_trigrams) VALUES ('integrity-check')")


def anew(database: str) -> None:
    """Nothing was looked at yet."""
    db.execute(database, "DELETE FROM tidying")


def positions(database: str) -> dict[str, int]:
    return {row.task: row.position for row in db.select(database, "SELECT task, position FROM tidying")}


def is_clean(database: str, *texts: tuple[str, str]) -> bool:
    return not any(
        set(DIRTY) & set(str(value))
        for table, column in texts
        for (value,) in db.select(database, f"SELECT {column} FROM {table}")
    )


def test_stored_texts_are_made_tidy_and_orders_found(database: str, open_shop: OpenShop) -> None:
    shop = open_shop(database)
    customer = shop.client().register("awa@example.org", firstName="Aïda")
    details = {"firstName": "Awa", "street": "1 rue", "city": "Dakar", "country": "Sénégal", "company": "Alma"}
    order = customer.post("/orders", cart(shippingDetails=details, phoneNumber=PHONE, notes="👩\u200d👧")).data
    second = shop.client().place(shippingDetails=details, phoneNumber=PHONE)
    shop.admin().patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED", "notes": "Vu"})
    texts = [
        *(("orders", f"shipping_{part}") for part in ("name", "company", "street", "city", "country")),
        ("orders", "phone"), ("orders", "email"), ("orders", "customer"), ("orders", "notes"), ("orders", "summary"),
        ("order_items", "product_name"), ("order_items", "size"), ("products", "name"), ("products", "description"),
        ("users", "first_name"), ("users", "email"),
    ]  # fmt: skip
    db.execute(database, "UPDATE shop SET name = :name", name=f"Alma{DIRTY}")
    for table, column in texts:
        dirty(database, table, column)
    sizes = json.dumps([f"S{DIRTY}", "M"])
    db.execute(database, f"UPDATE products SET sizes = '{sizes}' WHERE id = 1")
    note = json.dumps(f"Vu{DIRTY}")
    data = "replace(CAST(data AS TEXT), '\"Vu\"', :note)"
    data = f"CAST({data} AS JSON)" if database.startswith("postgres") else data
    db.execute(database, f"UPDATE events SET data = {data} WHERE type = 'OrderStatusChanged'", note=note)
    of_old(database, order["id"], OLD)
    other = db.select(database, "SELECT text FROM order_texts WHERE order_id = :id", id=second["id"])[0].text
    of_old(database, second["id"], f"{other} perdu".replace("221771234501", "771234501"))
    anew(database)
    before = db.select(database, "SELECT version, updated_at FROM orders ORDER BY id")
    shop = open_shop(database)
    tidied(shop)
    assert is_clean(database, *texts)
    asked = f"/orders/admin/all?search={quote('+221 77 123 45 01')}"
    assert shop.admin_once().get(asked).data["orders"]
    assert db.select(database, "SELECT version, updated_at FROM orders ORDER BY id") == before, "nobody has moved it"
    assert positions(database)["words"] == second["id"]
    assert found(shop, "771234501 alma") == [second["id"], order["id"]], "and by all that it was found by"
    assert found(shop, "perdu") == []
    index_is_whole(database)
    admin = shop.admin()
    shown = admin.get(f"/orders/{order['id']}").data
    assert (shown["notes"], shown["phoneNumber"], shown["user"]["email"]) == ("👩\u200d👧", PHONE, "awa@example.org")
    assert shop.client().sign_in("awa@example.org", "long enough").user["firstName"] == "Aïda"
    assert is_clean(database, ("products", "sizes"))
    page = admin.get(f"{HOME}/orders/{order['id']}", Cookie=admin.cookie).text
    assert "Vu" in page
    assert not set(DIRTY) & set(page)


def test_accounts_that_are_twins_stay_and_the_team_is_told(database: str, open_shop: OpenShop) -> None:
    shop = open_shop(database)
    for email in ("dupe@example.org", "dupe2@example.org", "alone@example.org"):
        shop.client().register(email)
    dirt = "\u200b"
    db.execute(database, "UPDATE users SET email = :to WHERE email = 'dupe2@example.org'", to=f"dupe@example.org{dirt}")
    db.execute(database, "UPDATE users SET email = :to WHERE email LIKE 'alone%'", to=f"a{dirt}lone@example.org")
    anew(database)
    shop = open_shop(database)
    tidied(shop)
    admin = shop.admin()
    page = admin.get("/dashboard/team", Cookie=admin.cookie).text
    assert "dupe@example.org" in page.partition('id="twins"')[2].partition("</section>")[0]
    assert "alone" not in page
    assert "/dashboard/team#twins" in admin.get(HOME, Cookie=admin.cookie).text
    kept = [row.email for row in db.select(database, "SELECT email FROM users ORDER BY id")]
    assert kept[-3:] == ["dupe@example.org", f"dupe@example.org{dirt}", "alone@example.org"]
    assert shop.client().sign_in("dupe@example.org", "long enough").user["email"] == "dupe@example.org"
    assert shop.client().sign_in("alone@example.org\u200e", "long enough").token
    assert admin.form("/dashboard/team/twins", {}, Cookie=admin.cookie).status == 303
    assert (
        "twins"
        not in admin.get(HOME, Cookie=admin.cookie).text + admin.get("/dashboard/team", Cookie=admin.cookie).text
    )


def test_it_goes_on_where_killed_processes_stopped(
    database: str, open_shop: OpenShop, start_server: StartServer
) -> None:
    """Two of them at once, and then one, while orders come."""
    first = open_shop(database).client().place(phoneNumber=PHONE)
    many = range(first["id"] + 1, first["id"] + 3000)
    _copies(database, first["id"], many)
    dirty(database, "orders", "customer")
    anew(database)
    server = start_server(database, WORKERS="2")
    eventually(lambda: positions(database).get("words", 0) > first["id"], 120)
    server.signal_all(signal.SIGKILL)
    stopped = positions(database)["words"]
    assert first["id"] < stopped < many[-1], "it was killed in the middle"
    server = start_server(database)
    placed = server.client().place(phoneNumber=PHONE)
    eventually(lambda: positions(database)["words"] >= placed["id"], 180)
    assert is_clean(database, ("orders", "customer"))
    index_is_whole(database)
    asked = f"/orders/admin/all?limit=1&search={quote('+221 77 123 45 01')}"
    assert server.admin_once().get(asked).data["pagination"]["total"] == len(many) + 2


def _copies(database: str, order_id: int, ids: range) -> None:
    """Orders like that one, with the words of the release before."""
    [columns] = db.select(database, "SELECT * FROM orders WHERE id = :id", id=order_id)
    rows: list[dict[str, Any]] = [{**columns._mapping, "id": n, "number": f"X{n}"} for n in ids]
    db.insert(database, "orders", rows)
    if database.startswith("postgres"):
        db.execute(database, "SELECT setval(pg_get_serial_sequence('orders', 'id'), (SELECT max(id) FROM orders))")
    db.insert(database, "order_texts", [{"order_id": n, "text": OLD} for n in ids])
    of_old(database, order_id, OLD)


@ONLY_SQLITE
def test_another_country_reads_numbers_anew(database: str, start_server: StartServer) -> None:
    server = start_server(database, SHOP_TZ="Africa/Dakar")
    order = server.client().place(shippingDetails=..., shippingAddress="Quelque part", phoneNumber=PHONE)
    assert found(server, "+221 77 123 45 01") == [order["id"]]
    assert found(server, "+33 7 71 23 45 01") == []
    page = server.admin_once().get("/dashboard/settings", Cookie=server.admin_once().cookie).text
    assert "Celui du fuseau horaire (Sénégal)" in page
    assert save(server.admin_once(), country="FR").status == 303
    asked = f"/orders/admin/all?search={quote('+33 7 71 23 45 01')}"
    eventually(lambda: server.admin_once().get(asked).data["orders"], 40)
    assert found(server, "+221 77 123 45 01") == []
    page = server.admin_once().get(f"/dashboard/orders/{order['id']}", Cookie=server.admin_once().cookie).text
    assert 'href="tel:+33771234501"' in page
    assert save(server.admin_once(), country="XX").status == 400
