"""A line that is lost and comes back, in a real Chromium: said at once, back in seconds, and what is shown is asked."""

import re

from playwright.sync_api import expect

from tests.conftest import NewDatabase, StartServer
from tests.support.browser import PHONE, Visitors
from tests.support.client import Client
from tests.support.gestures import enter_live
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

pytestmark = ON_SQLITE

Admins = tuple[Client, Client]
AWAY = "ERR_|WebSocket|htmx:ws:error|Failed to (load|fetch)"
COVERS = """(name) => {
  const { left, right, top, bottom } = byId(name).getBoundingClientRect();
  const others = all(".bar a, .bar button").filter((each) => each.id !== name && each.offsetWidth);
  return others.map((each) => [each, each.getBoundingClientRect()])
    .filter(([, at]) => at.left < right && at.right > left && at.top < bottom && at.bottom > top)
    .map(([each]) => each.outerHTML.slice(0, 80));
}"""


def test_a_page_hears_that_the_network_is_gone_and_is_back(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    visitors.expect_complaint(AWAY)
    page = enter_live(visitors, admins[0], "/dashboard")
    page.clock.install()  # no silence comes to its end
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("body[data-line]")).to_have_count(0)
    missed = shop.client().place()
    page.context.set_offline(False)
    expect(page.locator("body[data-line=open]")).to_be_attached()
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator(f"#order-{missed['id']}")).to_have_count(1)


def test_what_is_typed_while_the_server_is_away_is_answered_when_it_is_back(
    new_database: NewDatabase, start_server: StartServer, visitors: Visitors
) -> None:
    visitors.expect_complaint(AWAY)
    server = start_server(new_database())
    orders = [server.client().place() for _ in range(3)]
    page = enter_live(visitors, server.admin(), f"{server.url}/dashboard")
    server.stop()
    page.locator("#q").fill(orders[1]["orderNumber"])
    said = page.locator("#outcome").get_by_role("alert")
    expect(said).to_contain_text("n'a pas répondu")
    server.start()
    expect(page.locator("#orders tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(f"q={orders[1]['orderNumber']}"))
    expect(page.locator("#q")).to_have_value(orders[1]["orderNumber"])
    expect(said).to_have_count(0)
    expect(page.locator("body[data-line=open]")).to_be_attached()


def test_a_message_that_was_not_answered_leaves(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    visitors.expect_complaint(AWAY)
    page = enter_live(visitors, admins[0], "/dashboard")
    page.clock.install()
    page.evaluate("emit('printalma:silent')")
    said = page.locator("#outcome").get_by_role("alert")
    expect(said).to_be_visible()
    page.clock.run_for(16_000)
    expect(said).to_have_count(0)


def test_news_lie_over_no_control_and_an_arrival_moves_by_no_animation(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    shop.client().place()
    for options in ({}, {"viewport": PHONE, "has_touch": True, "is_mobile": True}):
        page = enter_live(visitors, admins[0], "/dashboard?status=PENDING", **options)
        shop.client().place()
        expect(page.locator("#notice")).to_be_visible()
        expect(page.locator("#pill")).to_be_hidden()  # one thing at a time
        assert page.evaluate(COVERS, "notice") == []
        page.evaluate("byId('notice').hidden = true")
        expect(page.locator("#pill")).to_be_visible()
        assert page.evaluate(COVERS, "pill") == []
        page.goto("/dashboard")
        expect(page.locator("body[data-line=open]")).to_be_attached()
        shop.client().place()
        expect(page.locator("#orders .fresh")).to_have_count(1)
        own = "document.getAnimations().filter(({ effect }) => effect.target.closest('#list')).length"
        assert page.evaluate(own) == 0
