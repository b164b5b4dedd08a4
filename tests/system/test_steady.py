"""What was under the hand is what acts, whatever arrives in between: on a desk and on a phone, on short lists and on
filtered ones, when somebody else is faster, and when the page comes to show something else."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support import database as db
from tests.support.browser import PHONE, Visitors
from tests.support.client import Client
from tests.support.gestures import SLOW, Finger, enter_live, hears, in_time, middle, slow_down, watched
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

pytestmark = ON_SQLITE

Admins = tuple[Client, Client]
TALL: dict[str, Any] = {"viewport": {"width": 1440, "height": 2400}}  # the list is shorter than the window
DRAWN_AT = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(scrollY))))"
TOUCH: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def chromium(whole_chromium: Browser) -> Browser:
    """Where a finger was is told to the point."""
    return whole_chromium


def row(page: Page, order: dict[str, Any]) -> Locator:
    return page.locator(f"#order-{order['id']}")


def confirm(page: Page, order: dict[str, Any]) -> Locator:
    return row(page, order).get_by_role("button", name="Confirmer")


def status(admin: Client, order: dict[str, Any]) -> str:
    found: str = admin.get(f"/orders/{order['id']}").data["status"]
    return found


@pytest.mark.parametrize("rested", [0, 6500])
def test_a_row_that_arrives_moves_no_row_under_the_pointer(
    rested: int, shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    order = shop.client().place()
    page = enter_live(visitors, admins[0], "/dashboard", **TALL)
    at = middle(confirm(page, order))
    page.mouse.move(*at)
    page.wait_for_timeout(rested)
    later = shop.client().place()
    expect(row(page, later)).to_be_visible()
    assert middle(confirm(page, order)) == pytest.approx(at, abs=1)
    page.mouse.click(*at)
    expect(row(page, order).locator(".status")).to_have_text("Confirmée")
    assert status(admins[0], later) == "PENDING"
    assert middle(row(page, order))[1] > middle(row(page, later))[1]
    page.evaluate("document.documentElement.dispatchEvent(new PointerEvent('pointerleave', { pointerType: 'mouse' }))")
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("pause", [60, 150])
def test_a_card_that_arrives_moves_no_card_under_a_finger(
    pause: int, shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    orders = [shop.client().place() for _ in range(3)]
    tall = TOUCH | {"viewport": {"width": 390, "height": 1100}}  # three cards above the bar at the bottom
    page = enter_live(visitors, admins[0], "/dashboard", **tall)
    for order in orders[::-1]:  # the newest is on top
        at = middle(confirm(page, order))
        later = shop.client().place()
        page.wait_for_timeout(pause)
        page.touchscreen.tap(*at)
        expect(row(page, order).locator(".status")).to_have_text("Confirmée")
        expect(row(page, later)).to_be_attached()
        assert status(admins[0], later) == "PENDING"
        confirm(page, later).scroll_into_view_if_needed()
        page.wait_for_timeout(600)  # another gesture


def test_nothing_is_swapped_in_between_a_finger_down_and_up(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = enter_live(visitors, admins[0], "/dashboard", **TOUCH)
    frames: list[str] = []
    page.on("websocket", lambda line: line.on("framereceived", lambda frame: frames.append(str(frame))))
    page.reload()
    expect(page.locator("body[data-line=open]")).to_be_attached()
    finger = Finger(page)
    finger.down(*middle(confirm(page, order)))
    admins[1].patch(f"/orders/{order['id']}/status", {"status": "REJECTED"})
    hears(page, lambda: any("REJECTED" in frame for frame in frames))
    expect(row(page, order).locator(".status")).to_have_text("En attente")
    finger.up()
    expect(row(page, order).locator(".status")).to_have_text("Rejetée")
    expect(page.locator("#outcome")).to_contain_text("Rejetée par Fatou Sow")


def test_a_filtered_list_tells_of_arrivals_over_nobodys_hand(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = enter_live(visitors, admins[0], "/dashboard?status=PENDING", **TOUCH)
    link = row(page, order).get_by_role("link")
    at = middle(link)
    shop.client().place()
    expect(page.locator("#pill")).to_have_text("1 nouvelle commande")
    expect(page.locator("#notice")).to_be_visible()
    assert middle(link) == at
    page.touchscreen.tap(*at)
    page.wait_for_url(f"**/dashboard/orders/{order['id']}?*")


def test_a_hand_that_comes_from_elsewhere_presses_nothing_it_did_not_aim_at(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    orders: list[dict[str, Any]] = []

    def press() -> Page:
        orders.append(order := shop.client().place())
        page = watched(enter_live(visitors, admins[0], "/dashboard", **TALL))
        at = middle(confirm(page, order))
        orders.append(later := shop.client().place())
        expect(row(page, later)).to_be_visible()
        page.mouse.click(*at)
        return page

    page = in_time(press)
    told = "La page venait de changer : rien n'a été fait. Appuyez de nouveau."
    expect(page.locator("#outcome")).to_have_text(told)
    assert [status(admins[0], each) for each in orders[-2:]] == ["PENDING", "PENDING"]


def test_what_has_come_above_is_counted_until_it_is_seen(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    for _ in range(4):
        shop.client().place()
    page = enter_live(visitors, admins[0], "/dashboard", **TOUCH)
    seen = page.locator("#orders tr").nth(1)
    at = middle(seen)
    arrived = [shop.client().place() for _ in range(6)]
    expect(row(page, arrived[-1])).to_be_attached()
    assert middle(seen)[1] != at[1]  # the locator counts from the top: other cards now
    expect(page.locator("#pill")).to_have_text(re.compile(r"^[1-6] nouvelles? commandes?$"))
    expect(page.locator("#pill")).to_be_visible(timeout=20_000)  # behind the notice; who tries to tap it scrolls to it
    page.locator("#pill").tap()
    expect(page.locator("#pill")).to_be_hidden()
    expect(row(page, arrived[-1])).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0


def test_the_focus_in_what_stands_still_scrolls_nothing(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    for _ in range(20):
        shop.client().place()
    page = enter_live(visitors, admins[0], "/dashboard", viewport={"width": 1440, "height": 600})
    page.evaluate("scrollTo(0, 300)")
    for name in ("Chiffres", "Client"):
        page.get_by_role("link", name=name, exact=True).first.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(DRAWN_AT) == 300, name


def test_another_list_begins_at_its_top(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    kept = shop.client().place()
    admins[1].patch(f"/orders/{kept['id']}/status", {"status": "CONFIRMED"})
    later = [shop.client().place() for _ in range(4)]
    page = enter_live(visitors, admins[0], "/dashboard?status=CONFIRMED", **TOUCH)
    expect(row(page, kept)).to_be_visible()
    page.get_by_role("link", name="Toutes", exact=True).tap()
    expect(row(page, later[-1])).to_be_in_viewport()
    page.wait_for_function("scrollY === 0")  # within the frames in which the list comes to its place


def test_a_notice_shows_no_half_of_a_line(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    page = enter_live(visitors, admins[0], "/dashboard", **TOUCH)
    shop.client().place(
        shippingDetails={"firstName": "Mame Diarra Aminata", "lastName": "Gueye Ndiaye", "city": "Dakar"}
    )
    expect(page.locator("#notice")).to_be_visible()
    ends = """notice => { const words = document.createRange(), { bottom } = notice.getBoundingClientRect();
      words.selectNodeContents(notice);
      return [...words.getClientRects()].map((line) => [line.top - bottom, line.bottom - bottom]); }"""
    lines = page.locator("#notice").evaluate(ends)
    assert lines[0][1] <= 0
    assert [line for line in lines if line[0] < -3 and line[1] > 3] == []


def test_several_doings_of_others_are_one_notice_and_ones_own_are_none(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    order = shop.client().place()
    page = enter_live(visitors, admins[0], "/dashboard/products")
    notice = page.locator("#notice")
    admins[0].patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    first = shop.client().place()
    expect(notice).to_have_text(f"Nouvelle commande {first['orderNumber']} Awa Diop · 49,80 €")
    shop.client().place()
    expect(notice).to_have_text("Du nouveau 2 nouvelles commandes")
    admins[1].patch(f"/orders/{first['id']}/status", {"status": "CONFIRMED"})
    expect(notice).to_have_text("Du nouveau 2 nouvelles commandes · 1 changement de statut")
    notice.click()
    page.wait_for_url("**/dashboard/notifications")


def test_a_tick_means_the_order_as_it_was(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    orders = [shop.client().place() for _ in range(5)]
    page = enter_live(visitors, admins[0], "/dashboard", **TALL)
    for order in orders:
        row(page, order).get_by_role("checkbox").check()
    button = page.locator("#bulk").get_by_role("button", name="Confirmer (5)")
    expect(button).to_be_enabled()
    at = middle(button)
    page.mouse.move(*at)
    admins[1].patch(f"/orders/{orders[0]['id']}/status", {"status": "CONFIRMED"})
    expect(page.locator("#outcome")).to_have_text(
        f"{orders[0]['orderNumber']} a changé entre-temps : elle n'est plus sélectionnée."
    )
    for order in orders[1:]:
        admins[1].patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    expect(page.locator("#outcome")).to_have_text(
        "5 commandes ont changé entre-temps : elles ne sont plus sélectionnées."
    )
    page.mouse.click(*at)  # it was on its way to five
    expect(page.locator("#bulk")).to_be_hidden()
    for order in orders:
        expect(row(page, order).get_by_role("checkbox")).not_to_be_checked()
        assert status(admins[0], order) == "CONFIRMED"


KEEP_HELLO = """
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (words) {
  if (window.kept) window.kept.push(() => send.call(this, words));
  else send.call(this, words);
};
"""
SEND_KEPT = "() => { const kept = window.kept; window.kept = null; for (const send of kept) send(); }"


def test_a_frame_drawn_for_another_list_is_not_applied(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    page = visitors.enter(admins[0])
    page.add_init_script(KEEP_HELLO)
    frames: list[str] = []
    page.on("websocket", lambda line: line.on("framereceived", lambda frame: frames.append(str(frame))))
    page.reload()
    expect(page.locator("body[data-line=open]")).to_be_attached()
    page.evaluate("window.kept = []")  # the line is slow, of which a browser's tools know nothing
    slow_down(page, SLOW)
    page.get_by_role("button", name="Filtres").click()
    page.get_by_label("Période").select_option("Hier")
    page.keyboard.press("Escape")
    total = page.locator("#total")
    expect(total).to_have_text("0 commande")
    later = shop.client().place()
    hears(page, lambda: any(later["orderNumber"] in frame for frame in frames))
    for other in ("#orders tr", "#notice:not([hidden])", "#pill:not([hidden])"):
        expect(page.locator(other)).to_have_count(0)
    assert total.inner_text() == "0 commande"
    page.evaluate(SEND_KEPT)
    expect(page.locator("#notice")).to_have_text(re.compile(later["orderNumber"]))  # told once: it is not summed up
    assert total.inner_text() == "0 commande"
    expect(page.locator("#pill")).to_be_hidden()


def turn_back(shop: Shop, order: dict[str, Any]) -> None:
    """As if the order had come a day earlier."""
    earlier = "created_at = created_at - 86400000, day = :day"
    yesterday = (date.today() - timedelta(days=1)).isoformat()
    db.execute(shop.database_url, f"UPDATE orders SET {earlier} WHERE id = :id", day=yesterday, id=order["id"])


def test_a_list_of_today_turns_over_at_midnight(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = visitors.enter(admins[0])
    page.clock.install()
    page.goto("/dashboard?period=today")
    expect(page.locator("body[data-line=open]")).to_be_attached()
    expect(row(page, order)).to_be_visible()
    turn_back(shop, order)
    page.clock.fast_forward("24:00:00")
    expect(row(page, order)).to_have_count(0)
    kept = shop.client().place()
    expect(page.locator("#pill")).to_be_visible()
    expect(row(page, kept)).to_have_count(0)


def test_a_page_drawn_on_another_day_hears_which_day_it_is(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = enter_live(visitors, admins[0], "/dashboard?period=today")
    expect(row(page, order)).to_be_visible()
    turn_back(shop, order)
    page.evaluate("document.getElementById('day').value = '2020-01-01'")
    shop.client().place()  # any frame will do, or the next beat
    expect(row(page, order)).to_have_count(0)
