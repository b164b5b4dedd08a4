"""Stock counted on the list itself: the difference counts, and open lists follow."""

import re

from tests.catalog.test_products import add, stock_of
from tests.support.client import Answer, cart
from tests.support.server import Shop


def count(shop: Shop, product: int, was: str, stock: str, **headers: str) -> Answer:
    admin = shop.admin_once()
    address = f"/dashboard/products/{product}/stock"
    return admin.form(address, {"was": was, "stock": stock}, Cookie=admin.cookie, **headers)


def test_orders_that_came_meanwhile_stay_counted(shop: Shop) -> None:
    product = add(shop, stock="10")
    assert shop.client().post("/orders/guest", cart(orderItems=[{"productId": product, "quantity": 3}])).status == 201
    assert count(shop, product, "10", "25").headers["Location"] == "/dashboard/products"
    assert stock_of(shop, product) == 22
    fragments = count(shop, product, "22", "21", HX_Request="true")
    assert (fragments.status, stock_of(shop, product)) == (200, 21)
    assert f'id="stock-{product}"' in fragments.text
    assert count(shop, product, "21", "0").status == 303
    assert stock_of(shop, product) == 0


def test_what_is_no_count_changes_nothing(shop: Shop) -> None:
    product = add(shop, stock="10")
    for was, stock in (("10", "-1"), ("10", ""), ("", "5"), ("10", "1e3"), ("10", "99999999")):
        assert count(shop, product, was, stock, HX_Request="true").status == 400
    untracked = add(shop, stock="")
    refused = count(shop, untracked, "0", "5", HX_Request="true")
    assert (refused.status, "plus suivi" in refused.text, stock_of(shop, untracked)) == (409, True, None)
    assert count(shop, 999_999, "0", "5", HX_Request="true").status == 404
    assert stock_of(shop, product) == 10


def test_open_lists_follow_orders_and_counts(shop: Shop) -> None:
    product = add(shop, stock="10")
    admin = shop.admin_once()
    shelf = admin.dashboard("/dashboard/products")
    order = shop.client().place(orderItems=[{"productId": product, "quantity": 4}])
    assert 'value="6"' in shelf.wait_for(f'id="stock-{product}"')
    assert admin.patch(f"/orders/{order['id']}/status", {"status": "CANCELLED"}).status == 200
    assert re.search(r'name="was"[^>]* value="10"', shelf.wait_for(f'id="stock-{product}"'))
    assert count(shop, product, "10", "3").status == 303
    assert "Stock faible" in shelf.wait_for(f'id="stock-{product}"')
