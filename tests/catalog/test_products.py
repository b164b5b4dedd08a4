"""The products' pages: add, edit, and what happens when two do it at once or customers buy meanwhile."""

import re
from html import unescape

import pytest

from tests.orders.test_placing import at_once
from tests.support import database as db
from tests.support.client import Answer, cart
from tests.support.server import Shop

FIELDS = {
    "name": "Tasse Lamp Fall",
    "description": "Céramique",
    "price": "12,50",
    "sizes": "S, M,, L ",
    "colors": "Blanc",
    "stock": "10",
    "active": "on",
}
XSS = "<script>alert('x')</script>"


def add(shop: Shop, **changes: str) -> int:
    """A product of a test's own; its id."""
    admin = shop.admin_once()
    answer = admin.form("/dashboard/products/new", FIELDS | changes, Cookie=admin.cookie)
    assert (answer.status, answer.headers["Location"]) == (303, "/dashboard/products"), answer.text
    newest: int = db.select(shop.database_url, "SELECT max(id) AS id FROM products")[0].id
    return newest


def form_of(shop: Shop, product: int) -> dict[str, str]:
    """The fields as the product's page shows them."""
    admin = shop.admin_once()
    page = admin.get(f"/dashboard/products/{product}", Cookie=admin.cookie)
    assert page.status == 200
    tags = re.findall(r"<input[^>]*>", page.text)
    fields: dict[str, str] = {}
    for tag in tags:
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if attributes.get("type") == "checkbox":
            fields |= {attributes["name"]: "on"} if " checked" in tag else {}
        elif "name" in attributes:
            fields[attributes["name"]] = attributes.get("value", "")
    area = re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)
    assert area
    return fields | {"description": area[1]}


def save(shop: Shop, product: int, fields: dict[str, str]) -> Answer:
    admin = shop.admin_once()
    return admin.form(f"/dashboard/products/{product}", fields, Cookie=admin.cookie)


def stock_of(shop: Shop, product: int) -> int | None:
    found: int | None = db.select(shop.database_url, "SELECT stock FROM products WHERE id = :id", id=product)[0].stock
    return found


def buy(shop: Shop, product: int, quantity: int = 1) -> Answer:
    return shop.client().post("/orders/guest", cart(orderItems=[{"productId": product, "quantity": quantity}]))


def test_a_product_is_added_shown_and_sold(shop: Shop) -> None:
    admin = shop.admin_once()
    before = admin.last_event()
    product = add(shop, name="Affiche Gorée")
    assert admin.last_event() == before + 1
    listed = admin.get("/dashboard/products", Cookie=admin.cookie).text
    assert "Affiche Gorée" in listed
    assert "12,50\xa0€" in listed
    order = buy(shop, product, 2).data
    assert order["totalAmount"] == 25
    sold = {"id": product, "name": "Affiche Gorée", "description": "Céramique", "price": 12.5}
    assert order["orderItems"][0]["product"] == sold


def test_a_form_shows_what_was_saved_and_saving_it_again_changes_nothing(shop: Shop) -> None:
    admin, product = shop.admin_once(), add(shop)
    fields = form_of(shop, product)
    expected = FIELDS | {"sizes": "S, M, L", "stock_was": "10", "version": "1"}
    assert {name: fields[name] for name in expected} == expected
    before = admin.last_event()
    assert save(shop, product, fields).status == 303
    assert admin.last_event() == before
    assert form_of(shop, product) | {"form_key": ""} == fields | {"form_key": ""}


def test_the_width_of_the_print_area_is_typed_in_centimetres(shop: Shop) -> None:
    product = add(shop)
    for typed, shown in (("28,5", "28,5"), ("28.50", "28,5"), (" 30 cm ", "30"), ("0,1", "0,1"), ("", "")):
        assert save(shop, product, form_of(shop, product) | {"printWidth": typed}).status == 303, typed
        assert form_of(shop, product)["printWidth"] == shown
    for wrong in ("0", "-3", "1001", "1e9", "NaN", "28 pouces", "2,85", "9" * 5_000, "١٢"):
        answer = save(shop, product, form_of(shop, product) | {"printWidth": wrong})
        assert answer.status == 400, wrong
        assert 'id="printWidth-help" class="wrong"' in answer.text
    assert form_of(shop, product)["printWidth"] == ""


