"""What a product looks like: sent on its page, drawn anew, shown where the team is to know it."""

import re
from collections.abc import Iterator

import pytest

from tests.accounts.people import admin as new_admin
from tests.catalog.test_products import add
from tests.conftest import NewDatabase
from tests.letterhead.test_letterhead import SECRET, png, upload
from tests.support import database as db
from tests.support.client import Answer, Client
from tests.support.forms import form
from tests.support.inside import Inside

NEW = "/dashboard/products/new"


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    with Inside(new_database(), tmp_path_factory.mktemp("product-pictures"), TRUSTED_PROXIES="1") as shop:
        yield shop


@pytest.fixture(scope="module")
def boss(shop: Inside) -> Client:
    return new_admin(shop)


def send(who: Client, product: int, content: bytes) -> Answer:
    return upload(who, content, at=f"/dashboard/products/{product}/picture", field="picture")


def shown(who: Client, path: str, product: int, copy: str) -> str | None:
    """The address under which a page shows the product."""
    page = who.get(path, Cookie=who.cookie)
    assert page.status == 200, page.text
    found = re.search(rf'"(/dashboard/products/{product}/picture/[0-9a-f]{{64}}/{copy})"', page.text)
    return found and found[1]


def test_a_product_is_known_by_its_looks(shop: Inside, boss: Client) -> None:
    product = add(shop, name="Tasse Teranga")
    order = boss.place(orderItems=[{"productId": product, "quantity": 1}])
    places = {
        f"/dashboard/products/{product}": "view",
        "/dashboard/products": "thumbnail",
        "/dashboard/orders/new": "thumbnail",
        f"/dashboard/print?ids={order['id']}&as=pick": "thumbnail",
    }
    assert [shown(boss, path, product, copy) for path, copy in places.items()] == [None] * 4
    before = boss.last_event()
    assert send(boss, product, png(400, 300)).status == 303
    assert boss.last_event() == before + 1, "the open lists hear of it"
    for path, copy in places.items():
        address = shown(boss, path, product, copy)
        assert address, path
        file = boss.file(address)
        assert file.headers["Content-Type"] == "image/webp"
        assert "sandbox" in file.headers["Content-Security-Policy"]
        assert "immutable" in file.headers["Cache-Control"]
        assert SECRET not in file.content
        assert shop.client().get(address).status in (303, 401), "nobody else's"
    old = shown(boss, "/dashboard/products", product, "thumbnail")
    assert send(boss, product, png(40, 40)).status == 303
    assert shown(boss, "/dashboard/products", product, "thumbnail") != old
    assert old
    assert boss.file(old).status == 404, "the one of before is gone"
    assert boss.form(f"/dashboard/products/{product}/picture/remove", {}, Cookie=boss.cookie).status == 303
    assert [shown(boss, path, product, copy) for path, copy in places.items()] == [None] * 4


def test_a_new_product_comes_with_its_picture(shop: Inside, boss: Client) -> None:
    said = {"name": "Affiche Gorée", "price": "12,50", "description": "Deux <mots>", "active": "on", "sizes": "A3, A4"}
    before = boss.last_event()
    answer = upload(boss, png(60, 40), at=NEW, field="picture", form_key="affiche", **said)
    assert (answer.status, answer.headers["Location"]) == (303, "/dashboard/products")
    assert boss.last_event() == before + 1, "one thing happened"
    product = named(shop, "Affiche Gorée")
    assert shown(boss, f"/dashboard/products/{product}", product, "view")
    again = upload(boss, png(60, 40), at=NEW, field="picture", form_key="affiche", **said)
    assert again.status == 303
    assert boss.last_event() == before + 1, "pressed twice, it is there once"
    assert named(shop, "Affiche Gorée") == product


def test_a_refused_picture_loses_nothing_that_was_typed(shop: Inside, boss: Client) -> None:
    said = {"name": "Affiche Ngor", "price": "12,50", "description": "Deux <mots>", "active": "on", "sizes": "A3, A4"}
    before = boss.last_event()
    for content, told in ((b"<html>", "picture-help"), (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture-help")):
        refused = upload(boss, content, at=NEW, field="picture", form_key="ngor", **said)
        assert refused.status == 400
        there = dict(form(refused.text, NEW).fields)
        assert {name: there[name] for name in said} == said
        assert re.search(rf'<p id="{told}" class="wrong">[^<]+</p>', refused.text)
    wrong = upload(boss, png(), at=NEW, field="picture", form_key="ngor", **said | {"price": "x"})
    assert wrong.status == 400
    assert "Choisissez la photo encore une fois" in wrong.text
    assert dict(form(wrong.text, NEW).fields)["name"] == "Affiche Ngor"
    assert boss.last_event() == before
    assert upload(boss, png(), at=NEW, field="picture", form_key="ngor", **said).status == 303
    assert shown(boss, "/dashboard/products", named(shop, "Affiche Ngor"), "thumbnail")
    assert boss.form(NEW, said | {"name": "Sans photo"}, Cookie=boss.cookie).status == 303
    assert shown(boss, "/dashboard/products", named(shop, "Sans photo"), "thumbnail") is None


def named(shop: Inside, name: str) -> int:
    """The one product that is called so."""
    [row] = db.select(shop.database_url, "SELECT id FROM products WHERE name = :name", name=name)
    return int(row.id)


def test_what_is_no_picture_changes_nothing(shop: Inside, boss: Client) -> None:
    product = add(shop)
    assert send(boss, product, png()).status == 303
    there = shown(boss, "/dashboard/products", product, "thumbnail")
    for content in (b"<html><script>alert(1)</script></html>", b"\x89PNG\r\n\x1a\n" + bytes(100), b""):
        answer = send(boss, product, content)
        assert (answer.status, answer.headers["Location"]) == (303, f"/dashboard/products/{product}")
    assert send(boss, product, bytes(1_100_000)).status == 413
    assert shown(boss, "/dashboard/products", product, "thumbnail") == there


def test_no_product_no_picture(shop: Inside, boss: Client) -> None:
    product = add(shop)
    send(boss, 999_999, png())
    assert boss.get("/dashboard/products/999999", Cookie=boss.cookie).status == 404
    for name, copy in (("x", "view"), ("0" * 64, "view"), ("%00", "thumbnail"), ("0" * 64, "x")):
        address = f"/dashboard/products/{product}/picture/{name}/{copy}"
        assert boss.get(address, Cookie=boss.cookie).status in (400, 404)


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("{url}/dashboard/products/new", "/dashboard/products/new"),
        ("{url}//elsewhere.example/x", "/elsewhere.example/x"),
        ("https://elsewhere.example/x", "/"),
        ("", "/"),
    ],
)
def test_a_form_that_is_too_large_leads_back_to_the_shop_alone(boss: Client, came_from: str, back: str) -> None:
    headers = {"Cookie": boss.cookie, "Referer": came_from.format(url=boss.url), "Accept": "text/html"}
    answer = boss.form(NEW, {"name": "x" * 1_100_000}, **headers)
    assert answer.status == 413
    assert f'<a class="button primary" href="{back}">' in answer.text
