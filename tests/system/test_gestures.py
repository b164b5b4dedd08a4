"""One gesture, one step: as hands do it, with a mouse, a finger and a keyboard, on a fast line and on a slow one."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import PHONE, Visitors
from tests.support.client import Client
from tests.support.gestures import SLOW, enter_live, middle, slow_down
from tests.support.matrix import ON_SQLITE
from tests.support.server import Server

pytestmark = ON_SQLITE

Admins = tuple[Client, Client]
PLACES = ("list", "page")


def open_at(visitors: Visitors, who: Client, place: str, order: dict[str, Any], **options: Any) -> Page:
    return enter_live(visitors, who, "/dashboard" if place == "list" else f"/dashboard/orders/{order['id']}", **options)


def step(page: Page, order: dict[str, Any], name: str) -> Locator:
    return page.locator(f"#order-{order['id']}, #order").get_by_role("button", name=name)


def assert_one_step(page: Page, order: dict[str, Any], admin: Client) -> None:
    """The order took one step, and the next one takes its press once it has been there for a while."""
    following = step(page, order, "Mettre en traitement")
    expect(following).to_be_enabled()
    expect(page.locator(".problem")).to_have_count(0)
    assert admin.get(f"/orders/{order['id']}").data["status"] == "CONFIRMED"
    page.wait_for_timeout(600)  # a hand that rests between two gestures
    following.click()
    expect(page.locator(f"#order-{order['id']} .status, #order > header .status")).to_have_text("En traitement")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("pause", "latency"), [(60, 0), (450, 0), (60, SLOW), (450, SLOW)])
def test_two_clicks_are_one_step(
    place: str, pause: int, latency: int, shop: Server, admins: Admins, visitors: Visitors
) -> None:
    order = shop.client().place()
    page = open_at(visitors, admins[0], place, order)
    slow_down(page, latency)
    at = middle(step(page, order, "Confirmer"))
    page.mouse.click(*at)
    page.wait_for_timeout(pause)
    page.mouse.click(*at)
    assert_one_step(page, order, admins[0])


@pytest.mark.parametrize("place", PLACES)
def test_a_double_tap_is_one_step(place: str, shop: Server, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = open_at(visitors, admins[0], place, order, viewport=PHONE, has_touch=True, is_mobile=True)
    at = middle(step(page, order, "Confirmer"))
    for _ in range(3):
        page.touchscreen.tap(*at)
        page.wait_for_timeout(200)
    assert_one_step(page, order, admins[0])


@pytest.mark.parametrize("latency", [0, SLOW])
@pytest.mark.parametrize("place", PLACES)
def test_a_held_key_is_one_step(place: str, latency: int, shop: Server, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = open_at(visitors, admins[0], place, order)
    slow_down(page, latency)
    step(page, order, "Confirmer").focus()
    for _ in range(25):  # the first goes down, the others repeat it
        page.keyboard.down("Enter")
        page.wait_for_timeout(33)
    page.keyboard.up("Enter")
    assert_one_step(page, order, admins[0])


@pytest.mark.parametrize("place", PLACES)
def test_a_key_pressed_twice_is_one_step(place: str, shop: Server, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = open_at(visitors, admins[0], place, order)
    step(page, order, "Confirmer").focus()
    for key in ("Enter", "Enter", "Space", "Enter"):
        page.keyboard.press(key)
        page.wait_for_timeout(150)
    assert_one_step(page, order, admins[0])


def test_a_step_that_somebody_else_brought_under_the_hand_takes_no_press(
    shop: Server, admins: Admins, visitors: Visitors
) -> None:
    order = shop.client().place()
    page = open_at(visitors, admins[0], "page", order)
    at = middle(step(page, order, "Confirmer"))
    page.mouse.move(*at)
    admins[1].patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    expect(step(page, order, "Mettre en traitement")).to_be_visible()
    page.mouse.click(*at)
    assert_one_step(page, order, admins[0])


def test_a_press_between_two_pages_is_of_the_first(shop: Server, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = open_at(visitors, admins[0], "list", order)
    slow_down(page, SLOW)
    link = page.locator(f"#order-{order['id']}").get_by_role("link")
    at = middle(link)
    page.mouse.click(*at)
    page.wait_for_url(f"**/dashboard/orders/{order['id']}")
    expect(page.get_by_role("button", name="Confirmer")).to_be_disabled()
    page.mouse.click(*middle(page.get_by_role("button", name="Confirmer")))
    expect(page.get_by_role("button", name="Confirmer")).to_be_enabled()
    assert admins[0].get(f"/orders/{order['id']}").data["status"] == "PENDING"
