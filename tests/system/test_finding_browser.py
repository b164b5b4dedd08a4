"""Finding an order with a caller on the line, and taking the list away as a file."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.support.browser import PHONE, Visitors
from tests.support.client import CART, Client
from tests.support.server import Shop

# The page is the same on either database.
pytestmark = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.matrix)], indirect=True
)
Admins = tuple[Client, Client]


def place(shop: Shop, last: str, **details: Any) -> dict[str, Any]:
    sent = CART["shippingDetails"] | {"firstName": "Awa", "lastName": last} | details
    return shop.client().place(shippingDetails=sent, email=f"{last.lower()}@example.org")


@pytest.mark.parametrize("how", [{}, {"viewport": PHONE, "has_touch": True}], ids=["desk", "phone"])
def test_a_misspelt_name_is_one_click_away(shop: Shop, admins: Admins, visitors: Visitors, how: dict[str, Any]) -> None:
    wanted = place(shop, "Zoulibaly", street="77 allée des Bougainvilliers")
    place(shop, "Zoulibaly")
    page = visitors.enter(admins[0], **how)
    search = page.get_by_label("Rechercher une commande")
    search.fill("Soulibali")
    meant = page.locator(".meant")
    expect(meant).to_contain_text("Vouliez-vous dire Zoulibaly")
    expect(page.locator("#announcer")).to_contain_text("Vouliez-vous dire")
    assert not [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    said = re.search(r"\((\d+)\)", meant.inner_text())
    assert said
    meant.get_by_role("link", name="Zoulibaly").click()
    expect(search).to_have_value("Zoulibaly")
    expect(page.locator("#orders tr")).to_have_count(int(said[1]))
    expect(meant).to_be_hidden()
    page.go_back()
    expect(search).to_have_value("Soulibali")
    expect(meant).to_be_visible()
    search.fill("77 bougainvilliers zoulibaly")
    expect(page.locator(f"#order-{wanted['id']}")).to_be_visible()


def test_a_file_is_of_orders_or_of_articles(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    place(shop, "Fichière")
    page = visitors.enter(admins[0], "/dashboard?q=fichi%C3%A8re")
    for kind, name, head in (
        ("Une ligne par commande", "commandes-fichiere-", "Commande;Reçue le;Statut;Client;Société"),
        ("Une ligne par article", "articles-fichiere-", "Commande;Reçue le;Statut;Client;Téléphone;Article"),
    ):
        page.get_by_role("button", name="Exporter").click()
        with page.expect_download() as download:
            page.get_by_role("link", name=kind).click()
        assert download.value.suggested_filename.startswith(name)
        with open(download.value.path(), encoding="utf-8-sig") as file:
            assert file.readline().startswith(head)
        page.keyboard.press("Escape")
        expect(page.locator("#files")).to_be_hidden()
