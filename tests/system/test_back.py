"""The next person at the desk presses Back after somebody has signed out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.support.browser import Visitors, launch
from tests.support.client import Client
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

pytestmark = ON_SQLITE
Admins = tuple[Client, Client]


@pytest.fixture(scope="module")
def keeping(driver: Playwright) -> Iterator[Browser]:
    browser = launch(driver, keeps_pages=True)
    yield browser
    browser.close()


@pytest.fixture
def keepers(keeping: Browser, shop: Shop) -> Iterator[Visitors]:
    found = Visitors(keeping, shop.url)
    yield found
    found.leave()


def test_nothing_is_left_to_back(shop: Shop, keepers: Visitors) -> None:
    order = shop.client().place()
    paths = ("/dashboard/team", f"/dashboard/print?ids={order['id']}&as=slip", f"/dashboard/orders/{order['id']}")
    page = keepers.enter(shop.admin())
    for path in paths:
        page.goto(path)
        expect(page.locator("main")).to_be_visible()
    page.get_by_role("button", name="Menu de").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_label("Mot de passe")).to_be_visible()
    for _ in (*paths, "/dashboard"):
        page.go_back(wait_until="commit")
        expect(page.get_by_label("Mot de passe")).to_be_visible()
        assert "Diop" not in page.content()


def test_a_page_the_browser_kept_asks_the_server(shop: Shop, keepers: Visitors) -> None:
    """As a browser does that minds no header: the page itself asks again."""
    order = shop.client().place()
    admin = shop.admin()
    for path in (f"/dashboard/orders/{order['id']}", f"/dashboard/print?ids={order['id']}&as=slip"):
        page = keepers.enter(admin, path)
        expect(page.locator("main")).to_contain_text("Diop")
        page.evaluate("window.kept = true")
        with page.expect_navigation():
            page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        assert page.evaluate("window.kept") is None


def test_what_was_signed_in_for_is_kept_nowhere(common_shop: Inside) -> None:
    admin = common_shop.admin()
    for path in ("/dashboard", "/dashboard/team", "/dashboard/orders.csv", "/dashboard/numbers", "/auth/profile"):
        assert admin.get(path, Cookie=admin.cookie).headers["Cache-Control"] == "no-store", path
    leaving = (admin.form("/logout", {}, Cookie=admin.cookie), common_shop.admin().post("/auth/logout"))
    assert [answer.headers["Clear-Site-Data"] for answer in leaving] == ['"cache"'] * 2
