"""A shop whose currency has no decimals, end to end."""

from collections.abc import Iterator

import pytest

from tests.conftest import NewDatabase
from tests.orders.test_placing import add_product
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.inside import Inside, flask
from tests.support.server import Shop

THIN = "\u202f"


@pytest.fixture(scope="module")
def dakar(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = {"SHOP_CURRENCY": "XOF", "SHOP_TZ": "Africa/Dakar", "SHOP_NAME": "Teranga"}
    with Inside(new_database(), tmp_path_factory.mktemp("dakar"), **settings) as shop:
        yield shop


def test_francs_have_no_cents_anywhere(dakar: Shop) -> None:
    admin = dakar.admin_once()
    fields = {"name": "Boubou", "price": "12 500", "stock": "", "active": "on"}
    assert admin.form("/dashboard/products/new", fields, Cookie=admin.cookie).status == 303
    product = add_product(dakar, stock=3)
    socket = admin.dashboard()
    order = dakar.client().place(orderItems=[{"productId": product - 1, "quantity": 2}])
    assert (order["totalAmount"], order["subtotal"], order["shippingAmount"]) == (25_000, 25_000, 0)
    assert isinstance(order["totalAmount"], int)
    assert order["orderItems"][0]["unitPrice"] == 12_500
    shown = f"25{THIN}000"
    pushed = socket.wait_for(order["orderNumber"])
    assert shown in pushed
    assert f"{order['orderNumber']}</strong> <bdi>Awa Diop</bdi> · <bdi>{shown}" in pushed
    for path in ("/dashboard", f"/dashboard/orders/{order['id']}"):
        page = admin.get(path, Cookie=admin.cookie).text
        assert shown in page
        assert "25000,00" not in page
        assert "Teranga" in page
    move(admin, order, "CONFIRMED")
    assert admin.get("/orders/admin/statistics").data["totalRevenue"] == 25_000


def test_a_price_with_cents_is_refused(dakar: Shop) -> None:
    admin = dakar.admin_once()
    answer = admin.form("/dashboard/products/new", {"name": "Boubou", "price": "12,50"}, Cookie=admin.cookie)
    assert answer.status == 400
    assert "Un montant est attendu, par exemple 15000" in answer.text


def test_a_separator_before_three_digits_marks_thousands(dakar: Shop) -> None:
    """ "15.000" was 15 F once."""
    admin = dakar.admin_once()
    assert admin.form("/dashboard/products/new", {"name": "Wax", "price": "15.000"}, Cookie=admin.cookie).status == 303
    assert db.select(dakar.database_url, "SELECT price FROM products WHERE name = 'Wax'")[0].price == 15_000


def test_the_sample_catalogue_of_such_a_shop_is_no_gift(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('samples') / 'shop.db'}"
    flask(url, "setup", "--catalogue", SHOP_CURRENCY="XOF")
    prices = [row.price for row in db.select(url, "SELECT price FROM products ORDER BY id")]
    assert prices[0] == 2490
    assert min(prices) >= 1000
