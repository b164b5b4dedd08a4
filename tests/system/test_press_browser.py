"""The press in real browsers: fingers, two screens, a slow line, keys."""

from itertools import product
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.atelier.people import PAGE, at_the_press, items_of, made, ordered
from tests.support import database as db
from tests.support.browser import DESK, PHONE, Visitors
from tests.support.client import Client
from tests.support.gestures import SLOW, enter_live, hears, in_time, middle, slow_down, watched
from tests.support.server import Server, Shop, eventually
from tests.system.conftest import SETTLED

pytestmark = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.matrix)], indirect=True
)
Admins = tuple[Client, Client]
TABLET: dict[str, Any] = {"viewport": {"width": 1024, "height": 768}, "has_touch": True, "is_mobile": True}
SERIOUS = ("serious", "critical")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def press(shop: Server) -> Client:
    return at_the_press(shop)


def order_of(shop: Server, boss: Client, quantity: int, size: str) -> tuple[dict[str, Any], int]:
    """An order of one line, and the line."""
    order = ordered(shop, boss, {"productId": 1, "quantity": quantity, "size": size, "color": "Rouge"})
    return order, items_of(shop, order)[0]


def piece(page: Page, item: int, n: int) -> Locator:
    return page.locator(f"#l-{item} button").nth(n - 1)


def is_made(page: Page, item: int, n: int, so: bool = True) -> None:
    expect(piece(page, item, n)).to_have_attribute("aria-pressed", "true" if so else "false")


def ticks_told(shop: Shop, item: int) -> int:
    told = db.select(shop.database_url, "SELECT data FROM events WHERE type = 'PiecesTicked'")
    return sum(f"'item': {item}," in str(row.data) or f'"item":{item},' in str(row.data) for row in told)


def test_what_a_finger_ticks_is_ticked_on_every_screen(
    shop: Server, admins: Admins, press: Client, visitors: Visitors
) -> None:
    order, item = order_of(shop, admins[0], 4, "M")
    tablet, desk = enter_live(visitors, press, PAGE, **TABLET), enter_live(visitors, admins[0], PAGE)
    first, *others = [middle(piece(tablet, item, n)) for n in range(1, 5)]
    tablet.touchscreen.tap(*first)
    for at in others:
        tablet.touchscreen.tap(*at)  # one after the other, as quickly as a hand can
    for page in (tablet, desk):
        for n in range(1, 5):
            is_made(page, item, n)
        expect(page.locator(f"#r-{order['id']}")).to_contain_text(order["orderNumber"])
    tablet.wait_for_timeout(SETTLED)
    tablet.touchscreen.tap(*first)
    for page in (desk, tablet):
        is_made(page, item, 1, so=False)
        expect(page.locator(f"#r-{order['id']}")).to_have_count(0)
    assert made(shop, item) == [2, 3, 4]


def test_a_double_tap_is_one(shop: Server, admins: Admins, press: Client, visitors: Visitors) -> None:
    tapped = []

    def tap_twice() -> Page:
        tapped.append(order_of(shop, admins[0], 1, "M")[1])
        page = watched(enter_live(visitors, press, PAGE, **TABLET))
        piece(page, tapped[-1], 1).scroll_into_view_if_needed()
        at = middle(piece(page, tapped[-1], 1))
        for _ in range(2):
            page.touchscreen.tap(*at)
        return page

    page = in_time(tap_twice)
    is_made(page, tapped[-1], 1)
    page.wait_for_timeout(SETTLED)
    assert (made(shop, tapped[-1]), ticks_told(shop, tapped[-1])) == ([1], 1)
    piece(page, tapped[-1], 1).dblclick()
    is_made(page, tapped[-1], 1, so=False)
    page.wait_for_timeout(SETTLED)
    assert made(shop, tapped[-1]) == []


def test_two_who_tap_one_piece_at_once_want_the_same(
    shop: Server, admins: Admins, press: Client, visitors: Visitors
) -> None:
    _, item = order_of(shop, admins[0], 1, "L")
    pages = [enter_live(visitors, who, PAGE) for who in (press, admins[0])]
    said: list[Route] = []

    def hold(route: Route) -> None:
        said.append(route)

    for page in pages:
        page.route("**/atelier/pieces", hold)
    pages[-1].wait_for_timeout(SETTLED)  # what has just come takes no press
    for page in pages:
        piece(page, item, 1).click(no_wait_after=True)
    hears(pages[-1], lambda: len(said) == len(pages))
    for route in said:
        route.continue_()
    for page in pages:
        is_made(page, item, 1)
    eventually(lambda: (made(shop, item), ticks_told(shop, item)) == ([1], 1))
    pages[-1].wait_for_timeout(SETTLED)  # nothing comes behind it
    assert (made(shop, item), ticks_told(shop, item)) == ([1], 1)


