"""A real Chromium on a bad network: silence, networks without WebSockets, hidden tabs, filtered lists."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import Visitors
from tests.support.client import Client
from tests.support.matrix import ON_POSTGRES
from tests.support.proxy import Proxy
from tests.support.server import Shop

pytestmark = ON_POSTGRES

Admins = tuple[Client, Client]


@pytest.fixture
def proxy(shop: Shop) -> Proxy:
    return Proxy(shop.url)


@pytest.fixture
def far_away(proxy: Proxy, admins: Admins, visitors: Visitors) -> Client:
    """An admin behind the proxy."""
    visitors.expect_complaint("WebSocket|ERR_|htmx:ws:error|Failed to (load|fetch)")
    client = Client(proxy.url)
    client.token = admins[0].token
    return client


def test_a_line_that_falls_silent_is_noticed_within_35_seconds(
    shop: Shop, far_away: Client, proxy: Proxy, visitors: Visitors
) -> None:
    page = visitors.enter(far_away, "/healthz")
    page.clock.install()
    page.goto("/dashboard")
    expect(page.locator(".live")).to_be_visible()
    proxy.silent = True
    missed = shop.client().place()
    page.clock.run_for(30_000)
    expect(page.locator("#offline")).to_be_hidden()
    page.clock.run_for(6_000)
    expect(page.locator("#offline")).to_be_visible()
    proxy.silent = False
    proxy.cut_all()
    page.clock.run_for(60_000)
    expect(page.locator(f"#order-{missed['id']}")).to_have_count(1)
    page.clock.run_for(5_000)
    expect(page.locator("#offline")).to_be_hidden()


def test_behind_a_proxy_that_hides_the_shops_name_page_and_log_say_what_to_set(
    shop: Shop, far_away: Client, proxy: Proxy, visitors: Visitors
) -> None:
    proxy.host = "internal:3004"
    page = visitors.enter(far_away, "/dashboard")
    expect(page.locator("#other-host")).to_be_visible(timeout=40_000)
    assert f"the page '{proxy.url}' was refused at '/dashboard/live'" in shop.log


def test_where_sockets_are_refused_the_page_asks_over_http(
    shop: Shop, far_away: Client, proxy: Proxy, visitors: Visitors
) -> None:
    proxy.refuse_upgrades = True
    page = visitors.enter(far_away, "/healthz")
    page.clock.install()
    page.goto("/dashboard")
    orders = [shop.client().place()["id"]]
    page.clock.run_for(6_000)
    expect(page.locator("#asking")).to_be_visible()
    expect(page.locator(f"#order-{orders[0]}")).to_have_count(1)
    expect(page.locator("#offline")).to_be_hidden()
    orders.append(shop.client().place()["id"])
    page.clock.run_for(15_000)
    expect(page.locator(f"#order-{orders[1]}")).to_have_count(1)
    proxy.refuse_upgrades = False
    page.clock.run_for(20_000)
    expect(page.locator("#asking")).to_be_hidden()
    orders.append(shop.client().place()["id"])
    expect(page.locator(f"#order-{orders[2]}")).to_have_count(1)


def test_a_hidden_tab_keeps_its_socket(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    hidden = visitors.enter(admins[0])
    hidden.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    visitors.enter(admins[0]).bring_to_front()
    order = shop.client().place()
    expect(hidden.locator(f"#order-{order['id']}")).to_have_count(1)


def test_a_filtered_list_does_not_jump(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    here = shop.client().place()
    page = visitors.enter(admins[0], "/dashboard?status=PENDING")
    arrived = [shop.client().place() for _ in range(3)]
    expect(page.locator("#pill")).to_have_text("3 nouvelles commandes")
    expect(page.locator(f"#order-{arrived[0]['id']}")).to_have_count(0)
    admins[1].patch(f"/orders/{here['id']}/status", {"status": "CONFIRMED"})
    row = page.locator(f"#order-{here['id']}")
    expect(row).to_contain_text("Ne correspond plus au filtre")
    page.locator("#pill").click()
    for order in arrived:
        expect(page.locator(f"#order-{order['id']}")).to_have_count(1)
    expect(row).to_have_count(0)
    assert page.url.endswith("/dashboard?status=PENDING")
