"""Who takes care of an order, as two people see it: on the page, in the list, on a phone."""

import os
import re

import pytest
from playwright.sync_api import Page, expect

from printalma.holding.process import DWELL_SECONDS
from tests.support import database as db
from tests.support.browser import PHONE, Visitors
from tests.support.client import Client
from tests.support.server import Shop

Admins = tuple[Client, Client]
TOUCH = {"viewport": PHONE, "has_touch": True, "is_mobile": True}


def shot(page: Page, name: str) -> None:
    """For who looks at pages with their own eyes: SHOTS is a folder."""
    if folder := os.environ.get("SHOTS"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/{name}-{scheme}.png")
        page.emulate_media(color_scheme="light")


def test_who_opens_an_order_has_it_and_who_comes_later_may_take_over(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    order = shop.client().place()
    path = f"/dashboard/orders/{order['id']}"
    awa = visitors.enter(admins[0], path)
    expect(awa.locator("#attended")).to_contain_text("Vous vous en occupez", use_inner_text=True)
    fatou = visitors.enter(admins[1], path, **TOUCH)
    line = fatou.locator("#attended")
    expect(line).to_contain_text("Admin PrintAlma s'en occupe", use_inner_text=True)
    expect(awa.locator("#attended")).to_contain_text("Regarde aussi : Fatou Sow", use_inner_text=True)
    expect(fatou.locator(".lookers")).to_be_hidden()  # nobody but the one who has it
    shot(awa, "attended-desk")
    shot(fatou, "attended-phone")
    line.get_by_role("button", name="Prendre le relais").tap()
    expect(line).to_contain_text("Vous vous en occupez", use_inner_text=True)
    expect(awa.locator("#attended")).to_contain_text("Fatou Sow s'en occupe", use_inner_text=True)
    fatou.goto("/dashboard")
    expect(awa.locator("#attended time")).to_be_visible()  # she was here, and is no more
    awa.keyboard.press("p")
    expect(awa.locator("#attended")).to_contain_text("Vous vous en occupez", use_inner_text=True)
    awa.keyboard.press("p")
    expect(awa.locator("#attended")).to_contain_text("Personne ne s'en occupe", use_inner_text=True)
    shot(awa, "attended-nobody")


def test_rows_are_taken_by_one_key_and_every_list_shows_it(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    orders = [shop.client().place() for _ in range(2)]
    awa, fatou = visitors.enter(admins[0]), visitors.enter(admins[1])
    mine = visitors.enter(admins[0], "/dashboard?holder=me")
    for order in orders:
        awa.locator(f"#order-{order['id']} .pick input").check()
    awa.keyboard.press("p")
    for order in orders:
        expect(awa.locator(f"#holder-{order['id']}")).to_have_text("Moi", use_inner_text=True)
        expect(fatou.locator(f"#holder-{order['id']}")).to_have_text("Admin", use_inner_text=True)
    expect(mine.locator("#pill")).to_be_visible()
    shot(fatou, "held-list")
    for page, act in ((awa, "Rendre"), (fatou, "Prendre le relais")):
        page.locator(f"#order-{orders[0]['id']}").get_by_role("button", name="autres actions").click()
        expect(page.locator("[data-hold]")).to_have_text(act)
        expect(page.locator("#row-menu > p")).to_have_text(f"{orders[0]['orderNumber']} · Awa Diop")
        page.keyboard.press("Escape")
    awa.keyboard.press("p")
    for page in (awa, fatou):
        expect(page.locator("#orders .holder:visible")).to_have_count(0)


def test_leafing_takes_nothing_and_a_page_loaded_anew_was_never_left(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    orders = [shop.client().place() for _ in range(4)][::-1]
    page = visitors.enter(admins[0], f"/dashboard/orders/{orders[0]['id']}")
    for order in orders[1:]:
        page.keyboard.press("j")
        expect(page.get_by_role("heading", level=1)).to_have_text(order["orderNumber"])
    expect(page.locator("#attended")).to_contain_text("Vous vous en occupez", use_inner_text=True)
    assert db.select(shop.database_url, "SELECT order_id FROM order_holders") == [(orders[3]["id"],)]
    told = "SELECT count(*) FROM events WHERE type = 'OrderHoldersChanged'"
    before = db.select(shop.database_url, told)
    for _ in range(2):
        page.reload()
        expect(page.locator("#attended")).to_contain_text("Vous vous en occupez", use_inner_text=True)
    page.wait_for_timeout(2 * DWELL_SECONDS * 1000)  # nothing is told in the time in which it would be
    assert db.select(shop.database_url, told) == before


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_the_customer_and_the_next_step_are_within_reach(
    shop: Shop, admins: Admins, visitors: Visitors, theme: str
) -> None:
    order = shop.client().place(phoneNumber="+221 77 123 45 67")
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}", color_scheme=theme, **TOUCH)
    call = page.locator("#order > header a[href^='tel:']")
    box = call.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["height"] / 2
    bar = page.get_by_role("group", name="À portée de main")
    expect(bar.get_by_role("link", name="Appeler")).to_have_attribute("href", re.compile(r"^tel:\+221"))
    expect(bar.get_by_role("link", name="WhatsApp")).to_be_in_viewport(ratio=1)
    shot(page, f"reach-{theme}")
    bar.get_by_role("button", name="Confirmer").tap()
    expect(page.locator(".progress .now")).to_contain_text("Confirmée")
    expect(bar.get_by_role("button")).to_contain_text("traitement")
    last = page.locator(".history li").last
    last.scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    edge, reach = last.bounding_box(), bar.bounding_box()
    assert edge is not None
    assert reach is not None
    assert edge["y"] + edge["height"] <= reach["y"]  # nothing lies under the bar for good


def test_the_way_of_an_order_is_a_line_of_steps(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}")
    steps = page.get_by_role("list", name="Où en est la commande").get_by_role("listitem")
    expect(steps).to_have_count(5)
    expect(page.locator(".progress [aria-current=step]")).to_contain_text("En attente")
    admins[0].patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    expect(page.locator(".progress .done time")).to_be_visible()
    shot(page, "steps")
    admins[0].patch(f"/orders/{order['id']}/status", {"status": "CANCELLED"})
    expect(steps).to_have_count(3)
    expect(page.locator(".progress [aria-current=step]")).to_contain_text("Annulée")
    expect(page.locator("#attended")).not_to_contain_text("en occupe", use_inner_text=True)
    shot(page, "steps-lost")
