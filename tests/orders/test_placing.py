"""Placing orders, through the front door, by many at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from tests.support import database as db
from tests.support.client import Answer, cart
from tests.support.server import Shop

T = TypeVar("T")


def at_once(n: int, call: Callable[[int], T]) -> list[T]:
    """What `call` answers to each number below `n`, all asked together."""
    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(call, range(n)))


def test_an_order_comes_back_as_the_contract_says(shop: Shop) -> None:
    answer = shop.client().post("/orders/guest", cart(notes="Merci\nbeaucoup"))
    assert answer.status == 201
    assert answer.json["success"] is True
    assert answer.json["message"] == "Commande invitée créée avec succès"
    order = answer.data
    assert order["status"] == "PENDING"
    assert order["statusLabel"] == "En attente"
    assert order["allowedTransitions"] == ["CONFIRMED", "REJECTED", "CANCELLED"]
    assert order["totalAmount"] == order["subtotal"] == 49.8
    assert order["shippingAddressFull"] == "12 rue Félix Faure, Dakar, Sénégal"
    assert order["shippingAddress"]["name"] == "Awa Diop"
    assert order["orderItems"][0]["unitPrice"] == 24.9
    assert order["createdAt"].endswith("Z")
    assert not {"password", "password_hash", "internalNotes"} & set(str(order).split("'"))


def test_an_order_changes_nothing_of_who_asks(shop: Shop) -> None:
    """What was read of sign-ins holds over orders that this process has placed (accounts/guard.py)."""
    awa = shop.client().register("sans.trace@example.org")

    def known() -> list[Any]:
        return [db.select(shop.database_url, f"SELECT * FROM {table} ORDER BY id") for table in ("users", "sessions")]

    before = known()
    assert awa.post("/orders", cart(), Idempotency_Key="sans-trace").status == 201
    assert awa.post("/orders", cart(notes="autre"), Idempotency_Key="sans-trace").status == 422
    shop.client().place(shippingDetails=cart()["shippingDetails"])
    assert known() == before


def told(shop: Shop) -> int:
    """How much has happened to orders; that others were refused is told beside."""
    return int(db.select(shop.database_url, "SELECT count(*) FROM events WHERE order_id IS NOT NULL")[0][0])


def test_fifty_at_once_for_a_stock_of_ten(shop: Shop) -> None:
    product = add_product(shop, stock=10)
    before = told(shop)
    item = [{"productId": product, "quantity": 1}]
    answers = at_once(50, lambda _: shop.client().post("/orders/guest", cart(orderItems=item)))
    assert sorted(answer.status for answer in answers) == [201] * 10 + [409] * 40
    numbers = {answer.data["orderNumber"] for answer in answers if answer.status == 201}
    assert len(numbers) == 10
    assert all(answer.json["error"] == "Conflict" for answer in answers if answer.status == 409)
    assert told(shop) == before + 10
    assert shop.client().post("/orders/guest", cart(orderItems=item)).status == 409


def test_two_products_in_opposite_order_never_deadlock(shop: Shop) -> None:
    first, second = add_product(shop, stock=1000), add_product(shop, stock=1000)
    ways = ([first, second], [second, first])

    def buy(n: int) -> Answer:
        items = [{"productId": product, "quantity": 1} for product in ways[n % 2]]
        return shop.client().post("/orders/guest", cart(orderItems=items))

    assert {answer.status for answer in at_once(40, buy)} == {201}


def placed(shop: Shop) -> int:
    """How many orders the log tells of."""
    return len(db.select(shop.database_url, "SELECT id FROM events WHERE type = 'OrderPlaced'"))


def test_one_idempotency_key_twenty_times_at_once(shop: Shop) -> None:
    before = placed(shop)
    answers = at_once(20, lambda _: shop.client().post("/orders/guest", cart(), Idempotency_Key="only-once"))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert len({answer.data["id"] for answer in answers}) == 1
    assert {answer.headers["Idempotent-Replayed"] for answer in answers if answer.status == 200} == {"true"}
    assert placed(shop) == before + 1
    other = shop.client().post("/orders/guest", cart(notes="another body"), Idempotency_Key="only-once")
    assert other.status == 422


def test_a_refused_order_keeps_no_idempotency_key(shop: Shop) -> None:
    product = add_product(shop, stock=0)
    item = [{"productId": product, "quantity": 1}]
    refused = shop.client().post("/orders/guest", cart(orderItems=item), Idempotency_Key="again")
    assert refused.status == 409
    assert shop.client().post("/orders/guest", cart(), Idempotency_Key="again").status == 201


def test_prices_come_from_the_catalogue(shop: Shop) -> None:
    item = {"productId": 1, "quantity": 1, "unitPrice": 0.01, "price": 0}
    order = shop.client().place(orderItems=[item], totalAmount=0.01, subtotal=0)
    assert order["totalAmount"] == 24.9


def test_an_older_front_end_sends_its_address_in_one_line(shop: Shop) -> None:
    order = shop.client().place(shippingDetails=..., shippingAddress="Villa 12, Point E, Dakar")
    assert order["shippingAddress"]["fullFormatted"] == "Villa 12, Point E, Dakar"
    assert order["shippingStreet"] == "Villa 12, Point E, Dakar"


@pytest.mark.parametrize("nothing", [None, "", "  ", "\u200b"], ids=ascii)
def test_an_optional_field_that_says_nothing_is_left_out(shop: Shop, nothing: str | None) -> None:
    details = {"street": "1 rue", "city": "Dakar", "country": "Sénégal"}
    optional = ("firstName", "lastName", "company", "apartment", "region", "postalCode")
    order = shop.client().place(
        shippingDetails=details | dict.fromkeys(optional, nothing),
        orderItems=[{"productId": 1, "quantity": 1, "size": nothing, "color": nothing, "colorId": nothing}],
        **dict.fromkeys(("shippingAddress", "email", "notes", "paymentMethod"), nothing),
    )
    assert order["paymentMethod"] == "CASH_ON_DELIVERY"
    assert [order[name] for name in ("email", "notes", "shippingRegion", "shippingPostalCode")] == [None] * 4
    assert [order["orderItems"][0][name] for name in ("size", "color", "colorId")] == [None] * 3
    assert order["shippingAddressFull"] == "1 rue, Dakar, Sénégal"
    body = {"status": "CONFIRMED", "notes": nothing, "version": nothing}
    assert shop.admin_once().patch(f"/orders/{order['id']}/status", body).status == 200


def test_a_town_that_is_sent_as_its_region_too_is_said_once(shop: Shop) -> None:
    details = {"street": "Mermoz", "city": "Thiès", "region": "THIES ", "country": "Sénégal"}
    order = shop.client().place(shippingDetails=details)
    assert order["shippingAddressFull"] == "Mermoz, Thiès, Sénégal"
    assert order["shippingRegion"] == "THIES"


def test_a_line_is_what_was_typed_over_several_without_what_nobody_sees(shop: Shop) -> None:
    details = {
        "firstName": "Awa\u202e",
        "lastName": "\u2068Diop\u2069",
        "company": "Alma\tPrint",
        "city": "Da\u00adkar\n",
    }
    order = shop.client().place(
        shippingDetails={**details, "street": "Villa 12\r\nPoint\u200b E", "country": "Sénégal\ufeff"},
        phoneNumber="\u202a+221 77 123 45 67\u202c",
        email="Awa\u200b@Example.org\u200d",
        notes="Sonner\u200e\u2028deux fois\tsvp 👩\u200d👧",
    )
    assert order["shippingAddressFull"] == "Alma Print, Villa 12, Point E, Dakar, Sénégal"
    assert (order["shippingName"], order["phoneNumber"]) == ("Awa Diop", "+221 77 123 45 67")
    assert (order["email"], order["notes"]) == ("awa@example.org", "Sonner\ndeux fois\tsvp 👩\u200d👧")
    line = shop.client().place(shippingDetails=..., shippingAddress="Villa 12,\nPoint E\n\nDakar")
    assert line["shippingStreet"] == "Villa 12, Point E, Dakar"


BAD: list[tuple[dict[str, Any], str]] = [
    ({"orderItems": []}, "orderItems"),
    ({"orderItems": [None, ""]}, "orderItems"),
    ({"orderItems": [{"productId": 1, "quantity": 1}] * 301}, "orderItems"),
    ({"orderItems": {}}, "orderItems"),
    ({"orderItems": 3}, "orderItems"),
    ({"orderItems": ...}, "orderItems"),
    ({"shippingDetails": ..., "phoneNumber": ...}, "phoneNumber"),
    ({"shippingDetails": {"firstName": "Awa", "country": "Sénégal"}, "phoneNumber": "  "}, "phoneNumber"),
    ({"shippingDetails": ..., "shippingAddress": " \u200b ", "phoneNumber": "\u0000"}, "phoneNumber"),
    ({"shippingDetails": "", "shippingAddress": "", "phoneNumber": "\ud800"}, "phoneNumber"),
]


@pytest.mark.parametrize(("changes", "field"), BAD, ids=[f"{n}-{field}" for n, (_, field) in enumerate(BAD)])
def test_what_is_no_order_is_refused_and_changes_nothing(shop: Shop, changes: dict[str, Any], field: str) -> None:
    before = told(shop)
    answer = shop.client().post("/orders/guest", cart(**changes))
    assert answer.status == 400, answer.text
    assert answer.json["success"] is False
    assert answer.json["error"] == "Bad Request"
    assert field in [error["field"] for error in answer.json["errors"]]
    assert all(error["message"] for error in answer.json["errors"])
    assert told(shop) == before


def test_a_refusal_speaks_one_language(shop: Shop) -> None:
    status = shop.admin_once().get("/orders/admin/all?status=LOST").json["errors"][0]["message"]
    assert status.startswith("Valeurs possibles : PENDING, CONFIRMED, ")


RAW: list[tuple[bytes, dict[str, str], int]] = [
    (b"{", {}, 400),
    (b"", {}, 400),
    (b"[]", {}, 400),
    (b"null", {}, 400),
    (b'{"a": NaN}', {}, 400),
    (b"[" * 100_000, {}, 400),
    (b"\xff\xfe", {}, 400),
    (b"{}", {"Content_Type": "text/plain"}, 415),
    (b'{"notes": "' + b"x" * 1_100_000 + b'"}', {}, 413),
]


@pytest.mark.parametrize(("body", "headers", "status"), RAW, ids=[str(n) for n in range(len(RAW))])
def test_a_body_that_is_no_object_is_refused_in_the_contracts_form(
    shop: Shop, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = shop.client().raw("POST", "/orders/guest", body, **({"Content_Type": "application/json"} | headers))
    assert answer.status == status
    assert answer.json["statusCode"] == status
    assert answer.json["success"] is False
    assert "Traceback" not in answer.text


def add_product(shop: Shop, stock: int | None, **changes: str) -> int:
    """A product of a test's own; its id."""
    admin = shop.admin_once()
    counted = "" if stock is None else str(stock)
    fields = {"name": "Essai", "price": "10", "stock": counted, "active": "on"} | changes
    answer = admin.form("/dashboard/products/new", fields, Cookie=admin.cookie)
    assert answer.status == 303, answer.text
    page = admin.get("/dashboard/products", Cookie=admin.cookie).text
    return max(int(part.split('"')[0]) for part in page.split('href="/dashboard/products/')[1:] if part[0].isdigit())
