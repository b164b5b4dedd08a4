"""One customer's orders: known by telephone number and e-mail address, however both are typed, and strangers apart."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any
from unittest.mock import patch

import pytest

from printalma.accounts.policy import Sight
from printalma.db import reading
from printalma.events import log
from printalma.events.renderings import ADMINS
from printalma.orders import archive, queries
from printalma.placing import customers
from printalma.tidying import service
from printalma.tidying.tasks import all_tasks
from tests.conftest import NewDatabase
from tests.mending.test_mending import mend
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.client import Client, cart
from tests.support.inside import Inside
from tests.support.recount import counted, kept

TEAM = Sight(ADMINS)


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = {"SHOP_CURRENCY": "XOF", "SHOP_TZ": "Africa/Dakar", "TRUSTED_PROXIES": "1"}
    with Inside(new_database(), tmp_path_factory.mktemp("customers"), **settings) as shop:
        yield shop


def address(**said: str) -> dict[str, str]:
    return {"firstName": "Awa", "street": "1 rue", "city": "Dakar", "country": "Sénégal"} | said


def keys(shop: Inside, order: dict[str, Any]) -> tuple[str | None, str | None]:
    [row] = db.select(shop.database_url, "SELECT phone_key, email_key FROM orders WHERE id = :id", id=order["id"])
    return row.phone_key, row.email_key


def known(shop: Inside, phone: str, sight: Sight = TEAM) -> customers.KnownCustomer | None:
    with shop.app.app_context(), reading() as connection:
        return customers.known_by_phone(connection, phone, sight)


@pytest.mark.parametrize(
    ("phone", "country", "key"),
    [
        ("77 123 45 01", "Sénégal", "221771234501"),
        ("+221 77-123-45-01", "", "221771234501"),
        ("00221771234501", "France", "221771234501"),
        ("06 12 34 56 78", "France", "33612345678"),
        ("77 123 45 01 / 78 123 45 01", "Sénégal", "221771234501"),
        ("0000", "Sénégal", None),
        ("77 000 00 00", "Sénégal", None),
        ("777777777", "Sénégal", None),
        ("appeler Awa", "Sénégal", None),
        ("7" * 3000, "Sénégal", None),
    ],
)
def test_a_number_is_kept_in_one_way_of_writing(shop: Inside, phone: str, country: str, key: str | None) -> None:
    order = shop.client().place(phoneNumber=phone, shippingDetails=address(country=country), email=" Awa@Example.SN ")
    assert keys(shop, order) == (key, "awa@example.sn")


@pytest.mark.parametrize("email", ["pas d'adresse", "a@b", "x" * 300 + "@example.sn", None])
def test_what_is_no_address_is_no_key(shop: Inside, email: str | None) -> None:
    assert keys(shop, shop.client().place(email=email))[1] is None


def test_a_customer_is_known_by_their_last_order(shop: Inside) -> None:
    shop.client().place(phoneNumber="77 321 45 02", shippingDetails=address(firstName="Binta"), email="old@example.sn")
    last = shop.client().place(
        phoneNumber="+221773214502",
        shippingDetails=address(firstName="Binta", street="Villa 9"),
        email="new@example.sn",
    )
    found = known(shop, "77.321.45.02")
    assert found is not None
    assert (found.order_id, found.number, found.email) == (last["id"], last["orderNumber"], "new@example.sn")
    assert (found.address.name, found.address.street, found.address.city) == ("Binta", "Villa 9", "Dakar")
    assert known(shop, "77 321 45 99") is None
    assert known(shop, "0000") is None
    assert known(shop, "") is None
    assert known(shop, "77 321 45 02", Sight(ADMINS, (("status", frozenset({"SHIPPED"})),))) is None


def test_a_number_that_many_people_give_joins_nobody(shop: Inside) -> None:
    for n in range(customers.MAX_NAMES + 1):
        shop.client().place(phoneNumber="78 222 11 03", shippingDetails=address(firstName=f"Personne {n}"))
        assert (known(shop, "78 222 11 03") is not None) == (n < customers.MAX_NAMES)


def test_orders_from_before_get_their_keys_while_the_shop_serves(shop: Inside) -> None:
    orders = [shop.client().place(phoneNumber="77 456 45 04", email="avant@example.sn") for _ in range(3)]
    ids = ", ".join(str(order["id"]) for order in orders)
    db.execute(
        shop.database_url, f"UPDATE orders SET phone_key = NULL, email_key = NULL, name_key = '' WHERE id IN ({ids})"
    )
    db.execute(shop.database_url, "DELETE FROM tidying")
    before = db.select(shop.database_url, "SELECT version, updated_at FROM orders ORDER BY id")
    assert known(shop, "77 456 45 04") is None
    with shop.app.app_context():
        [task] = [task for task in all_tasks() if task.name == "customers"]
        while service.step(task):
            pass
    assert {keys(shop, order) for order in orders} == {("221774564504", "avant@example.sn")}
    assert known(shop, "77 456 45 04") is not None
    assert db.select(shop.database_url, "SELECT version, updated_at FROM orders ORDER BY id") == before


def panel(who: Client, order: dict[str, Any], address: str = "") -> str:
    """What the page of an order says of its customer's other ones."""
    page = who.get(address or f"/dashboard/orders/{order['id']}", Cookie=who.cookie).text
    return unescape(page.partition('<section class="card others">')[2].partition("</section>")[0])


def numbers(text: str) -> list[str]:
    return re.findall(r">(CMD\d+)</a>", text)


