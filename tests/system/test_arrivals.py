"""What an order that comes in costs an open list: counts, for times say nothing on a busy machine."""

import re

from playwright.sync_api import expect

from tests.support.browser import Visitors
from tests.support.client import Client
from tests.support.gestures import enter_live
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

pytestmark = ON_SQLITE

Admins = tuple[Client, Client]
WHOLE = 50  # rows of a page
COUNT = """() => {
  window.spent = { measured: 0, marked: [] };
  const { getBoundingClientRect, setAttribute } = Element.prototype;
  Element.prototype.getBoundingClientRect = function () {
    spent.measured += 1;
    return getBoundingClientRect.call(this);
  };
  Element.prototype.setAttribute = function (name, value) {
    if (name === "aria-disabled" && this.closest("#list")) spent.marked.push(this.closest("tr")?.id ?? this.id);
    return setAttribute.call(this, name, value);
  };
}"""
LOOSE = """() => [...document.querySelectorAll("button, a[href], summary, input[type=checkbox], input[type=radio]")]
  .filter((control) => !control.closest("tbody")).length"""


def test_a_row_that_comes_has_rows_measured_and_not_their_controls(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    for _ in range(WHOLE + 2):
        shop.client().place()
    page = enter_live(visitors, admins[0], "/dashboard")
    page.evaluate(COUNT)
    order = shop.client().place()
    expect(page.locator(f"#order-{order['id']}")).to_be_visible()
    page.wait_for_function("spent.marked.length > 0")
    expect(page.locator("#list [aria-disabled]")).to_have_count(0)
    spent = page.evaluate("spent")
    assert WHOLE < spent["measured"] < WHOLE + page.evaluate(LOOSE) + 20
    assert set(spent["marked"]) == {"orders", f"order-{order['id']}"}  # fifty have moved: their table says so
    assert spent["marked"].count("orders") == 1


def test_a_row_is_new_for_seconds_and_ceases_with_what_comes_next(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    page = visitors.enter(admins[0])
    page.clock.install()
    page.reload()
    expect(page.locator("body[data-line=open]")).to_be_attached()
    first, second = [shop.client().place() for _ in range(2)]
    rows = [page.locator(f"#order-{order['id']}") for order in (first, second)]
    for row in rows:
        expect(row).to_have_class("fresh")
    page.clock.fast_forward(9000)
    for row in rows:
        expect(row).to_have_class("fresh")  # by itself it would have the page painted for nothing else
    later = page.locator(f"#order-{shop.client().place()['id']}")
    expect(later).to_have_class("fresh")
    for row in rows:
        expect(row).not_to_have_class(re.compile("fresh"))
    page.clock.fast_forward(13000)
    expect(later).not_to_have_class(re.compile("fresh"))
