"""The page of the API in a real browser, under our content security policy and without a network."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize

from tests.support.browser import DESK, PHONE, Visitors
from tests.support.matrix import ON_POSTGRES
from tests.support.server import Shop

pytestmark = ON_POSTGRES


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_breaks_no_rule_and_axe_has_nothing_to_say(shop: Shop, chromium: Browser, size: ViewportSize) -> None:
    visitors = Visitors(chromium, shop.url)
    page = visitors.enter(None, "/api-docs", viewport=size)
    page.get_by_role("link", name="POST /orders/guest").click()
    assert page.url.endswith("#orders_place_as_guest")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#orders_place_as_guest").get_by_role("link", name="PlaceOrder").click()
    assert page.locator("#shape-PlaceOrder").get_by_text("paymentMethod").is_visible()
    visitors.leave()
