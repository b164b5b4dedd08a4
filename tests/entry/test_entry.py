"""An order that the team types in: the same door as every other, and nobody checks what the team agreed itself."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from tests.accounts.people import admin as new_admin
from tests.conftest import NewDatabase
from tests.delivery.setting_up import city
from tests.orders.test_placing import add_product, at_once
from tests.orders.test_transitions import stock_of
from tests.support import database as db
from tests.support.client import Answer, Client, address, cart
from tests.support.forms import form
from tests.support.inside import Inside
from tests.support.matrix import ON_POSTGRES
from tests.support.recount import counted, kept

NEW = "/dashboard/orders/new"
XSS = '"><script>alert(1)</script>'
AWA = {"phone": "77 123 45 67", "name": "Awa Diop"}


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = {
        "SHOP_TZ": "Africa/Dakar",
        "SHOP_CURRENCY": "XOF",
        "TRUSTED_PROXIES": "1",
        "CORS_ORIGINS": "",
    }
    with Inside(new_database(), tmp_path_factory.mktemp("entry"), **settings) as shop:
        shop.zone = city(shop, "Mermoz", "10")  # type: ignore[attr-defined]
        yield shop


@pytest.fixture(autouse=True)
def _everything_adds_up(shop: Inside) -> Iterator[None]:
    yield
    assert kept(shop.database_url) == counted(shop.database_url)


def drawn(who: Client, path: str = NEW) -> Any:
    answer = who.get(path, Cookie=who.cookie)
    assert answer.status == 200, answer.text[:500]
    return form(answer.text, path)


def send(who: Client, there: Any, **said: str) -> Answer:
    return who.form(there.path, there.filled(**said), Cookie=who.cookie)


def take(who: Client, **said: str) -> Answer:
    return send(who, drawn(who), **(AWA | said))


def placed(shop: Inside, answer: Answer) -> dict[str, Any]:
    """The order to whose page the answer leads."""
    assert answer.status == 303, problems(answer)
    order_id = answer.headers["Location"].rpartition("/")[2]
    found: dict[str, Any] = shop.admin_once().get(f"/orders/{order_id}").data
    return found


def problems(answer: Answer) -> dict[str, str]:
    """What the form says of each field."""
    found = re.findall(r'<p id="([\w-]+)-help" class="wrong">(.*?)</p>', answer.text, re.DOTALL)
    return {name: unescape(text) for name, text in found}


def page_of(who: Client, order: dict[str, Any]) -> str:
    text = who.get(f"/dashboard/orders/{order['id']}", Cookie=who.cookie).text
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", text).split()))


def orders(shop: Inside) -> int:
    found: int = db.select(shop.database_url, "SELECT count(*) FROM orders")[0][0]
    return found


def event_of(shop: Inside, order: dict[str, Any]) -> Any:
    asked = "SELECT * FROM events WHERE order_id = :id AND type = 'OrderPlaced'"
    return db.select(shop.database_url, asked, id=order["id"])[0]


def test_it_is_an_order_like_every_other(shop: Inside) -> None:
    boss, product = shop.admin_once(), add_product(shop, stock=5, name="T-shirt Baobab", price="7000", sizes="S, M")
    said = {
        "product_new1": f"T-shirt Baobab ({product})",
        "size_new1": "m",
        "quantity_new1": "2",
        "product_new2": "Broderie",
        "price_new2": "1 500",
        "zone": shop.zone,  # type: ignore[attr-defined]
        "payment": "WAVE",
        "channel": "WHATSAPP",
        "notes": "Avant samedi",
        "street": "Rue 10",
    }
    order = placed(shop, take(boss, **said))
    lines = [
        (line["product"]["name"], line["quantity"], line["unitPrice"], line["size"]) for line in order["orderItems"]
    ]
    assert lines == [("T-shirt Baobab", 2, 7000, "M"), ("Broderie", 1, 1500, None)]
    assert (order["subtotal"], order["shippingAmount"], order["totalAmount"]) == (15500, 1000, 16500)
    assert (order["status"], order["paymentMethod"], order["userId"]) == ("PENDING", "WAVE", None)
    assert (order["phoneNumber"], order["notes"]) == ("77 123 45 67", "Avant samedi")
    assert order["marks"] == []
    assert stock_of(shop, product) == 3
    assert f'id="order-{order["id"]}"' in boss.get("/dashboard?q=Baobab", Cookie=boss.cookie).text


def test_it_says_who_typed_it_in_and_how_it_came(shop: Inside) -> None:
    boss = shop.admin_once()
    order = placed(shop, take(boss, product_new1="Tasse", price_new1="3000", channel="WHATSAPP"))
    event = event_of(shop, order)
    name = f"{boss.user['firstName']} {boss.user['lastName']}"
    data = event.data if isinstance(event.data, dict) else json.loads(event.data)
    assert (event.actor_id, data["taken_by"], data["channel"]) == (boss.user["id"], name, "WHATSAPP")
    page = page_of(boss, order)
    assert f"Saisie par {name} · WhatsApp" in page
    assert f"Saisie · WhatsApp par {name}" in page
    other = shop.client().place()
    assert "Saisie" not in page_of(boss, other)
    assert "taken_by" not in str(event_of(shop, other).data)


@pytest.mark.parametrize(("price", "unit"), [("", 7000), ("4000", 4000), ("0", 0), ("9 500", 9500)])
def test_the_price_that_was_agreed_is_nobody_s_doubt(shop: Inside, price: str, unit: int) -> None:
    """Neither below nor above the catalogue's; nor is a fee that no zone has."""
    product = add_product(shop, stock=None, name="Sac", price="7000")
    order = placed(shop, take(shop.admin_once(), product_new1=f"Sac ({product})", price_new1=price, fee="1234"))
    assert (order["orderItems"][0]["unitPrice"], order["shippingAmount"], order["marks"]) == (unit, 1234, [])
    assert [move for move in order["allowedTransitions"] if move == "CONFIRMED"]