def test_on_a_slow_line_all_that_is_tapped_arrives_and_what_is_lost_is_said_again(
    shop: Server, admins: Admins, press: Client, visitors: Visitors
) -> None:
    visitors.expect_complaint("ERR_FAILED")
    _, item = order_of(shop, admins[0], 6, "XL")
    page = enter_live(visitors, press, PAGE)
    lost: list[str] = []

    def lose(route: Route) -> None:
        """The server has done it, and nobody hears of it."""
        if lost:
            return route.continue_()
        lost.append(route.request.url)
        route.fetch()
        return route.abort()

    page.route("**/atelier/pieces*", lose)
    slow_down(page, SLOW)
    for n in range(1, 7):
        piece(page, item, n).click(no_wait_after=True)
    for n in range(1, 7):
        is_made(page, item, n)
    expect(page.locator("#press [aria-busy=true]")).to_have_count(0)
    assert lost
    assert (made(shop, item), ticks_told(shop, item)) == ([1, 2, 3, 4, 5, 6], 6)


def test_the_keyboard_ticks_goes_on_and_a_held_key_is_one_press(
    shop: Server, admins: Admins, press: Client, visitors: Visitors
) -> None:
    _, item = order_of(shop, admins[0], 3, "S")
    page = enter_live(visitors, press, PAGE)
    piece(page, item, 1).focus()
    for _ in range(8):
        page.keyboard.down("Enter")  # held
    page.keyboard.up("Enter")
    is_made(page, item, 1)
    page.keyboard.press("ArrowRight")
    expect(piece(page, item, 2)).to_be_focused()
    page.keyboard.press("Space")
    is_made(page, item, 2)
    expect(piece(page, item, 2)).to_be_focused()
    assert made(shop, item) == [1, 2]


def test_a_ready_order_is_sent_by_one_tap_and_taken_back_by_another(
    shop: Server, admins: Admins, press: Client, visitors: Visitors
) -> None:
    order, item = order_of(shop, admins[0], 1, "M")
    page, other = enter_live(visitors, press, PAGE, **TABLET), enter_live(visitors, admins[0], PAGE)
    piece(page, item, 1).tap()
    job = page.locator(f"#r-{order['id']}")
    page.wait_for_timeout(SETTLED)
    job.get_by_role("button", name="Expédier").dblclick()
    expect(job.get_by_role("button", name="Reprendre")).to_be_visible()
    expect(page.locator(f"#l-{item}")).to_have_count(0)
    expect(other.locator(f"#l-{item}")).to_have_count(0)
    page.wait_for_timeout(SETTLED)
    job.get_by_role("button", name="Reprendre").tap()
    for each in (page, other):
        expect(each.locator(f"#r-{order['id']}").get_by_role("button", name="Expédier")).to_be_visible()
        is_made(each, item, 1)
    status = "SELECT status FROM orders WHERE id = :id"
    assert db.select(shop.database_url, status, id=order["id"])[0].status == "PROCESSING"


def test_orders_come_to_the_press_and_leave_it_while_one_looks(
    shop: Server, admins: Admins, press: Client, visitors: Visitors
) -> None:
    page = enter_live(visitors, press, PAGE)
    one, item = order_of(shop, admins[0], 2, "XXL")
    other, joins = order_of(shop, admins[0], 1, "XXL")
    for each in (item, joins):
        expect(page.locator(f"#l-{each}")).to_be_visible()
    group = page.locator(".group", has=page.locator(f"#l-{item}"))
    expect(group.locator(f"#l-{joins}")).to_be_visible()
    expect(group.locator(".counts")).to_have_text("0 / 3")
    admins[0].patch(f"/orders/{one['id']}/status", {"status": "CANCELLED"})
    expect(page.locator(f"#l-{item}")).to_have_count(0)
    expect(group.locator(".counts")).to_have_count(0)  # the locator named the line
    expect(page.locator(".group", has=page.locator(f"#l-{joins}")).locator(".counts")).to_have_text("0 / 1")
    admins[0].patch(f"/orders/{other['id']}/status", {"status": "CANCELLED"})
    expect(page.locator(f"#l-{joins}")).to_have_count(0)


def test_without_a_socket_the_answer_says_it(shop: Server, admins: Admins, press: Client, visitors: Visitors) -> None:
    order, item = order_of(shop, admins[0], 2, "M")
    page = visitors.enter(press, f"{PAGE}?order={order['id']}")
    page.route_web_socket("**/live", lambda _socket: None)
    page.reload()
    piece(page, item, 2).click()
    is_made(page, item, 2)
    eventually(lambda: made(shop, item) == [2])


def test_axe_has_nothing_to_say_and_nothing_is_wider_than_the_screen(
    shop: Server, admins: Admins, press: Client, visitors: Visitors
) -> None:
    order, item = order_of(shop, admins[0], 3, "L")
    for path in (PAGE, f"{PAGE}?order={order['id']}"):
        page = enter_live(visitors, press, path)
        piece(page, item, 1).click()
        page.wait_for_timeout(SETTLED)  # what has just come is said to be disabled
        for size, scheme in product((PHONE, TABLET["viewport"], DESK), SCHEMES):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page)
            assert [each["id"] for each in found.response["violations"] if each["impact"] in SERIOUS] == [], size
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            box = piece(page, item, 2).bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 56
