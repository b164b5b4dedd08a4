"""An order mended in a browser: at a desk, with a finger, and seen by a colleague who does nothing."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support import database as db
from tests.support.browser import DESK, PHONE, Visitors
from tests.support.client import Client
from tests.support.gestures import enter_live, slow_down
from tests.support.server import Shop

pytestmark = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.matrix)], indirect=True
)
Admins = tuple[Client, Client]
SERIOUS = ("serious", "critical")


@pytest.mark.parametrize("finger", [False, True], ids=["desk", "phone"])
def test_an_address_that_one_mends_appears_at_the_other(
    shop: Shop, admins: Admins, visitors: Visitors, finger: bool
) -> None:
    order = shop.client().place()
    here = f"/dashboard/orders/{order['id']}"
    options: dict[str, Any] = {"viewport": PHONE, "has_touch": True} if finger else {"viewport": DESK}
    other = enter_live(visitors, admins[1], here, **options)
    board = enter_live(visitors, admins[1], "/dashboard", **options)
    one = visitors.enter(admins[0], here, **options)
    if finger:
        one.get_by_role("link", name="Modifier").tap()
    else:
        one.keyboard.press("b")
        expect(one).to_have_url(re.compile("as=slip"))
        one.go_back()
        one.keyboard.press("m")
    expect(one).to_have_url(re.compile("/edit$"))
    clean(one, options["viewport"]["width"])

    one.get_by_label("Adresse", exact=True).fill("rue 10, villa 4")
    one.get_by_label("Nom", exact=True).fill("Fatou Ndiaye")
    one.get_by_label("Quantité").first.fill("3")
    added = one.locator(".line.new")
    expect(added.filter(visible=True)).to_have_count(1)
    added.nth(0).get_by_label("Produit ou nom").fill("Ruban")
    added.nth(0).get_by_label("Prix").fill("5")
    expect(added.filter(visible=True)).to_have_count(2)
    one.get_by_role("button", name="Le client l'a demandé").click()
    expect(one.get_by_label("Pourquoi")).to_have_value("Le client l'a demandé")
    slow_down(one, 400)
    save = one.get_by_role("button", name="Enregistrer")
    save.scroll_into_view_if_needed()
    save.dblclick(no_wait_after=True)

    for page in (one, other):
        expect(page.locator(".delivery address")).to_contain_text("rue 10, villa 4")
        expect(page.locator(".items tbody tr")).to_have_count(2)
        expect(page.locator(".history .mended")).to_have_count(1)
        expect(page.locator(".history .mended")).to_contain_text("Adresse : 12 rue Félix Faure → rue 10, villa 4")
        expect(page.locator(".history .mended")).to_contain_text("Ajouté : Ruban")
    expect(board.locator(f"#order-{order['id']}")).to_contain_text("Fatou Ndiaye")
    expect(board.locator(f"#order-{order['id']}")).to_contain_text("3 × ")
    found = "SELECT id FROM events WHERE order_id = :id AND type = 'OrderMended'"
    assert len(db.select(shop.database_url, found, id=order["id"])) == 1
    clean(other, options["viewport"]["width"])


def clean(page: Page, width: int) -> None:
    found = Axe().run(page)
    assert [each["id"] for each in found.response["violations"] if each["impact"] in SERIOUS] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_what_was_typed_survives_a_reload_and_a_colleague(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    visitors.expect_complaint("409|400")
    order = shop.client().place()
    here = f"/dashboard/orders/{order['id']}/edit"
    one, other = visitors.enter(admins[0], here), visitors.enter(admins[1], here, viewport=PHONE, has_touch=True)
    for page, city, street in ((one, "Pikine", None), (other, "Rufisque", "rue 7")):
        page.get_by_label("Ville").fill(city)
        if street:
            page.get_by_label("Adresse", exact=True).fill(street)
    one.locator(".line.new").nth(0).get_by_label("Produit ou nom").fill("Ruban")
    one.reload()
    expect(one.get_by_label("Ville")).to_have_value("Pikine")
    expect(one.locator(".line.new").nth(0).get_by_label("Produit ou nom")).to_have_value("Ruban")
    for page in (other, one):
        page.get_by_label("Pourquoi").fill("Erreur de saisie")
        page.get_by_role("button", name="Enregistrer").click()
    expect(other.locator(".delivery address")).to_contain_text("Rufisque")
    expect(one.locator(".flash.problem")).to_contain_text("Modifiée par Fatou Sow")
    expect(one.locator("#city-help")).to_have_text("Maintenant : Rufisque")
    expect(one.get_by_label("Ville")).to_have_value("Pikine")
    expect(one.get_by_label("Adresse", exact=True)).to_have_value("rue 7")

    one.get_by_role("button", name="Enregistrer").click()
    expect(one.get_by_label("Prix de l'un").nth(1)).to_have_attribute("aria-invalid", "true")
    clean(one, DESK["width"])
    one.get_by_label("Prix de l'un").nth(1).fill("2,50")
    one.get_by_role("button", name="Enregistrer").click()
    expect(one.locator(".delivery address")).to_contain_text("Pikine")
    expect(one.locator(".delivery address")).to_contain_text("rue 7")
    expect(other.locator(".delivery address")).to_contain_text("Pikine")
    one.goto(one.url + "/edit")
    expect(one.locator(".line.new").nth(0).get_by_label("Produit ou nom")).to_have_value("")
    expect(one.locator("#draft")).to_be_hidden()
