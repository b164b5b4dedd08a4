"""Orders of the present front end: taken whole, given back as sent, at the right amounts, with the right marks."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import NewDatabase
from tests.mending.test_mending import mend
from tests.orders import dialect
from tests.orders.dialect import body, customised, plain, sticker, vendors
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.client import Answer, cart, phone_number
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE

BODIES = {"cash": dialect.CASH, "paydunya": dialect.PAYDUNYA, "orange": dialect.ORANGE_MONEY}


@pytest.fixture(scope="module")
def dakar(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = {"SHOP_CURRENCY": "XOF", "SHOP_TZ": "Africa/Dakar", "SHOP_COUNTRY": "SN", "CORS_ORIGINS": ""}
    with Inside(new_database(), tmp_path_factory.mktemp("dialect"), **settings) as shop:
        prices = {1: 2490, 2: 4900, 3: 1250}  # the samples' are worth as much as their euros
        for product, price in prices.items():
            db.execute(
                shop.database_url, "UPDATE products SET price = :p, stock = NULL WHERE id = :n", p=price, n=product
            )
        yield shop


def post(shop: Inside, sent: Any, path: str = "/orders/guest") -> Answer:
    return (shop.admin_once() if path == "/orders" else shop.client()).post(path, sent)


def placed(shop: Inside, sent: dict[str, Any]) -> dict[str, Any]:
    """The order as the team reads it, of somebody who has not ordered before."""
    answer = post(shop, sent | {"phoneNumber": phone_number()})
    assert answer.status == 201, answer.text
    order: dict[str, Any] = shop.admin_once().get(f"/orders/{answer.data['id']}").data
    return order


def facts(shop: Inside, order: dict[str, Any]) -> list[str]:
    found = db.select(
        shop.database_url, "SELECT mark, facts FROM order_marks WHERE order_id = :id ORDER BY id", id=order["id"]
    )
    return [row.mark for row in found]


@pytest.mark.parametrize("path", ["/orders/guest", "/orders"])
@pytest.mark.parametrize("name", BODIES)
def test_the_three_checkouts_end_in_an_order_that_has_all_they_sent(dakar: Inside, name: str, path: str) -> None:
    sent = BODIES[name]
    answer = post(dakar, sent, path)
    assert (answer.status, answer.json["success"]) == (201, True)
    admin = dakar.admin_once()
    listed = admin.get("/orders/admin/all?limit=100").data["orders"][0]
    for order in (answer.data, admin.get(f"/orders/{answer.data['id']}").data, listed):
        assert order["totalAmount"] == sent["totalAmount"]
        assert order["shippingAmount"] == order["deliveryFee"] == sent["deliveryInfo"]["deliveryFee"]
        assert {
            field: order[field] for field in ("deliveryInfo", "initiatePayment", "paymentMethod", "email", "notes")
        } == {field: sent[field] for field in ("deliveryInfo", "initiatePayment", "paymentMethod", "email", "notes")}
        assert (order["deliveryType"], order["deliveryCityName"], order["deliveryTime"]) == (
            "city",
            "Mermoz",
            "24-48 heures",
        )
        assert order["payment_info"]["status_text"] == "En attente de paiement"
        assert order["customer_info"]["full_name"] == "Awa Ndiaye"
        assert order["itemsCount"] == sum(line["quantity"] for line in sent["orderItems"])
        for line, wanted in zip(order["orderItems"], sent["orderItems"], strict=True):
            areas = wanted.get("delimitations")
            filled = {"delimitation": areas[0]} if areas else {}
            assert line == line | wanted | filled
            assert line.get("savedDesignPosition") == wanted.get("designPositions")


def test_a_normal_order_has_no_mark_and_is_confirmed(dakar: Inside) -> None:
    order = placed(dakar, dialect.CASH)
    assert (order["marks"], facts(dakar, order)) == ([], [])
    assert "CONFIRMED" in order["allowedTransitions"]
    accepted = [
        {"of": "vendor:2", "size": "L", "amount": 18500},
        {"of": "sticker:3", "size": "10x10cm", "amount": 1500},
    ]
    named = [{"reference": of, "product_id": None, "name": f"Nom de {of}"} for of in ("vendor:2", "sticker:3")]
    assert placed(dakar, dialect.PAYDUNYA)["marks"] == ["article", "price"]
    db.insert(dakar.database_url, "accepted_prices", accepted)
    db.insert(dakar.database_url, "product_references", named)
    order = placed(dakar, dialect.PAYDUNYA)
    assert order["marks"] == []
    assert [line["product"]["name"] for line in order["orderItems"]] == ["Nom de vendor:2", "Nom de sticker:3"]
    assert move(dakar.admin_once(), order, "CONFIRMED").status == 200
    for table in ("accepted_prices", "product_references"):
        db.execute(dakar.database_url, f"DELETE FROM {table}")


LINES: list[tuple[Any, list[str], int, str]] = [
    (customised(), [], 4490, "T-shirt Baobab"),
    (customised(price=4491), ["price"], 4491, "T-shirt Baobab"),
    (customised(price=100), ["price"], 2490, "T-shirt Baobab"),
    (customised(price="?"), ["price"], 2490, "T-shirt Baobab"),
    (customised(price=None), [], 2490, "T-shirt Baobab"),
    (customised(size="XXL"), ["article"], 4490, "T-shirt Baobab"),
    (customised(color="Fuchsia"), ["article"], 4490, "T-shirt Baobab"),
    (customised(quantity=0), ["article"], 4490, "T-shirt Baobab"),
    (customised(designElementsByView={"34-8": [dialect.TEXT]}), ["price", "artwork"], 4490, "T-shirt Baobab"),
    (plain(), [], 1250, "Tasse Lamp Fall"),
    ({"productId": 1, "quantity": 1, "colorId": 1, "mockupUrl": None}, [], 2490, "T-shirt Baobab"),
    (vendors(), ["article", "price"], 18500, "Article 2"),
    (vendors(designMetadata=None), ["article", "price", "artwork"], 18500, "Article 2"),
    (vendors(designId=None, customizationIds={"1-2": 2001}), ["article", "price"], 18500, "Article 2"),
    (sticker(), ["article", "price"], 1500, "Article 3"),
    (sticker(mockupUrl=None), ["article", "price", "artwork"], 1500, "Article 3"),
    (
        sticker(productId="sticker-autocollant", color="Standard"),
        ["article", "price"],
        1500,
        "Article sticker-autocollant",
    ),
    (sticker(productId=None, color="Standard"), ["article", "price"], 1500, "Article sans numéro"),
    (plain(productId=999), ["article", "price"], 1250, "Article 999"),
    ("Deux affiches, svp", ["article", "price"], 0, "Deux affiches, svp"),
    ({}, ["article", "price"], 0, "Article sans numéro"),
]


@pytest.mark.parametrize(("line", "marks", "price", "name"), LINES, ids=map(str, range(len(LINES))))
def test_every_kind_of_line(dakar: Inside, line: Any, marks: list[str], price: int, name: str) -> None:
    order = placed(dakar, body() | {"orderItems": [line], "totalAmount": None})
    [item] = order["orderItems"]
    assert (order["marks"], item["unitPrice"]) == (marks, price)
    assert item["product"]["name"].startswith(name.split(maxsplit=1)[0])
    assert item["product"]["name"] == name or item["product"]["id"] is not None
    blocked = {"article", "price"} & set(marks)
    assert ("CONFIRMED" in order["allowedTransitions"]) == (not blocked)


def test_marks_of_the_order(dakar: Inside) -> None:
    assert placed(dakar, dialect.CASH | {"totalAmount": 1})["marks"] == ["price"]
    nowhere = {"street": "Rue 10"}
    assert placed(dakar, dialect.CASH | {"shippingDetails": nowhere})["marks"] == ["contact"]
    assert post(dakar, body(plain(), phoneNumber="12", fee=1)).status == 201
    same = dialect.CASH | {"phoneNumber": "77 000 11 22"}
    first, second = (post(dakar, again).data for again in (same, same | {"phoneNumber": "+221770001122"}))
    marks = [dakar.admin_once().get(f"/orders/{order['id']}").data["marks"] for order in (first, second)]
    assert marks == [[], ["double"]]
    assert "marks" not in second


def test_prices_in_cents(own_shop: Inside) -> None:
    """24,90 € a T-shirt; JavaScript's sums are not whole."""
    line = {"productId": 1, "quantity": 3, "size": "M", "color": "Rouge", "unitPrice": 24.9}
    order = own_shop.client().place(orderItems=[line], totalAmount=24.9 * 3)
    assert order["totalAmount"] == 74.7
    assert own_shop.admin_once().get(f"/orders/{order['id']}").data["marks"] == []


