"""A row is drawn once for each kind of order, and an order's own words are put into that."""

import re
from html import unescape

import pytest

from tests.support.client import CART
from tests.support.inside import Inside


def rows(shop: Inside) -> dict[str, str]:
    """The list's rows by their orders' numbers."""
    admin = shop.admin_once()
    page = admin.get("/dashboard", Cookie=admin.cookie).text
    found = re.findall(r"<tr id=.*?</tr>", page, re.DOTALL)
    return {re.search(r'aria-label="(CMD\d+)"', row)[1]: row for row in found}  # type: ignore[index]


@pytest.mark.parametrize("name", ["100 % coton %(number)s", "{number} {{ 7*7 }}", '<b>Awa</b>" onclick=x', "%s%%"])
def test_a_name_stays_what_it_is(shop: Inside, name: str) -> None:
    order = shop.client().place(shippingDetails={**CART["shippingDetails"], "firstName": name, "lastName": "Diop"})
    row = rows(shop)[order["orderNumber"]]
    assert name not in row or not set(name) & set('<>"&')
    assert f"{name} Diop" in unescape(re.sub(r"<[^>]+>", "", row))


def test_orders_of_one_kind_say_their_own(shop: Inside) -> None:
    first, second = (
        shop.client().place(shippingDetails={**CART["shippingDetails"], "city": city}) for city in ("Thiès", "Pikine")
    )
    found = rows(shop)
    for order, city, other in ((first, "Thiès", "Pikine"), (second, "Pikine", "Thiès")):
        row = found[order["orderNumber"]]
        assert city in row
        assert other not in row
        assert f'<tr id="order-{order["id"]}"' in row
        assert f'value="{order["id"]}:1"' in row
        assert f'href="/dashboard/orders/{order["id"]}"' in row


def test_an_order_without_a_city_has_no_place_for_one(shop: Inside) -> None:
    given = {name: value for name, value in CART["shippingDetails"].items() if name != "city"}
    order = shop.client().place(shippingDetails=given)
    assert "faint" not in rows(shop)[order["orderNumber"]]
