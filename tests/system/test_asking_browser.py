"""The question of a step, a dialog: at the row, on the order's page, for ticked rows; by hand, finger, keyboard."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.orders.test_transitions import order_in
from tests.support.browser import PHONE, Visitors
from tests.support.client import Client
from tests.support.gestures import SLOW, enter_live, slow_down
from tests.support.server import Shop

pytestmark = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.matrix)], indirect=True
)
Admins = tuple[Client, Client]


def row(page: Page, order: dict[str, Any]) -> Any:
    return page.locator(f"#order-{order['id']}")


def accessible(page: Page) -> None:
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []


def version(who: Client, order: dict[str, Any]) -> int:
    return int(who.get(f"/orders/{order['id']}").data["version"])


@pytest.mark.parametrize(
    "options", [{}, {"viewport": PHONE, "has_touch": True, "is_mobile": True}], ids=["desk", "phone"]
)
def test_a_parcel_is_sent_from_its_row(shop: Shop, admins: Admins, visitors: Visitors, options: dict[str, Any]) -> None:
    order = order_in(shop, "PROCESSING")
    page = enter_live(visitors, admins[0], "/dashboard", **options)
    button = row(page, order).get_by_role("button", name="Marquer expédiée")
    button.tap() if options else button.click()
    dialog = page.get_by_role("dialog", name=f"Expédier la commande {order['orderNumber']}")
    expect(dialog.get_by_label("Numéro de suivi")).to_be_focused()
    accessible(page)
    dialog.get_by_label("Transporteur").fill("Yobanté")
    dialog.get_by_label("Numéro de suivi").press_sequentially("RB123")
    page.keyboard.press("Enter")
    expect(row(page, order).locator(".status")).to_have_text("Expédiée")
    expect(dialog).to_be_hidden()
    page.locator("#outcome").get_by_role("button", name="Annuler").click()
    expect(row(page, order).locator(".status")).to_have_text("En traitement")


def test_paid_at_the_door_from_the_order_s_page(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = order_in(shop, "SHIPPED")
    page = enter_live(visitors, admins[0], f"/dashboard/orders/{order['id']}")
    page.locator("#note").fill("Chez le gardien")
    page.get_by_role("button", name="Marquer livrée").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Oui, encaissée")).to_be_focused()
    accessible(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#note")).to_have_value("Chez le gardien")
    page.get_by_role("button", name="Marquer livrée").click()
    dialog.get_by_role("button", name="Oui, encaissée").click(delay=50)
    expect(page.locator("#order > header .status")).to_have_text("Livrée")
    expect(page.locator(".history li").last).to_contain_text("Chez le gardien")
    expect(page.locator("#note")).to_have_value("")
    assert admins[0].get(f"/orders/{order['id']}").data["paymentStatus"] == "PAID"


def test_several_are_delivered_with_one_answer(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    orders = [order_in(shop, "SHIPPED") for _ in range(2)]
    page = enter_live(visitors, admins[0], "/dashboard")
    for order in orders:
        page.get_by_role("checkbox", name=order["orderNumber"]).click()
    page.locator("#bulk").get_by_role("button", name="Marquer livrée").click()
    dialog = page.get_by_role("dialog", name="2 commandes livrées")
    expect(dialog).to_contain_text("2 commandes")
    accessible(page)
    expect(page.locator("#question [aria-disabled]")).to_have_count(0)
    dialog.get_by_role("button", name="Pas encore").click()
    for order in orders:
        expect(row(page, order).locator(".status")).to_have_text("Livrée")
        assert admins[0].get(f"/orders/{order['id']}").data["paymentStatus"] == "PENDING"


def test_a_held_key_and_a_second_press_answer_nothing(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = order_in(shop, "PROCESSING")
    page = enter_live(visitors, admins[0], f"/dashboard/orders/{order['id']}")
    slow_down(page, SLOW)
    page.get_by_role("button", name="Marquer expédiée").focus()
    page.keyboard.down("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(5):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(dialog).to_be_visible()
    assert version(admins[0], order) == order["version"]
    expect(page.locator("#question [aria-disabled]")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#order > header .status")).to_have_text("Expédiée")