def test_completed_is_delivered(dakar: Inside) -> None:
    order, admin = placed(dakar, dialect.CASH), dakar.admin_once()
    for status in ("CONFIRMED", "PROCESSING", "SHIPPED", "COMPLETED"):
        answer = move(admin, order, status)
        assert answer.status == 200
    assert answer.data["status"] == "DELIVERED"


ODD: list[Any] = [
    ...,
    None,
    "",
    0,
    -1,
    1.5,
    10**40,
    1e308,
    True,
    "x" * 20_000,
    "\ud800\u0000",
    [],
    {},
    [[{}]],
    {"a": {"b": []}},
]


def variants(sent: dict[str, Any], deep: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """The body with each single field, and each of its first line, its address and its delivery, changed."""
    for name, odd in itertools.product(sent, ODD):
        yield name, {key: value for key, value in (sent | {name: odd}).items() if value is not ...}
    parts = ("shippingDetails", "deliveryInfo") if deep else ()
    for part in parts:
        for name, odd in itertools.product(sent[part], ODD):
            yield f"{part}.{name}", sent | {part: _changed(sent[part], name, odd)}
    line = sent["orderItems"][0]
    for name, odd in itertools.product(line, ODD):
        yield f"line.{name}", sent | {"orderItems": [_changed(line, name, odd), *sent["orderItems"][1:]]}
    for odd in ODD[1:]:
        yield "line", sent | {"orderItems": [odd, *sent["orderItems"]]}
        yield "element", sent | {"orderItems": [customised(designElementsByView={"34-8": [odd], "34-9": odd})]}


def _changed(fields: dict[str, Any], name: str, odd: Any) -> dict[str, Any]:
    return {key: value for key, value in (fields | {name: odd}).items() if value is not ...}


@ON_SQLITE
@pytest.mark.parametrize(
    "name", ["cash", *(pytest.param(name, marks=pytest.mark.matrix) for name in ("paydunya", "orange"))]
)
@pytest.mark.matrix
def test_no_odd_field_is_a_reason_to_refuse(dakar: Inside, name: str, request: pytest.FixtureRequest) -> None:
    ids = []
    for field, sent in variants(BODIES[name], deep=name == "cash"):
        answer = post(dakar, sent)
        is_refused = answer.status == 400 and field == "orderItems"
        assert answer.status == 201 or is_refused, (field, str(sent)[:300], answer.text[:300])
        if not is_refused:
            ids.append(answer.data["id"])
    page = dakar.admin_once().get("/orders/admin/all?limit=100")
    assert [order["id"] for order in page.data["orders"]] == ids[-100:][::-1]
    for path in ("/dashboard", f"/dashboard/orders/{ids[-1]}", "/dashboard/orders.csv"):
        assert dakar.admin_once().get(path, Cookie=dakar.admin_once().cookie).status == 200


def test_a_list_is_bounded_and_says_so(dakar: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("printalma.orders_api.answers.MAX_ANSWER", 20_000)
    monkeypatch.setattr("printalma.orders_api.answers.PIECE", 4_000)
    ids = [placed(dakar, dialect.CASH)["id"] for _ in range(12)]
    orders = dakar.admin_once().get("/orders/admin/all?limit=12").data["orders"]
    assert [order["id"] for order in orders] == ids[::-1]
    omitted = [order.get("artworkOmitted", False) for order in orders]
    assert omitted == sorted(omitted)
    assert set(omitted) == {False, True}
    for order in orders:
        assert ("designElementsByView" in order["orderItems"][0]) == ("artworkOmitted" not in order)


def test_what_is_kept_is_measured_in_bytes(dakar: Inside) -> None:
    order = placed(dakar, cart(wish="€" * 5000))
    assert order["wish"] == "€" * 5000
    [row] = db.select(dakar.database_url, "SELECT sent_size FROM orders WHERE id = :id", id=order["id"])
    assert row.sent_size > 15_000


def test_a_guests_order_says_nothing_of_the_team(dakar: Inside) -> None:
    sent = cart(marks=["x"], customer_info={"user_id": 1}, __proto__={"a": 1})
    sent["orderItems"][0]["__proto__"] = {"isAdmin": True}
    answer = dakar.client().post("/orders/guest", sent)
    assert not {"marks", "__proto__"} & answer.data.keys()
    assert "__proto__" not in answer.data["orderItems"][0]
    assert answer.data["customer_info"]["user_id"] is None


def test_an_address_that_is_corrected_is_nowhere_as_it_was_sent(dakar: Inside) -> None:
    order = placed(dakar, cart(deliveryInfo={"deliveryType": "city"}, wish="en rouge"))
    admin = dakar.admin_once()
    assert mend(admin, order, name="Anonyme", street="Ailleurs").status == 303
    answer = admin.get(f"/orders/{order['id']}")
    assert (answer.data["wish"], answer.data["shippingStreet"]) == ("en rouge", "Ailleurs")
    kept = db.select(dakar.database_url, "SELECT text FROM sent_json WHERE order_id = :id", id=order["id"])
    for text in (answer.text, *(row.text for row in kept)):
        assert "Félix Faure" not in text
