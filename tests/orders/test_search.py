"""What an order is found by, on the dashboard and through the API, and what a search must never do."""

import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.client import Client
from tests.support.matrix import ON_BOTH
from tests.support.server import Shop

pytestmark = ON_BOTH

PLACE = {"street": "1 rue", "city": "Évry-Courcouronnes", "country": "France"}
LATE = 64  # SQLite's index takes orders in by so many


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """What is counted and found is of this file alone."""
    return own_shop


@pytest.fixture(scope="module")
def orders(shop: Shop) -> dict[str, dict[str, Any]]:
    """Orders that are told apart by what they are searched for, and some in front of them and behind."""
    client = shop.client()
    found = {
        "chloe": {"firstName": "Chloé", "lastName": "N’Guessan", **PLACE},
        "soeur": {"firstName": "Sœur", "lastName": "Ødegård Müller", **PLACE, "city": "Thiès"},
        "hostile": {"firstName": 'x"y*z', "lastName": "100%_o\\p'q NEAR(a) -b 🎁", **PLACE, "city": "Lyon"},
        "arabic": {"firstName": "مُحَمَّد", "lastName": "ديوب", **PLACE, "city": "Dakar"},
    }
    placed = {}
    for n, (name, details) in enumerate(found.items()):
        items = [{"productId": 1 + n, "quantity": 1, "size": "XL", "color": "Bordeaux"}]
        mail, phone = f"{name}.only@example.org", f"+221 77 12{n} 45 67"
        placed[name] = client.place(shippingDetails=details, email=mail, phoneNumber=phone, orderItems=items)
        for _ in range(LATE // 3):
            client.place()
    return placed


def listed(admin: Client, query: str) -> list[int]:
    """The orders the dashboard shows."""
    answer = admin.get(f"/dashboard?size=100&{query}", Cookie=admin.cookie)
    assert answer.status == 200, query
    return [int(found) for found in re.findall(r'<tr id="order-(\d+)"', answer.text)]


def found(shop: Shop, words: str) -> list[int]:
    """The orders that a search finds: the same ones on the dashboard and through the API."""
    admin = shop.admin_once()
    page = listed(admin, f"q={quote(words)}")
    answer = admin.get(f"/orders/admin/all?limit=100&search={quote(words)}")
    assert answer.status == 200, (words, answer.text)
    assert [order["id"] for order in answer.data["orders"]] == page, words
    assert answer.data["pagination"]["total"] == len(page) or len(page) == 100
    return page


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("chloé", "chloe"), ("CHLOE", "chloe"), ("n'guessan", "chloe"), ("nguessan", "chloe"), ("N’GUESSAN", "chloe"),
        ("guessan chloe", "chloe"), ("evry xl tee chl", ""), ("évry bordeaux chl", "chloe"), ("hlo", "chloe"),
        ("+221 77 120", "chloe"), ("221771204567", "chloe"), ("77.120.45.67", "chloe"), ("00221 77 120 45 67", "chloe"),
        ("soeur", "soeur"), ("Sœur", "soeur"), ("ødegard", "soeur"), ("odegård muller", "soeur"), ("thies", "soeur"),
        ("SOEUR.ONLY@", "soeur"), ("teranga capuche bordeaux", "soeur"),
        ("100%_o", "hostile"), ("o\\p", "hostile"), ('x"y*z', "hostile"), ("🎁 lyon", "hostile"),
        ("near(a)", "hostile"),
        ("محمد", "arabic"), ("ديوب dakar", "arabic"),
        ('"', "hostile"), ("*", "hostile"), ("%", "hostile"), ("\\", "hostile"), ("🎁", "hostile"), ("z 1", "hostile"),
        ("' OR 1=1 --", ""), ('"chloé" OR "soeur"', ""), ("chl*", ""), ("chl%", ""), ("ch_oe", ""), ("text:chloe", ""),
        ("chloe NOT soeur", ""), ("x" * 100, ""), ("é" * 100, ""), ("((((", ""), ("a AND", ""), ('"""', ""),
        ("^chloe", ""),
    ],
)  # fmt: skip
def test_words_are_found_whatever_their_accents_and_no_sign_is_syntax(
    shop: Shop, orders: dict[str, dict[str, Any]], words: str, name: str
) -> None:
    assert found(shop, words) == ([orders[name]["id"]] if name else []), words


def test_a_number_is_found_whole_in_part_and_with_its_sign(shop: Shop, orders: dict[str, dict[str, Any]]) -> None:
    order = orders["soeur"]
    for words in (order["orderNumber"], order["orderNumber"].lower(), f"#{order['orderNumber']}"):
        assert found(shop, words) == [order["id"]]
    assert order["id"] in found(shop, order["orderNumber"][3:])


def test_what_cannot_be_searched_for_is_left_out(shop: Shop, orders: dict[str, dict[str, Any]]) -> None:
    everything = listed(shop.admin_once(), "")
    for words in ("%00", "%20", "'", "%27%27%27", "---", "%0a"):
        assert listed(shop.admin_once(), f"q={words}") == everything, words
    assert listed(shop.admin_once(), "q=%00chlo%C3%A9%00") == [orders["chloe"]["id"]]
    assert listed(shop.admin_once(), f"q={quote('chloé ' + 'x' * 200)}") == []


def test_an_order_is_found_the_moment_it_is_saved_and_whatever_becomes_of_it(shop: Shop) -> None:
    admin = shop.admin_once()
    details = {"firstName": "Toute", "lastName": "Nouvelle", **PLACE}
    order = shop.client().place(shippingDetails=details)
    assert found(shop, "toute nouvelle") == [order["id"]]
    for status in ("CONFIRMED", "PROCESSING"):
        admin.patch(f"/orders/{order['id']}/status", {"status": status})
        assert listed(admin, f"q=nouvelle&status={status}") == [order["id"]]
    assert listed(admin, "q=nouvelle&status=PENDING") == []
    fields = {"name": "Mug de la plage", "price": "12", "stock": "", "description": "", "sizes": "", "colors": ""}
    admin.form("/dashboard/products/3", fields, Cookie=admin.cookie)
    assert found(shop, "toute nouvelle baobab") == [order["id"]], "by the product's name when it was ordered"


def test_customers_learn_nothing_by_looking_for_words_or_marks(shop: Shop) -> None:
    """What the team wrote of an order is found too, and could be read letter by letter."""
    awa, admin = shop.client().register("awa.search@example.org"), shop.admin_once()
    mine = awa.post("/orders", {**_cart("Partagé"), "email": None, "totalAmount": 1}).data
    shop.client().post("/orders/guest", _cart("Partagé"))
    admin.form(f"/dashboard/orders/{mine['id']}/notes", {"notes": "Cliente douteuse"}, Cookie=admin.cookie)
    assert admin.get("/orders/admin/all?search=douteuse").data["pagination"]["total"] == 1
    for query in ("search=partage", "search=douteuse", "search=xkcd", "marks=price", "marks=double", "toPrint=slip"):
        answer = awa.get(f"/orders/my-orders?{query}").data
        assert [order["id"] for order in answer["orders"]] == [mine["id"]]
        assert answer["pagination"]["total"] == 1
    described = shop.client().get("/api-docs/openapi.json").json["paths"]["/orders/my-orders"]["get"]["parameters"]
    assert not {"search", "marks"} & {parameter["name"] for parameter in described}


def _cart(name: str) -> dict[str, Any]:
    details = {"firstName": name, "lastName": "X", **PLACE}
    items = [{"productId": 1, "quantity": 1}]
    return {"shippingDetails": details, "phoneNumber": "+33 6", "orderItems": items}
