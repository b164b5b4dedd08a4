"""Orders in which a stranger writes much: what they cost is counted, for all others wait meanwhile."""

from typing import Any
from unittest.mock import Mock

import pytest

from printalma.lib import phones
from printalma.orders import sent
from printalma.print_checks import judging, prints
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


def big(price: int, **more: Any) -> list[dict[str, Any]]:
    return [{"productId": 1, "quantity": 999, "size": "M", "color": "Rouge", "unitPrice": price, **more}] * 300


def test_prices_that_nobody_meant_are_a_mark(shop: Inside) -> None:
    """What orders count for stays far from what a counter holds: one of 2^63 / 30 000 was within the limits."""
    ours = shop.client().place(orderItems=big(0))
    meant = shop.client().place(orderItems=[{"productId": 1, "quantity": 1, "unitPrice": 9_000_000}])
    for lines in (big(9_000_000), big(9_000_000, productId="a word")):
        order = shop.client().place(orderItems=lines)
        row = db.select(shop.database_url, "SELECT total, marks FROM orders WHERE id = :id", id=order["id"])[0]
        assert "price" in row.marks.split()
        assert row.total == (0 if lines[0]["productId"] == "a word" else round(ours["totalAmount"] * 100))
    assert meant["totalAmount"] == 9_000_000, "of one piece it is a price"


def test_what_costs_too_much_by_our_own_prices_is_refused(shop: Inside) -> None:
    url = shop.database_url
    db.execute(url, "UPDATE products SET price = 1000 * price WHERE id = 1")
    answer = shop.client().post("/orders/guest", cart(orderItems=big(0)))
    db.execute(url, "UPDATE products SET price = price / 1000 WHERE id = 1")
    assert answer.status == 400
    assert [each["field"] for each in answer.json["errors"]] == ["orderItems"]


def test_a_day_counts_more_pieces_than_anybody_sells(shop: Inside) -> None:
    url, admin = shop.database_url, shop.admin_once()
    shop.client().place(orderItems=big(0))
    most = "SELECT quantity FROM daily_products WHERE product_id = 1"
    before = db.select(url, most)[0].quantity
    db.execute(url, "UPDATE daily_products SET quantity = quantity + 2147000000 WHERE product_id = 1")
    shop.client().place(orderItems=big(0), phoneNumber="77 313 47 01")
    shop.client().place(orderItems=big(0), phoneNumber="77 313 47 02")
    assert db.select(url, most)[0].quantity == before + 2147000000 + 600 * 999
    assert admin.get("/orders/admin/statistics").status == 200
    assert admin.get("/dashboard/numbers", Cookie=admin.cookie).status == 200
    db.execute(url, "UPDATE daily_products SET quantity = quantity - 2147000000 WHERE product_id = 1")


def test_of_thousands_of_unknown_fields_the_first_are_kept(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Mock(wraps=sent.written)
    monkeypatch.setattr(sent, "written", written)
    unknown = {f"field{n}": n for n in range(5_000)}
    order = shop.client().place(**unknown, deliveryInfo={"deliveryType": "city", "cityName": "Yoff"})
    kept = shop.admin_once().get(f"/orders/{order['id']}").data
    assert [kept.get(f"field{n}") for n in (0, 199, 200, 4_999)] == [0, 199, None, None]
    assert kept["deliveryInfo"]["cityName"] == "Yoff"
    assert written.call_count < 300


def test_much_artwork_is_measured_a_moment_later(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """The marks are the same ones; but nobody waits for them, and who judges gives way after each line."""
    measured = Mock(wraps=prints.too_few_dots)
    monkeypatch.setattr(prints, "too_few_dots", measured)
    few, many = (shop.client().place(orderItems=[drawn(n)] * 3) for n in (10, 200))
    assert measured.call_count == 3, "those of the order on which little is drawn"
    marks = "SELECT item_id FROM order_marks WHERE order_id = :id AND mark = 'resolution'"
    url = shop.database_url
    assert [len(db.select(url, marks, id=each["id"])) for each in (few, many)] == [3, 0]
    with shop.app.app_context():
        gave_way: list[int] = []
        monkeypatch.setattr(judging, "let_others", lambda: gave_way.append(1))
        judging.judge_all()
    assert [len(db.select(url, marks, id=each["id"])) for each in (few, many)] == [3, 3]
    assert len(gave_way) >= 3
    assert "resolution" in db.select(url, "SELECT marks FROM orders WHERE id = :id", id=many["id"])[0].marks


def drawn(elements: int) -> dict[str, Any]:
    """A line with so many pictures that have too few dots."""
    size = {"width": 250, "height": 250, "naturalWidth": 100, "naturalHeight": 100}
    picture = {"type": "image", "imageUrl": "https://example.org/a.png", "x": 0.5, "y": 0.5} | size
    area = {"x": 0, "y": 0, "width": 1, "height": 1, "widthCm": 40, "referenceWidth": 1000, "referenceHeight": 1000}
    return {
        "productId": 1,
        "quantity": 1,
        "designElementsByView": {f"1-{n}": [picture] * (elements // 10) for n in range(10)},
        "delimitations": [area | {"viewId": n} for n in range(10)],
    }
