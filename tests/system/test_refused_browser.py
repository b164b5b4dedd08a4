"""A refused order in a real Chromium: it comes up on an open dashboard, says why, and goes when it has been seen."""

from playwright.sync_api import expect

from tests.support.browser import PHONE, Visitors
from tests.support.client import cart
from tests.support.matrix import ON_POSTGRES
from tests.support.server import Shop

pytestmark = ON_POSTGRES


def test_a_refused_order_comes_up_and_is_seen(shop: Shop, visitors: Visitors) -> None:
    admin = shop.admin()
    page, other = visitors.enter(admin, viewport=PHONE, has_touch=True), visitors.enter(admin, "/dashboard/products")
    expect(page.locator("#refused")).to_be_hidden()
    expect(other.locator("body[data-line=open]")).to_be_visible()
    expect(page.locator("body[data-line=open]")).to_be_visible()
    for lines in ([], [{"productId": 2, "quantity": 999, "size": "M", "color": "Noir", "unitPrice": 10500}]):
        assert shop.client().post("/orders/guest", cart(orderItems=lines)).status in (400, 409)
    expect(other.locator("#notice")).to_contain_text("Un client n'arrive pas à commander")
    line = page.get_by_role("link", name="2 commandes refusées aujourd'hui")
    expect(line).not_to_have_attribute("aria-disabled", "true")  # what has just come takes no press
    line.click()
    expect(page.locator("li.unread")).to_have_count(2)
    page.locator("li.unread a").first.click()
    expect(page.get_by_role("heading", name="Pourquoi")).to_be_visible()
    expect(page.get_by_role("link", name="+221 77 123 45 67")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Marquer comme vue").click()
    expect(page.locator("li.unread")).to_have_count(1)
    page.get_by_role("button", name="Tout marquer").click()
    expect(page.locator("li.unread")).to_have_count(0)
    page.goto("/dashboard")
    expect(page.locator("#refused")).to_be_hidden()
