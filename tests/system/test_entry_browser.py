"""An order typed in by keyboard in twenty seconds, by a finger, and from a refused one; others see it come in."""

import json
import re
import time
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support import database as db
from tests.support.browser import DESK, PHONE, Visitors
from tests.support.client import Client, cart
from tests.support.gestures import enter_live, slow_down
from tests.support.server import Shop

pytestmark = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.matrix)], indirect=True
)
Admins = tuple[Client, Client]
SERIOUS = ("serious", "critical")


def test_by_keyboard_alone_it_takes_twenty_seconds(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    """The number fills in who it is, a held Enter makes one order, and a colleague's list shows it."""
    known = shop.client().place(phoneNumber="+221 77 614 25 36")
    board = enter_live(visitors, admins[1], "/dashboard", viewport=DESK)
    page = enter_live(visitors, admins[0], "/dashboard", viewport=DESK)
    before, keys, begun = orders(shop), page.keyboard, time.monotonic()
    keys.press("n")
    expect(page.get_by_label("Téléphone")).to_be_focused()
    slow_down(page, 400)
    keys.type("+221 77 614 25 36", delay=20)
    expect(page.locator("#known")).to_contain_text(f"Client connu : Awa Diop, dernière commande {known['orderNumber']}")
    expect(page.get_by_label("Nom", exact=True)).to_have_value("Awa Diop")
    keys.press("Tab")
    keys.press("Tab")
    name, price = product_of(page)
    keys.type(name, delay=20)
    keys.press("Tab")
    keys.type("3")
    for _ in range(3):
        keys.press("Tab")
    expect(page.locator("[name=price_new1]")).to_be_focused()
    expect(page.locator("[name=price_new1]")).to_have_value(price)
    expect(page.get_by_label("Adresse", exact=True)).to_have_value("12 rue Félix Faure")
    expect(page.locator("#sum b")).not_to_be_empty()
    for _ in range(4):
        keys.down("Enter")  # held
    keys.up("Enter")
    expect(page).to_have_url(re.compile(r"/dashboard/orders/\d+$"))
    assert time.monotonic() - begun < 20
    expect(page.locator("#main")).to_contain_text("Saisie par")
    expect(page.locator(".items .quantity")).to_contain_text("3")
    expect(page.locator("address")).to_contain_text("12 rue Félix Faure")
    expect(board.locator(f"#order-{page.url.rpartition('/')[2]}")).to_contain_text("Awa Diop")
    assert orders(shop) == before + 1


def test_with_a_finger(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    """A mistake is said at its field, which is where one then is; what was typed stays."""
    visitors.expect_complaint("400")
    page = visitors.enter(admins[0], "/dashboard", viewport=PHONE, has_touch=True)
    clean(page)
    page.get_by_role("link", name="Nouvelle commande").tap()
    page.get_by_label("Nom", exact=True).fill("Moussa Fall")
    line = page.locator(".line.new")
    line.nth(0).get_by_label("Produit ou nom").fill("Broderie à la main")
    save = page.get_by_role("button", name="Enregistrer")
    clean(page)
    save.tap()
    expect(page.locator("[name=price_new1]")).to_be_focused()
    expect(page.locator("[name=price_new1]")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Nom", exact=True)).to_have_value("Moussa Fall")
    clean(page)
    page.locator("[name=price_new1]").fill("12")
    page.locator("[name=quantity_new1]").tap()
    page.keyboard.type("3")
    expect(page.locator("[name=quantity_new1]")).to_have_value("3")
    expect(line.filter(visible=True)).to_have_count(2)
    page.get_by_label("Reçue par").select_option("SHOP")
    expect(save).not_to_have_attribute("aria-disabled", "true")  # the sum has just moved it
    save.tap()
    expect(page).to_have_url(re.compile(r"/dashboard/orders/\d+$"))
    expect(page.locator("#main")).to_contain_text("boutique")
    clean(page)


def test_a_refused_order_is_taken_up(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    body = cart(phoneNumber="+221 77 818 29 30", notes="<b>Vite</b>", orderItems=[{"productId": 1, "quantity": 2}])
    headers = {"Content_Type": "application/json", "Authorization": "Bearer a.b.c"}
    assert shop.client().raw("POST", "/orders", json.dumps(body).encode(), **headers).status == 401
    page = visitors.enter(admins[0], "/dashboard/refused", viewport=DESK)
    page.locator("#refused-orders a").first.click()
    page.get_by_role("link", name="Reprendre").click()
    expect(page.get_by_label("Téléphone")).to_have_value("+221 77 818 29 30")
    expect(page.locator("[name=quantity_new1]")).to_have_value("2")
    clean(page)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page).to_have_url(re.compile(r"/dashboard/orders/\d+$"))
    order = page.url
    page.goto("/dashboard/refused")
    expect(page.locator("#refused-orders li").first).to_contain_text("Reprise : commande CMD")
    page.locator("#refused-orders a").first.click()
    page.get_by_role("link", name="Reprise : commande").click()
    expect(page).to_have_url(order)


def product_of(page: Page) -> tuple[str, str]:
    """What is to be typed for a product, and its price."""
    found: list[Any] = page.locator("#known-products option").first.evaluate("(it) => [it.value, it.dataset.price]")
    return str(found[0]), str(found[1])


def orders(shop: Shop) -> int:
    found: int = db.select(shop.database_url, "SELECT count(*) FROM orders")[0][0]
    return found


def clean(page: Page) -> None:
    found = Axe().run(page)
    assert [each["id"] for each in found.response["violations"] if each["impact"] in SERIOUS] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
