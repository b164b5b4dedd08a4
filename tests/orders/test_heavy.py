"""Orders in which a stranger writes much: what they cost is counted, for all others wait meanwhile."""

import pytest

from printalma.lib import phones
from tests.support import database as db
from tests.support.client import cart
from tests.support.inside import Inside

MANY = "/".join(str(n) for n in range(10_000, 11_600))  # what is kept of a field holds so many numbers


@pytest.mark.parametrize("country", ["Sénégal", "États-Unis"])
def test_of_hundreds_of_numbers_some_are_read(shop: Inside, country: str) -> None:
    admin, before = shop.admin_once(), phones.read.cache_info().misses
    to = cart()["shippingDetails"] | {"country": country}
    order = shop.client().place(phoneNumber=MANY, shippingDetails=to)
    assert admin.get(f"/dashboard/orders/{order['id']}", Cookie=admin.cookie).status == 200
    assert phones.read.cache_info().misses < before + 50
    assert db.select(shop.database_url, "SELECT phone FROM orders WHERE id = :id", id=order["id"])[0].phone == MANY


def test_of_some_numbers_each_finds_the_order(shop: Inside) -> None:
    order = shop.client().place(phoneNumber="77 313 45 01 et/ou 78 313 45 02 / 76 313 45 03")
    for number in ("773134501", "+221 78 313 45 02", "76.313.45.03"):
        found = shop.admin_once().get("/orders/admin/all?search=" + number.replace("+", "%2B").replace(" ", "%20"))
        assert [each["id"] for each in found.data["orders"]] == [order["id"]], number


def test_an_order_is_found_by_so_many_characters(shop: Inside) -> None:
    """Its own before those of its lines: what is indexed of it is written in somebody's transaction."""
    admin = shop.admin_once()
    lines = [{"productId": f"h{n}", "quantity": 1, "size": f"s{n}" * 90, "color": f"c{n}" * 90} for n in range(300)]
    order = shop.client().place(orderItems=lines, notes="Sonnez chez Wolimata", phoneNumber="77 313 46 01")
    kept = db.select(shop.database_url, "SELECT text FROM order_texts WHERE order_id = :id", id=order["id"])[0].text
    assert 9_000 < len(kept) <= 10_000
    for word in (order["orderNumber"], "wolimata", "773134601", "s1s1s1"):
        found = admin.get(f"/orders/admin/all?search={word}").data["orders"]
        assert [each["id"] for each in found] == [order["id"]], word