def test_what_it_left_out_it_did_without_but_a_number_is_to_be_dialled(shop: Inside) -> None:
    boss = shop.admin_once()
    assert placed(shop, take(boss, phone="", product_new1="Cape", price_new1="1"))["marks"] == []
    assert placed(shop, take(boss, name="", product_new1="Robe", price_new1="1"))["marks"] == []
    assert placed(shop, take(boss, phone="12", product_new1="Gant", price_new1="1"))["marks"] == ["contact"]


def test_the_same_again_is_told_as_of_every_order(shop: Inside) -> None:
    said = {"phone": "77 000 11 22", "product_new1": "Pagne", "price_new1": "100"}
    first, second = (placed(shop, take(shop.admin_once(), **said)) for _ in range(2))
    assert (first["marks"], second["marks"]) == ([], ["double"])


@ON_POSTGRES
def test_pressed_twice_it_is_one_order(shop: Inside) -> None:
    """By a double click, and once more when the answer was lost."""
    boss, product = shop.admin_once(), add_product(shop, stock=9, name="Bol")
    before, there = orders(shop), drawn(boss)
    said = AWA | {"product_new1": f"Bol ({product})"}
    answers = [*at_once(2, lambda _: send(boss, there, **said)), send(boss, there, **said)]
    assert len({(answer.status, answer.headers["Location"]) for answer in answers}) == 1
    assert (orders(shop) - before, stock_of(shop, product)) == (1, 8)


def test_the_team_may_sell_more_than_a_guest_may_take(shop: Inside) -> None:
    boss, product = shop.admin_once(), add_product(shop, stock=20, name="Badge")
    there = drawn(boss, "/dashboard/settings")
    assert send(boss, there, mostPerProduct="3").status == 303
    placed(shop, take(boss, product_new1=f"Badge ({product})", quantity_new1="8"))
    guest = shop.client().post("/orders/guest", cart(orderItems=[{"productId": product, "quantity": 4}]))
    assert (guest.status, stock_of(shop, product)) == (409, 12)
    assert send(boss, drawn(boss, "/dashboard/settings"), mostPerProduct="0").status == 303


WRONG: list[tuple[dict[str, str], str]] = [
    ({"phone": "", "name": " "}, "phone"),
    ({"product_new1": "", "price_new1": ""}, "product_new1"),
    ({"price_new1": "-5"}, "price_new1"),
    ({"price_new1": "12,50"}, "price_new1"),
    ({"price_new1": "9" * 16}, "price_new1"),
    ({"price_new1": ""}, "price_new1"),
    ({"product_new1": ""}, "product_new1"),
    ({"product_new1": "T-shirt (99999)"}, "product_new1"),
    ({"product_new1": "x" * 200}, "product_new1"),
    ({"quantity_new1": "0"}, "quantity_new1"),
    ({"quantity_new1": "-1"}, "quantity_new1"),
    ({"quantity_new1": "1000"}, "quantity_new1"),
    ({"quantity_new1": ""}, "quantity_new1"),
    ({"fee": "-1"}, "fee"),
    ({"fee": "0,5"}, "fee"),
    ({"zone": "nowhere"}, "zone"),
    ({"email": "awa"}, "email"),
    ({"payment": "SHELLS"}, "payment"),
    ({"channel": "PIGEON"}, "channel"),
    ({"notes": "x" * 2001}, "notes"),
    ({"phone": "7" * 41}, "phone"),
]