def test_the_page_shows_the_customers_other_orders(shop: Inside) -> None:
    admin, client = shop.admin(), shop.client().register("fatou@example.sn")
    said = {"phoneNumber": "76 555 45 05", "email": "fatou@example.sn"}
    by_phone = [shop.client().place(phoneNumber="+221 76 555 45 05", email="other@example.sn") for _ in range(4)]
    own = client.post("/orders", cart(phoneNumber="78 999 45 06", email="FATOU@example.sn")).data
    stranger = shop.client().place(phoneNumber="76 555 45 55", email="stranger@example.sn")
    for status in ("CONFIRMED", "PROCESSING", "SHIPPED", "CANCELLED"):
        move(admin, by_phone[0], status)
    move(admin, by_phone[1], "REJECTED")
    move(admin, own, "CANCELLED")
    order = shop.client().place(**said)
    found = panel(admin, order)
    theirs = [*by_phone, own]
    assert numbers(found) == [each["orderNumber"] for each in reversed(theirs)]
    assert "5 autres commandes · 2 refusées ou annulées · 1 revenue après expédition" in found
    assert found.count("revenue après expédition") == 2
    assert order["orderNumber"] not in found
    links = re.findall(r'class="button" href="([^"]+)"', found)
    listed = [set(re.findall(r"CMD\d+", admin.get(link, Cookie=admin.cookie).text)) for link in links]
    assert [{each["orderNumber"] for each in (*by_phone, order)}, {own["orderNumber"], order["orderNumber"]}] == [
        numbers & {each["orderNumber"] for each in (*theirs, order, stranger)} for numbers in listed
    ]
    assert counted(shop.database_url) == kept(shop.database_url)


def test_who_has_no_other_order_and_who_cannot_be_known(shop: Inside) -> None:
    admin = shop.admin()
    alone = shop.client().place(phoneNumber="70 333 45 07", email="seule@example.sn")
    assert "Aucune autre commande" in panel(admin, alone)
    unknown = [shop.client().place(phoneNumber="0000", email=None) for _ in range(2)]
    assert "rien ne la relie" in panel(admin, unknown[1])
    assert numbers(panel(admin, unknown[1])) == []


def test_a_number_of_many_people_lists_nobody_but_is_searched_for(shop: Inside) -> None:
    for n in range(customers.MAX_NAMES + 1):
        last = shop.client().place(
            phoneNumber="78 222 11 08", shippingDetails=address(firstName=f"Nom {n}"), email=None
        )
    once_more = shop.client().place(phoneNumber="78 222 11 08", email=None)
    found = panel(shop.admin(), once_more)
    assert numbers(found) == []
    assert last["orderNumber"] not in found
    assert "beaucoup de personnes" in found
    assert "Toutes par téléphone" in found


def test_more_than_a_hundred_are_so_many(shop: Inside) -> None:
    order = shop.client().place(phoneNumber="78 444 11 09", email=None)
    columns = [name for name in db.select(shop.database_url, "SELECT * FROM orders LIMIT 1")[0]._fields if name != "id"]
    into, of = ", ".join(columns), ", ".join("number || '-' || :n" if name == "number" else name for name in columns)
    for n in range(customers.MAX_ORDERS + 1):
        statement = f"INSERT INTO orders ({into}) SELECT {of} FROM orders WHERE id = :id"
        db.execute(shop.database_url, statement, id=order["id"], n=str(n))
    found = panel(shop.admin(), order)
    assert "Plus de 100 autres commandes" in found
    assert len(re.findall("<li>", found)) == 5
    db.execute(shop.database_url, "DELETE FROM orders WHERE number LIKE :copies", copies=f"{order['orderNumber']}-%")


def test_what_is_not_seen_is_not_counted(shop: Inside) -> None:
    admin = shop.admin()
    seen, unseen, order = (shop.client().place(phoneNumber="78 666 45 10", email=None) for _ in range(3))
    move(admin, seen, "CONFIRMED")
    limited = Sight(ADMINS, (("status", frozenset({"CONFIRMED"})),))
    with shop.app.app_context(), reading() as connection:
        row = queries.by_id(connection, order["id"])
        assert row is not None
        assert [each.id for each in customers.others(connection, row, limited).orders] == [seen["id"]]
        assert [each.id for each in customers.others(connection, row, TEAM).orders] == [unseen["id"], seen["id"]]


def test_a_mended_number_and_address_find_other_orders(shop: Inside) -> None:
    admin = shop.admin()
    there = shop.client().place(phoneNumber="78 777 45 11", email="la@example.sn")
    order = shop.client().place(phoneNumber="0000", email=None)
    assert mend(admin, order, phone="00221 78 777 45 11").status == 303
    assert keys(shop, order) == ("221787774511", None)
    assert numbers(panel(admin, order)) == [there["orderNumber"]]
    assert mend(admin, order, phone="1", email="LA@example.sn").status == 303
    assert keys(shop, order) == (None, "la@example.sn")
    assert numbers(panel(admin, order)) == [there["orderNumber"]]


def test_an_order_that_was_put_aside_is_still_theirs(shop: Inside) -> None:
    admin = shop.admin()
    old, order = (shop.client().place(phoneNumber="78 888 45 12", email=None) for _ in range(2))
    move(admin, old, "REJECTED")
    with shop.app.app_context():
        day = date.today() + timedelta(days=2)
        with patch.object(archive, "QUIET", timedelta()), patch.object(log, "MAX_BEHIND", -1):
            assert sum(archive.put_aside(day)) >= 1
    assert db.select(shop.database_url, "SELECT 1 FROM archived_orders WHERE order_id = :id", id=old["id"])
    assert numbers(panel(admin, order)) == [old["orderNumber"]]
    assert numbers(panel(admin, old)) == [order["orderNumber"]]