def test_products_are_listed_as_french_sorts(shop: Shop) -> None:
    admin = shop.admin_once()
    names = ["Zz école", "Zz Ecole", "Zz ecole", "Zz œuf", "Zz Éclair", "Zz oeillet", "zz-Zèbre", "Zz Zebu"]
    for name in names:
        add(shop, name=name)
    page = unescape(admin.get("/dashboard/products", Cookie=admin.cookie).text)
    found = sorted(names, key=lambda name: page.index(f">{name}<"))
    assert found == ["Zz Éclair", "Zz ecole", "Zz Ecole", "Zz école", "Zz oeillet", "Zz œuf", "zz-Zèbre", "Zz Zebu"]


def test_a_product_is_changed_and_orders_of_before_keep_their_price_and_name(shop: Shop) -> None:
    admin, product = shop.admin_once(), add(shop)
    order = buy(shop, product).data
    changed = form_of(shop, product) | {"name": "Grande tasse", "price": "20", "stock": ""}
    assert save(shop, product, changed).status == 303
    assert buy(shop, product, 500).data["totalAmount"] == 10_000
    kept = admin.get(f"/orders/{order['id']}").data["orderItems"][0]
    assert (kept["unitPrice"], kept["totalPrice"], kept["product"]["name"]) == (12.5, 12.5, "Tasse Lamp Fall")
    assert stock_of(shop, product) is None


