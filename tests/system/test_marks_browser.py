"""An order with every mark, settled by two admins who look at it at the same time."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.support import database as db
from tests.support.browser import PHONE, Visitors
from tests.support.client import CART, Client
from tests.support.marks import mark
from tests.support.server import Shop, eventually

pytestmark = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.matrix)], indirect=True
)
Admins = tuple[Client, Client]
SERIOUS = ("serious", "critical")


def test_an_order_with_every_mark_is_cleared_to_confirmed_by_two(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    visitors.expect_complaint("409")
    order = _strange(shop)
    here = f"/dashboard/orders/{order['id']}"
    one, other = visitors.enter(admins[0], here), visitors.enter(admins[1], here, viewport=PHONE)
    board = visitors.enter(admins[1], "/dashboard?marks=open")
    row = board.locator(f"#order-{order['id']}")
    expect(row.locator(".mark")).to_have_count(6)
    expect(board.locator("#n-to-check")).to_have_text("1")
    found = Axe().run(one)
    assert [each["id"] for each in found.response["violations"] if each["impact"] in SERIOUS] == []
    assert other.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    one.keyboard.press("c")
    expect(one.get_by_role("link", name="Vérifier")).to_be_focused()
    one.keyboard.press("Enter")
    expect(one.locator("#to-check")).to_be_in_viewport()
    row.locator("a.button").click()
    expect(board).to_have_url(re.compile("#to-check$"))
    board.go_back()

    half = _asked(other, "Doublon").get_by_role("button", name="Les deux sont voulues")
    expect(half).to_be_visible()
    typed = _asked(other, "Contact").get_by_label("Ville")
    typed.fill("Thiès")
    article = _asked(one, "Article")
    article.get_by_label("Nom").fill("Affiche Teranga")
    _settle(one, "Article", "Nommer l'article")
    expect(_asked(other, "Article")).to_have_count(0)
    expect(one.locator("#to-check")).to_be_focused()  # the keyboard goes on where something is left
    expect(typed).to_have_value("Thiès")
    expect(other.locator(".items")).to_contain_text("Affiche Teranga")
    _settle(one, "Prix", "Accepter désormais")
    expect(_asked(other, "Prix")).to_have_count(0)
    _settle(other, "Contact", "Corriger")
    expect(_asked(one, "Contact")).to_have_count(0)
    expect(one.locator(".delivery address")).to_contain_text("Thiès")
    _settle(one, "Livraison", "Accepter ces frais")
    _asked(one, "Sans visuel").get_by_label("Où est le visuel ?").fill("Clé USB")
    _settle(one, "Sans visuel", "Noter")
    expect(row.locator(".mark")).to_have_count(1)
    expect(_asked(other, "Sans visuel")).to_have_count(0)

    _both(half, _asked(one, "Doublon").get_by_role("button", name="Les deux sont voulues"))
    for page in (one, other):
        expect(page.locator("#to-check")).to_have_count(0)
        expect(page.get_by_role("button", name="Confirmer")).to_be_visible()
    expect(board.locator("#n-to-check")).to_have_text("0")
    one.wait_for_timeout(600)  # a button that has just come is not pressed before somebody can have read it
    one.get_by_role("button", name="Confirmer").click()
    expect(other.locator("#order > header .status")).to_have_text("Confirmée")
    settled = "SELECT id FROM events WHERE order_id = :id AND type = 'OrderMarkCleared'"
    assert len(db.select(shop.database_url, settled, id=order["id"])) == 6


def _strange(shop: Shop) -> dict[str, Any]:
    """An order with each mark once."""
    url, first = shop.database_url, shop.client().place()
    address = {name: value for name, value in CART["shippingDetails"].items() if name != "city"}
    order: dict[str, Any] = shop.client().place(shippingDetails=address | {"city": "-"})
    db.execute(url, "UPDATE orders SET shipping_city = NULL WHERE id = :id", id=order["id"])
    row = {"order_id": order["id"], "product_name": "Article n° 245", "quantity": 1, "reference": "vendor:245"}
    db.insert(url, "order_items", [row | {"unit_price": 900, "total_price": 900, "announced_price": 900}])
    item = db.select(url, "SELECT max(id) AS id FROM order_items WHERE order_id = :id", id=order["id"])[0].id
    mark(url, order["id"], "article", item, why="unknown", reference="vendor:245")
    mark(url, order["id"], "price", item, why="unaccepted", announced=900, of="vendor:245", size="", upto=900)
    mark(url, order["id"], "delivery", announced=500, zone=None)
    mark(url, order["id"], "artwork", item, why="design")
    mark(url, order["id"], "double", order=first["id"], number=first["orderNumber"])
    mark(url, order["id"], "contact", why="missing", missing=["city"])
    return order


def _asked(page: Page, what: str) -> Locator:
    return page.locator("#to-check li").filter(has=page.locator("h3 .mark").get_by_text(what, exact=True))


def _settle(page: Page, what: str, name: str) -> None:
    """Press the button until it is done: what a frame has just moved is not pressed yet, and says so."""
    asked = _asked(page, what)

    def is_settled() -> bool:
        if asked.count():
            asked.get_by_role("button", name=name).click()
            page.wait_for_timeout(700)
        return asked.count() == 0

    eventually(is_settled)


def _both(first: Locator, second: Locator) -> None:
    """Two people press at the same moment, as far as a test can: the second may come to nothing."""
    expect(first).not_to_have_attribute("aria-disabled", "true")
    button = second.element_handle()  # found now: a moment later there may be none, which nobody is to wait for
    first.click(no_wait_after=True)
    button.evaluate("button => button.isConnected && button.form.requestSubmit(button)")
