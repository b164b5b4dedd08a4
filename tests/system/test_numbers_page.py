"""The page of numbers in a browser, with two admins: one works, the other watches."""

from contextlib import suppress
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.support.browser import DESK, PHONE, Visitors
from tests.support.client import Client
from tests.support.server import Shop, eventually

pytestmark = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.matrix)], indirect=True
)
Admins = tuple[Client, Client]


def test_what_one_admin_confirms_moves_the_others_tiles_at_once_and_the_charts_soon(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    order = shop.client().place()
    watching = visitors.enter(admins[1], "/dashboard/numbers")
    watching.clock.install()
    watching.reload()
    revenue = watching.locator("#tile-today dd b").last
    expect(revenue).to_have_text("0,00 €")
    expect(watching.locator(".live")).to_be_visible()
    table = watching.locator("#table-statuses")
    watching.locator("details", has=table).locator("summary").click()
    expect(table.get_by_role("row", name="Confirmée 0")).to_be_visible()

    working = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}")
    working.get_by_role("button", name="Confirmer").click()
    expect(revenue).not_to_have_text("0,00 €")
    watching.clock.fast_forward(31_000)
    expect(table.get_by_role("row", name="Confirmée 1")).to_be_visible()  # still open, and up to date
    expect(watching.locator("#chart-products b").first).not_to_have_text("0,00 €")


def test_no_word_of_a_chart_is_cut_off_or_over_another(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    shop.client().place()
    for viewport in (DESK, PHONE):
        page = visitors.enter(admins[0], "/dashboard/numbers", viewport=viewport)
        for period in ("30d", "today", "year"):
            page.goto(f"/dashboard/numbers?period={period}")
            for words in page.locator(".plot .labels").all():
                boxes = [box for text in words.locator("text").all() if (box := text.bounding_box())]
                assert len(boxes) > 1
                for box, after in pairwise(boxes):
                    assert box["x"] + box["width"] < after["x"], (period, viewport)
                assert boxes[0]["x"] >= 0
                assert boxes[-1]["x"] + boxes[-1]["width"] <= viewport["width"]
            sizes = page.locator(".plot text").evaluate_all(
                "all => all.map(text => text.getBoundingClientRect().height)"
            )
            assert min(sizes) >= 11  # a box that is stretched to the screen does not shrink its words


def test_days_of_ones_own_and_a_table_by_keyboard(admins: Admins, visitors: Visitors) -> None:
    page = visitors.enter(admins[0], "/dashboard/numbers")
    page.get_by_label("Du", exact=True).fill("2025-01-01")
    page.get_by_label("au", exact=True).fill("2025-12-31")
    page.get_by_label("au", exact=True).press("Enter")
    expect(page).to_have_url("/dashboard/numbers?from=2025-01-01&to=2025-12-31")
    expect(page.get_by_role("heading", name="Par mois")).to_be_visible()
    page.get_by_text("Voir le tableau").first.focus()
    last_month = page.get_by_role("rowheader", name="décembre 2025")

    def opened() -> bool:
        """Right after the Enter that led here, or when what came moved it, a press is refused."""
        page.keyboard.press("Enter")
        with suppress(AssertionError):
            expect(last_month).to_be_visible(timeout=1500)
        return last_month.is_visible()

    eventually(opened)
    expect(last_month).to_be_visible()