@pytest.mark.parametrize(("said", "field"), WRONG, ids=[f"{n}-{field}" for n, (_, field) in enumerate(WRONG)])
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    shop: Inside, said: dict[str, str], field: str
) -> None:
    before = orders(shop)
    answer = take(shop.admin_once(), **({"product_new1": "Écharpe", "price_new1": "100", "street": "Rue 7"} | said))
    assert (answer.status, list(problems(answer))) == (400, [field])
    assert len(problems(answer)[field]) > 10
    there = dict(form(answer.text, NEW).fields)
    assert there["street"] == "Rue 7"
    assert {
        name: there[name].strip() for name in said if name in there and name not in ("zone", "payment", "channel")
    } == {
        name: value.strip()
        for name, value in said.items()
        if name in there and name not in ("zone", "payment", "channel")
    }
    assert re.search(r"<(?:input|select|textarea)[^>]*autofocus", answer.text)[0].count(f'id="{field}"') == 1  # type: ignore[index]
    assert orders(shop) == before


def test_too_little_stock_keeps_the_form_filled(shop: Inside) -> None:
    boss, product = shop.admin_once(), add_product(shop, stock=1, name="Montre")
    there = drawn(boss)
    said = AWA | {"product_new1": f"Montre ({product})", "quantity_new1": "2"}
    answer = send(boss, there, **said)
    assert answer.status == 409
    assert "Montre" in answer.text
    assert dict(form(answer.text, NEW).fields)["quantity_new1"] == "2"
    assert send(boss, there, **(said | {"quantity_new1": "1"})).status == 303
    assert stock_of(shop, product) == 0


def test_what_is_not_sold_any_more_is_said_so(shop: Inside) -> None:
    product = add_product(shop, stock=None, name="Vieux", active="")
    answer = take(shop.admin_once(), product_new1=f"Vieux ({product})")
    assert (answer.status, list(problems(answer))) == (400, ["product_new1"])
    assert f"Vieux ({product})" not in shop.admin_once().get(NEW, Cookie=shop.admin_once().cookie).text


def test_a_known_customer_is_filled_in_by_the_number(shop: Inside) -> None:
    boss = shop.admin_once()
    shipping = {"firstName": "Fatou", "lastName": "Sy <i>", "street": "Rue 12", "apartment": "B4", "city": "Thiès"}
    order = shop.client().place(phoneNumber="+221 77 987 65 43", email="fatou@shop.example", shippingDetails=shipping)
    asked = boss.get(f"{NEW}/customer?phone=77%20987-65-43", Cookie=boss.cookie)
    assert f"dernière commande <bdi>{order['orderNumber']}</bdi>" in asked.text
    said = json.loads(unescape(unescape(re.findall('data-known="([^"]*)"', asked.text)[0])))
    known = {"name": "Fatou Sy <i>", "street": "Rue 12", "apartment": "B4", "city": "Thiès", "region": ""}
    assert known | {"email": "fatou@shop.example"} == {name: said[name] for name in [*known, "email"]}
    assert "<i>" not in asked.text
    for nobody in ("", "77%20987", "70%20111%2022%2039", "%00", "9" * 1000):
        answer = boss.get(f"{NEW}/customer?phone={nobody}", Cookie=boss.cookie)
        assert (answer.status, "data-known" in answer.text) == (200, False)
    before, there = orders(shop), drawn(boss)
    answer = send(boss, there, phone="77 987 65 43", known="", street="Rue 13", product_new1="Tapis")
    fields = dict(form(answer.text, NEW).fields)
    assert (fields["name"], fields["street"], fields["apartment"]) == ("Fatou Sy <i>", "Rue 13", "B4")
    assert (fields["product_new1"], orders(shop)) == ("Tapis", before)
    assert "Rue 12" not in answer.text


