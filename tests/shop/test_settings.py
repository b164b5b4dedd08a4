"""The shop's settings: who saves last is told, every process follows, and orders keep their currency."""

import re
from typing import Any

from tests.conftest import NewDatabase, OpenShop, StartServer
from tests.orders.test_placing import at_once
from tests.support import database as db
from tests.support.client import Answer, Client, cart
from tests.support.matrix import ON_POSTGRES, ON_SQLITE
from tests.support.server import Shop, eventually

ADDRESS = "/dashboard/settings"


def form_of(admin: Client) -> dict[str, str]:
    """The fields as the page shows them."""
    page = admin.get(ADDRESS, Cookie=admin.cookie)
    assert page.status == 200
    form = page.text.partition('<form class="page"')[2]
    found = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', form))
    chosen = re.search(r'<option value="(\w+)" selected', page.text)
    assert chosen
    del found["form_key"]
    return found | {"currency": chosen[1]}


def save(admin: Client, **changes: str) -> Answer:
    return admin.form(ADDRESS, form_of(admin) | changes, Cookie=admin.cookie)


def prices(server: Shop) -> list[Any]:
    return [row.price for row in db.select(server.database_url, "SELECT price FROM products ORDER BY id")]


@ON_POSTGRES
def test_what_is_saved_is_what_every_process_goes_by(new_database: NewDatabase, open_shop: OpenShop) -> None:
    url = new_database()
    one, other = open_shop(url, SHOP_NAME="Teranga"), open_shop(url, SHOP_NAME="Teranga")
    assert form_of(one.admin())["name"] == "Teranga", "the environment gives the first values"
    answer = save(one.admin(), name="Atelier Teranga", zone="Pacific/Kiritimati", currency="XOF", lowStock="900")
    assert (answer.status, answer.headers["Location"]) == (303, ADDRESS)
    seen = other.admin()
    eventually(lambda: "Atelier Teranga" in seen.get(ADDRESS, Cookie=seen.cookie).text)
    order = other.client().place(orderItems=[{"productId": 1, "quantity": 2}])
    assert order["totalAmount"] == 50, "24,90 € are 25 F"
    assert prices(one)[:2] == [25, 49]
    assert "Stock faible" in seen.get("/dashboard/products", Cookie=seen.cookie).text
    again = open_shop(url, SHOP_NAME="Autre", SHOP_CURRENCY="EUR")
    assert form_of(again.admin()) | {"version": ""} == {
        "name": "Atelier Teranga",
        "currency": "XOF",
        "zone": "Pacific/Kiritimati",
        "phone": "",
        "lowStock": "900",
        "mostPerProduct": "0",
        "minDpi": "150",
        "confirmLate": "24",
        "confirmOverdue": "48",
        "sendLate": "72",
        "sendOverdue": "120",
        "version": "",
    }


@ON_SQLITE
def test_the_first_order_fixes_the_currency(new_database: NewDatabase, open_shop: OpenShop) -> None:
    server = open_shop(new_database())
    admin = server.admin()
    before = form_of(admin)
    order = server.client().place()
    refused = admin.form(ADDRESS, before | {"currency": "XOF"}, Cookie=admin.cookie)
    assert refused.status == 400
    assert "Des commandes existent en EUR" in refused.text
    assert order["totalAmount"] == 49.8
    assert prices(server)[0] == 2490
    later = open_shop(server.database_url, SHOP_CURRENCY="XOF")
    assert later.client().place()["totalAmount"] == 49.8, "an environment that changed its mind changes no order"


def test_a_first_order_and_a_new_currency_at_once(new_database: NewDatabase, start_server: StartServer) -> None:
    url = new_database()
    one, other = start_server(url), start_server(url)
    admin = one.admin()
    fields = form_of(admin) | {"currency": "XOF"}

    def act(n: int) -> Answer:
        if n == 0:
            return admin.form(ADDRESS, fields, Cookie=admin.cookie)
        return other.client().post("/orders/guest", cart())

    answers = at_once(6, act)
    saved, placed = answers[0], answers[1:]
    told = other.admin().get("/notifications?limit=20").data
    currencies = {"EUR" if item["message"].endswith("€") else "XOF" for item in told}
    assert len(currencies) == 1, "orders in two currencies"
    francs = currencies == {"XOF"}
    assert saved.status == (303 if francs else 400)
    assert {answer.data["totalAmount"] for answer in placed} == ({50} if francs else {49.8})


def test_what_makes_no_sense_is_told_by_field_and_saved_nowhere(shop: Shop) -> None:
    admin = shop.admin_once()
    before = form_of(admin)
    wrong = {"name": " ", "currency": "EURO", "zone": "Europe/Dakar", "lowStock": "beaucoup", "mostPerProduct": "-1"}
    wrong |= {"minDpi": "2401"}
    for field, value in wrong.items():
        answer = save(admin, **{field: value})
        assert answer.status == 400, field
        assert f'id="{field}-help" class="wrong"' in answer.text, field
    assert form_of(admin) == before
    xss = save(admin, name="<script>alert(1)</script>")
    assert xss.status == 303
    assert "<script>alert" not in admin.get("/dashboard", Cookie=admin.cookie).text


def test_who_saves_an_old_page_is_told(shop: Shop) -> None:
    admin = shop.admin_once()
    old = form_of(admin)
    assert save(admin, name="Une boutique").status == 303
    answer = admin.form(ADDRESS, old | {"name": "Une autre"}, Cookie=admin.cookie)
    assert answer.status == 409
    assert "entre-temps" in answer.text
    assert form_of(admin)["name"] == "Une boutique"
