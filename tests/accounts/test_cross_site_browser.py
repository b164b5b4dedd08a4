"""A page of the same site, with the admin's cookie, in Chromium: it takes nothing in, and may send the person over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import Visitors
from tests.support.matrix import ON_SQLITE
from tests.support.server import Server, Shop, eventually
from tests.support.site import Site

pytestmark = ON_SQLITE
PAGE = """<!doctype html><link rel=icon href=data:,><a href="{0}/dashboard">to the shop</a>
<script src="{0}/orders/test-auth"></script>
<link rel=stylesheet href="{0}/dashboard">
<img src="{0}/dashboard/orders.csv">
<iframe src="{0}/dashboard/team"></iframe>
<object data="{0}/dashboard/numbers"></object>
<script>fetch("{0}/orders/admin/all", {{ mode: "no-cors", credentials: "include" }}).catch(() => {{}})</script>
<script>fetch("{0}/auth/profile", {{ credentials: "include" }}).catch(() => {{}})</script>"""
TAKEN_IN = (
    "/orders/test-auth",
    "/dashboard",
    "/dashboard/orders.csv",
    "/dashboard/team",
    "/dashboard/numbers",
    "/orders/admin/all",
)


@pytest.fixture(scope="module")
def shop(common_server: Server) -> Server:
    return common_server


@pytest.fixture(scope="module")
def next_door(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("next-door")
    (folder / "index.html").write_text(PAGE.format(shop.url))
    site = Site(folder)
    yield site.origin.replace("localhost", "127.0.0.1")
    site.close()


@pytest.mark.smoke
def test_it_takes_nothing_in_and_leads_there(chromium: Browser, shop: Shop, next_door: str) -> None:
    visitors = Visitors(chromium, shop.url)
    visitors.expect_complaint("40[13]")
    visitors.expect_complaint("CORS|ERR_FAILED|ERR_BLOCKED|frame-ancestors")
    page = visitors.enter(shop.admin_once())
    page.evaluate("navigator.serviceWorker.ready")  # pages go through it from here on
    page.goto(next_door)
    # With the cookie: without it the answer would be 401, or the way to the sign-in.
    eventually(lambda: all(f"GET {path} 403" in shop.log for path in TAKEN_IN), 30)
    eventually(lambda: "GET /auth/profile 401" in shop.log)  # it says where from: another port of this machine
    page.get_by_text("to the shop").click()
    expect(page).to_have_url(shop.url + "/dashboard")
    expect(page.locator("#feed")).to_be_attached()
    visitors.leave()