def refuse(shop: Inside, **changes: Any) -> int:
    """The id of a refused order, as a front end may send it."""
    body = cart(**changes) | {"unknown": XSS}
    db.execute(shop.database_url, "DELETE FROM refused_orders")
    answer = shop.client().raw(
        "POST",
        "/orders",
        json.dumps(body).encode(),
        Content_Type="application/json",
        X_Forwarded_For=address(),
        Authorization="Bearer a.b.c",
    )
    assert answer.status == 401
    found: int = db.select(shop.database_url, "SELECT id FROM refused_orders")[0].id
    return found


def test_a_refused_order_is_taken_up(shop: Inside) -> None:
    boss, product = shop.admin_once(), add_product(shop, stock=4, name="Mug", price="7000")
    line = {"productId": product, "quantity": 2, "unitPrice": 10, "size": XSS, "mockupUrl": "https://a.example/b.png"}
    vendors = {"vendorProductId": 245, "quantity": 1, "unitPrice": 9000, "designElements": [{"imageUrl": "data:x"}]}
    refused = refuse(shop, phoneNumber="77 555 44 33", notes=XSS, orderItems=[line, vendors])
    path = f"/dashboard/refused/{refused}/order"
    there = drawn(boss, path)
    fields = dict(there.fields)
    assert (fields["phone"], fields["notes"]) == ("77 555 44 33", XSS)
    assert (fields["product_new1"], fields["price_new1"], fields["quantity_new1"]) == (f"Mug ({product})", "7000", "2")
    assert (fields["price_new2"], fields["size_new1"]) == ("9000", XSS)
    assert XSS not in boss.get(path, Cookie=boss.cookie).text
    order = placed(shop, send(boss, there, size_new1="L", product_new2="T-shirt perso", channel="PHONE"))
    assert [line["unitPrice"] for line in order["orderItems"]] == [7000, 9000]
    assert [line["product"]["name"] for line in order["orderItems"]] == ["Mug", "T-shirt perso"]
    assert order["orderItems"][0]["mockupUrl"] == "https://a.example/b.png"
    assert order["orderItems"][1]["vendorProductId"] == 245
    assert order["marks"] == ["artwork"]  # a picture was not kept
    assert stock_of(shop, product) == 2
    told = f"Reprise : commande {order['orderNumber']}"
    [row] = db.select(shop.database_url, "SELECT * FROM refused_orders")
    assert (row.order_id, row.seen_by) == (order["id"], boss.user["id"])
    assert row.seen_at is not None
    for where in ("/dashboard/refused", f"/dashboard/refused/{refused}"):
        assert told in boss.get(where, Cookie=boss.cookie).text
    again = boss.get(path, Cookie=boss.cookie)
    assert (again.status, again.headers["Location"]) == (303, f"/dashboard/orders/{order['id']}")


@ON_POSTGRES
def test_of_two_who_take_it_up_one_does(shop: Inside) -> None:
    boss, other = shop.admin_once(), new_admin(shop)
    path = f"/dashboard/refused/{refuse(shop)}/order"
    both = [(who, drawn(who, path)) for who in (boss, other)]
    before = orders(shop)
    answers = at_once(2, lambda n: send(both[n][0], both[n][1]))
    assert sorted(answer.status for answer in answers) == [303, 409]
    assert orders(shop) == before + 1
    number = db.select(shop.database_url, "SELECT number FROM orders ORDER BY id DESC")[0].number
    assert f"Reprise : commande {number}" in next(answer for answer in answers if answer.status == 409).text


ODD: list[Any] = [None, 1, "x", [], {}, [[[]]], [{"productId": {"a": []}, "quantity": [], "unitPrice": "NaN"}]]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_whatever_was_sent_the_form_opens(shop: Inside, odd: Any) -> None:
    names = ("shippingDetails", "phoneNumber", "email", "notes", "orderItems", "paymentMethod", "deliveryInfo")
    path = f"/dashboard/refused/{refuse(shop, **dict.fromkeys(names, odd))}/order"
    assert drawn(shop.admin_once(), path).path == path


def test_one_that_is_gone_or_no_order_is_answered(shop: Inside) -> None:
    boss = shop.admin_once()
    gone = f"/dashboard/refused/{refuse(shop)}/order"
    there = drawn(boss, gone)
    db.execute(shop.database_url, "UPDATE refused_orders SET body = '[1'")
    assert dict(drawn(boss, gone).fields)["phone"] == ""
    db.execute(shop.database_url, "DELETE FROM refused_orders")
    assert boss.get(gone, Cookie=boss.cookie).status == 404
    assert send(boss, there).status == 404
