"""One customer's orders: known by telephone number and e-mail address, however both are typed, and strangers apart."""

from collections.abc import Iterator
from typing import Any

import pytest

from printalma.accounts.policy import Sight
from printalma.db import reading
from printalma.events.renderings import ADMINS
from printalma.orders import customers
from printalma.tidying import service
from printalma.tidying.tasks import all_tasks
from tests.conftest import NewDatabase
from tests.support import database as db
from tests.support.inside import Inside

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
    db.execute(shop.database_url, f"UPDATE orders SET phone_key = NULL, email_key = NULL WHERE id IN ({ids})")
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