def test_a_product_that_is_not_for_sale_is_off_the_catalogue(shop: Shop) -> None:
    product = add(shop)
    fields = form_of(shop, product)
    del fields["active"]
    assert save(shop, product, fields).status == 303
    assert buy(shop, product).data["orderItems"][0]["product"]["id"] is None
    assert save(shop, product, form_of(shop, product) | {"active": "on"}).status == 303
    assert buy(shop, product).data["orderItems"][0]["product"]["id"] == product


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "  "}, "Ce champ est obligatoire"),
        ({"name": "x" * 151}, "150 caractères au plus"),
        ({"name": "a\u0000b"}, "Caractères de contrôle interdits"),
        ({"description": "x" * 2001}, "Données invalides"),
        ({"price": ""}, "Un montant est attendu"),
        ({"price": "-1"}, "Un montant est attendu"),
        ({"price": "NaN"}, "Un montant est attendu"),
        ({"price": "1e99999999"}, "Un montant est attendu"),
        ({"price": "12,505"}, "Un montant est attendu"),
        ({"price": "1_000"}, "Un montant est attendu, par exemple 29,90"),
        ({"price": "1.250"}, "Est-ce 1\u202f250,00\xa0€ ou 1,25\xa0€ ? Écrivez 1250,00 ou 1,25"),
        ({"stock": "１０"}, "Un nombre entier est attendu"),
        ({"stock": "-1"}, "Un nombre entier est attendu"),
        ({"stock": "1.5"}, "Un nombre entier est attendu"),
        ({"stock": "1000001"}, "1000000 au plus"),
        ({"stock": "9" * 40}, "Un nombre entier est attendu"),
        ({"sizes": "x" * 51}, "50 caractères au plus"),
        ({"colors": ",".join("abcdefghij" * 6)}, "50 éléments au plus"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_field_is_shown_with_what_was_typed(shop: Shop, changes: dict[str, str], sentence: str) -> None:
    admin, product = shop.admin_once(), add(shop)
    before = db.select(shop.database_url, "SELECT * FROM products ORDER BY id")
    tried = form_of(shop, product) | changes
    pages = [save(shop, product, tried), admin.form("/dashboard/products/new", tried, Cookie=admin.cookie)]
    for page in pages:
        assert page.status == 400
        assert sentence in page.text
        assert 'aria-invalid="true"' in page.text or "description" in changes
        assert 'value="Blanc"' in page.text or "colors" in changes
    assert db.select(shop.database_url, "SELECT * FROM products ORDER BY id") == before


def test_every_wrong_field_is_told_at_once(shop: Shop) -> None:
    admin = shop.admin_once()
    page = admin.form("/dashboard/products/new", {"name": "", "price": "x", "stock": "y"}, Cookie=admin.cookie)
    assert page.text.count('aria-invalid="true"') == 3


def test_stock_is_counted_anew_while_orders_go_on(shop: Shop) -> None:
    """The admin sees 10 and types 15 while two are sold: five came, so 13 are there."""
    product = add(shop)
    fields = form_of(shop, product)
    assert buy(shop, product, 2).status == 201
    assert save(shop, product, fields | {"stock": "15"}).status == 303
    assert stock_of(shop, product) == 13


def test_an_untouched_stock_is_not_written_back(shop: Shop) -> None:
    product = add(shop)
    fields = form_of(shop, product)
    assert buy(shop, product, 4).status == 201
    assert save(shop, product, fields | {"name": "Petite tasse"}).status == 303
    assert stock_of(shop, product) == 6


def test_fewer_are_left_than_were_taken_away_is_none(shop: Shop) -> None:
    product = add(shop)
    fields = form_of(shop, product)
    assert buy(shop, product, 9).status == 201
    assert save(shop, product, fields | {"stock": "2"}).status == 303
    assert stock_of(shop, product) == 0


def test_saving_while_forty_customers_buy_loses_none_of_them(shop: Shop) -> None:
    """An admin's count never collides with an order: it is added to, whoever comes first."""
    product = add(shop, stock="1000")
    versions = iter(range(1, 100))

    def act(n: int) -> Answer:
        if n % 8:
            return buy(shop, product)
        return save(shop, product, FIELDS | {"stock": "1010", "stock_was": "1000", "version": str(next(versions))})

    answers = at_once(40, act)
    assert {answer.status for n, answer in enumerate(answers) if n % 8} == {201}
    saved = sum(answer.status == 303 for n, answer in enumerate(answers) if n % 8 == 0)
    assert saved >= 1
    assert stock_of(shop, product) == 1000 - 35 + 10 * saved


def test_two_admins_edit_one_product(shop: Shop) -> None:
    product = add(shop)
    fields = form_of(shop, product)
    assert save(shop, product, fields | {"name": "La première"}).status == 303
    late = save(shop, product, fields | {"name": "La seconde"})
    assert late.status == 409
    assert "modifié entre-temps" in late.text
    assert 'value="La seconde"' in late.text, "what was typed is not lost"
    assert form_of(shop, product)["name"] == "La première"


def test_a_description_that_is_too_long_says_so_at_its_field(shop: Shop) -> None:
    """The page once said that something was wrong, and not what."""
    answer = save(shop, add(shop), FIELDS | {"description": "x" * 2001})
    assert answer.status == 400
    assert re.search(r'<p id="description-help" class="wrong">[^<]*2000', answer.text)


@pytest.mark.parametrize("version", ["", "0", "x", "-1", "2147483648", "999999999999999", "9" * 40])
def test_a_version_that_never_was_is_a_conflict(shop: Shop, version: str) -> None:
    product = add(shop)
    tried = form_of(shop, product) | {"version": version, "name": "Autre", "stock_was": version}
    assert save(shop, product, tried).status == 409


def test_a_product_nobody_knows_is_404(shop: Shop) -> None:
    admin = shop.admin_once()
    for product in ("0", "999999", "9" * 15, "9" * 16, "x"):
        path = f"/dashboard/products/{product}"
        assert admin.get(path, Cookie=admin.cookie).status == 404
        assert admin.form(path, FIELDS | {"version": "1"}, Cookie=admin.cookie).status == 404


def test_a_script_in_a_product_is_text_wherever_it_is_shown(shop: Shop) -> None:
    admin = shop.admin_once()
    product = add(shop, name=XSS, description=f"</textarea>{XSS}", sizes=XSS.replace(",", ""), colors='"><img src=x>')
    socket = admin.dashboard()
    order = buy(shop, product).data
    shown = socket.wait_for(order["orderNumber"])
    for path in (
        "/dashboard/products",
        f"/dashboard/products/{product}",
        "/dashboard",
        f"/dashboard/orders/{order['id']}",
    ):
        shown += admin.get(path, Cookie=admin.cookie).text
    assert "&lt;script&gt;alert" in shown
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert order["orderItems"][0]["product"]["name"] == XSS, "JSON carries what was typed"
