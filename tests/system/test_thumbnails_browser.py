"""Pictures that appear by themselves, on a desk and on a phone, where people are at work."""

import threading

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import NewDatabase, StartServer
from tests.pictures import kept
from tests.pictures.bodies import with_pictures
from tests.support import database as db
from tests.support.browser import DESK, PHONE, Visitors
from tests.support.cleanup import at_end
from tests.support.client import Client
from tests.support.gestures import enter_live, middle
from tests.support.matrix import ON_SQLITE
from tests.support.picture_host import Handler, PictureHost, picture
from tests.support.server import Shop, eventually

pytestmark = ON_SQLITE
Admins = tuple[Client, Client]
IS_DRAWN = "each => each.complete && each.naturalWidth > 0"
WATCH_SHIFTS = """() => { window.shifts = [];
    new PerformanceObserver((list) => shifts.push(...list.getEntries().map((each) => each.value)))
    .observe({ type: "layout-shift" }); }"""


def place_of(page: Page, selector: str) -> list[dict[str, float]]:
    found: list[dict[str, float]] = page.locator(selector).evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().toJSON())"
    )
    return found


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_thumbnail_appears_by_itself_and_moves_nothing(
    viewport: dict[str, int], shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    named, bare = shop.client().place(), shop.client().place()
    # Ages that do not change meanwhile, nor how wide they are.
    db.execute(shop.database_url, "UPDATE orders SET created_at = created_at - 7200000")
    address = f"https://pictures.example/{viewport['width']}.jpg"
    kept.name(shop.database_url, named["id"], address)
    page = enter_live(visitors, admins[0], "/dashboard", viewport=viewport)
    row = page.locator(f"#order-{named['id']}")
    expect(row.locator(".picture > span")).to_be_visible()
    box = page.get_by_role("checkbox", name=named["orderNumber"])
    box.check()
    button = row.get_by_role("button", name="Confirmer")
    button.focus()
    button.evaluate("each => { window.mine = each; }")
    page.evaluate(WATCH_SHIFTS)
    before = place_of(page, "#orders td, #orders th, #orders button")
    kept.arrive(shop.database_url, address, viewport["width"], [named["id"]])
    picture = row.locator(".picture img")
    expect(picture).to_be_visible()
    page.wait_for_function(f"() => [...document.querySelectorAll('#orders img')].every({IS_DRAWN})")
    assert place_of(page, "#orders td, #orders th, #orders button") == before
    assert page.evaluate("shifts") == []
    assert page.evaluate("document.activeElement === window.mine && window.mine.isConnected")
    expect(box).to_be_checked()
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator("#pill")).to_be_hidden()
    expect(page.locator(f"#order-{bare['id']} .picture > *")).to_have_count(0)
    # A click on it leads to the order, as everywhere on the row.

    def is_taken_off() -> bool:
        box.click()
        return not box.is_checked()

    eventually(is_taken_off)  # once it is no second click of the same gesture any more
    page.mouse.click(*middle(picture))
    expect(page.get_by_role("heading", level=1)).to_have_text(named["orderNumber"])


def test_a_new_order_gets_its_picture_from_where_it_is(
    new_database: NewDatabase, start_server: StartServer, visitors: Visitors
) -> None:
    host, may = PictureHost(), threading.Event()
    at_end(host.close)

    def serve(handler: Handler) -> None:
        may.wait(25)
        handler.give(picture(), "image/png")

    server = start_server(new_database(), PICTURE_HOSTS=host.origin)
    page = enter_live(visitors, server.admin(), "/dashboard")
    answer = server.client().post("/orders/guest", with_pictures(host.serve("/logo.png", serve)))
    row = page.locator(f"#order-{answer.data['id']}")
    expect(row).to_be_visible()
    eventually(lambda: host.asked)
    expect(row.locator("img")).to_have_count(0)
    may.set()
    expect(row.locator(".picture img")).to_be_visible()
    page.wait_for_function(f"() => [...document.querySelectorAll('#orders img')].every({IS_DRAWN})")
    page.locator("#orders").get_by_role("link", name=answer.data["orderNumber"]).click()
    expect(page.locator("#artwork image").first).to_be_visible()
