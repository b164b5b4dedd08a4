"""One gesture, one step: as hands do it, with a mouse, a finger and a keyboard, on a fast line and on a slow one."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import PHONE, Visitors
from tests.support.client import Client
from tests.support.gestures import SLOW, enter_live, in_time, middle, slow_down, watched
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

pytestmark = ON_SQLITE

Admins = tuple[Client, Client]
PLACES = ("list", "page")
# Of a pause, a line's latency and a page: each with each of the others.
PAIRS = ((60, 0, "list"), (60, SLOW, "page"), (300, 0, "page"), (300, SLOW, "list"))
Doing = Callable[[Page, tuple[float, float]], None]


@pytest.fixture(scope="module")
def chromium(whole_chromium: Browser) -> Browser:
    """Where a finger was is told to the point."""
    return whole_chromium


class Desk:
    """An order on one of its pages, and an admin who makes a gesture on its first step's button."""

    def __init__(self, place: str, shop: Shop, admins: Admins, visitors: Visitors, **options: Any) -> None:
        self.place = place
        self.shop = shop
        self.admin = admins[0]
        self.visitors = visitors
        self.options = options

    def make(self, doing: Doing, latency: int = 0) -> None:
        """Make the gesture, and see that it was one step; the next one takes its press once it has been there."""

        def gesture() -> Page:
            self.order = self.shop.client().place()
            path = "/dashboard" if self.place == "list" else f"/dashboard/orders/{self.order['id']}"
            self.page = watched(enter_live(self.visitors, self.admin, path, **self.options))
            slow_down(self.page, latency)
            doing(self.page, middle(self.step("Confirmer")))
            return self.page

        in_time(gesture)
        expect(self.step("Mettre en traitement")).to_be_enabled()
        expect(self.page.locator(".problem:visible")).to_have_count(0)
        assert self.admin.get(f"/orders/{self.order['id']}").data["status"] == "CONFIRMED"
        self.page.wait_for_timeout(600)  # a hand that rests between two gestures
        self.step("Mettre en traitement").click()
        status = self.page.locator(f"#order-{self.order['id']} .status, #order > header .status")
        expect(status).to_have_text("En traitement")

    def step(self, name: str) -> Locator:
        return self.page.locator(f"#order-{self.order['id']}, #order").get_by_role("button", name=name)


@pytest.mark.parametrize(("pause", "latency", "place"), PAIRS)
def test_two_clicks_are_one_step(
    place: str, pause: int, latency: int, shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    def two_clicks(page: Page, at: tuple[float, float]) -> None:
        page.mouse.click(*at)
        page.wait_for_timeout(pause)
        page.mouse.click(*at)

    Desk(place, shop, admins, visitors).make(two_clicks, latency)


@pytest.mark.parametrize("place", PLACES)
def test_a_double_tap_is_one_step(place: str, shop: Shop, admins: Admins, visitors: Visitors) -> None:
    def taps(page: Page, at: tuple[float, float]) -> None:
        for _ in range(3):
            page.touchscreen.tap(*at)
            page.wait_for_timeout(200)

    Desk(place, shop, admins, visitors, viewport=PHONE, has_touch=True, is_mobile=True).make(taps)


@pytest.mark.parametrize(("latency", "place"), [(0, "list"), (SLOW, "page")])
def test_a_held_key_is_one_step(place: str, latency: int, shop: Shop, admins: Admins, visitors: Visitors) -> None:
    desk = Desk(place, shop, admins, visitors)

    def hold(page: Page, _at: tuple[float, float]) -> None:
        desk.step("Confirmer").focus()
        for _ in range(25):  # the first goes down, the others repeat it
            page.keyboard.down("Enter")
            page.wait_for_timeout(33)
        page.keyboard.up("Enter")

    desk.make(hold, latency)


@pytest.mark.parametrize("place", PLACES)
def test_a_key_pressed_twice_is_one_step(place: str, shop: Shop, admins: Admins, visitors: Visitors) -> None:
    desk = Desk(place, shop, admins, visitors)

    def press(page: Page, _at: tuple[float, float]) -> None:
        desk.step("Confirmer").focus()
        for key in ("Enter", "Enter", "Space"):
            page.keyboard.press(key)
            page.wait_for_timeout(100)

    desk.make(press)


def test_a_step_that_somebody_else_brought_under_the_hand_takes_no_press(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    desk = Desk("page", shop, admins, visitors)

    def press(page: Page, at: tuple[float, float]) -> None:
        page.mouse.move(*at)
        admins[1].patch(f"/orders/{desk.order['id']}/status", {"status": "CONFIRMED"})
        expect(desk.step("Mettre en traitement")).to_be_visible()
        page.mouse.click(*at)

    desk.make(press)


def test_a_press_between_two_pages_is_of_the_first(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    orders: list[dict[str, Any]] = []

    def press() -> Page:
        orders.append(order := shop.client().place())
        page = enter_live(visitors, admins[0], "/dashboard")
        button = page.get_by_role("button", name="Confirmer")
        page.goto(f"/dashboard/orders/{order['id']}")
        at = middle(button)
        page.go_back()
        page.locator(f"#order-{order['id']}").get_by_role("link").click()
        page.wait_for_url(f"**/dashboard/orders/{order['id']}")
        watched(page).mouse.click(*at)
        expect(page.locator("body[data-line=open]")).to_be_attached()
        return page

    in_time(press)
    assert admins[0].get(f"/orders/{orders[-1]['id']}").data["status"] == "PENDING"
