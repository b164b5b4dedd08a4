"""The bell and the sound: what others did, counted once, read on all of one's devices at once."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.browser import PHONE, Visitors
from tests.support.client import CART, Client
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop, eventually

pytestmark = ON_SQLITE

Admins = tuple[Client, Client]
REPEAT = """async () => {
  const feed = document.getElementById("feed");
  const text = await (await fetch("/dashboard/missed?since=0&view=/dashboard/notifications")).text();
  await htmx.swap({ sourceElement: feed, target: feed, swap: "none swapEmpty:false", text });
}"""
SPY = """() => {
  window.notes = 0;
  const create = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.notes += 1; return create.call(this); };
}"""
NOTES = "() => navigator.locks.request('sound', () => window.notes)"  # when what is under way has sounded
ONE_SOUND = 2


def test_what_others_do_is_counted_and_reading_it_clears_every_device(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    read_all(admins)
    desk, other = (visitors.enter(admin) for admin in admins)
    phone = visitors.enter(admins[0], "/dashboard/products", viewport=PHONE)
    for page in (desk, phone, other):
        expect_unread(page, 0)
    order = shop.client().place()
    for page in (desk, phone, other):
        expect_unread(page, 1)
    admins[0].patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    expect_unread(other, 2)
    shop.client().place()
    expect_unread(other, 3)
    for page in (desk, phone):  # by now one's own doing has been told as well
        expect_unread(page, 2)
        page.evaluate(REPEAT)  # what a reconnection tells again is not counted again
        expect_unread(page, 2)
        page.reload()
        expect_unread(page, 2)

    phone.get_by_role("link", name="2 notifications non lues").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Notifications")
    expect(phone.locator(".news .unread")).to_have_count(2)
    for page in (phone, desk):
        expect_unread(page, 0)
    expect_unread(other, 3)
    assert admins[0].get("/notifications/unread-count").data["unreadCount"] == 0
    admins[1].post("/notifications/mark-all-read")
    expect_unread(other, 0)

    late = shop.client().place()  # the open page of the bell shows it, and so it is read
    expect(phone.locator(".news li").first).to_contain_text(f"Nouvelle commande {late['orderNumber']}")
    expect_unread(other, 1)
    expect_unread(desk, 0)
    other.goto("/dashboard/notifications")
    other.get_by_role("link", name=late["orderNumber"]).first.click()
    expect(other.get_by_role("heading", level=1)).to_have_text(late["orderNumber"])


def test_the_bell_without_javascript(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    read_all(admins)
    numbers = [shop.client().place()["orderNumber"] for _ in range(52)]
    page = visitors.enter(admins[0], java_script_enabled=False)
    page.get_by_role("link", name="Notifications").click()
    expect(page.locator("#unread")).to_have_text("52")
    expect(page.locator(".news h2").first).to_have_text("Aujourd'hui")
    expect(page.locator(".news li")).to_have_count(50)
    expect(page.locator(".news li").first).to_contain_text(numbers[-1])
    page.get_by_role("link", name="Plus anciennes").click()
    expect(page.locator(".news li").nth(1)).to_contain_text(numbers[0])
    page.get_by_role("button", name="Tout marquer comme lu").click()
    expect(page.locator(".news .unread")).to_have_count(0)
    expect(page.locator("#unread")).to_be_hidden()


def test_a_new_order_sounds_once_and_ones_own_doings_never(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    read_all(admins)
    tabs = [visitors.enter(admins[0])]
    tabs.append(tabs[0].context.new_page())
    tabs[0].context.clock.install()
    tabs[0].context.add_init_script(f"({SPY})()")
    for tab in tabs:
        tab.goto("/dashboard")
    speaker = tabs[0].locator(".bar .speaker")
    expect(speaker).to_have_accessible_name("Son coupé")
    speaker.click()
    expect(speaker).to_have_accessible_name("Son activé")
    assert notes(tabs) == ONE_SOUND  # what one has just turned on is heard
    expect(tabs[1].locator(".bar .speaker")).to_have_accessible_name("Son en attente : cliquez pour l'entendre")
    tabs[1].keyboard.press("Shift")  # any gesture will do
    expect(tabs[1].locator(".bar .speaker")).to_have_accessible_name("Son activé")

    sounds = sounding(tabs)
    orders = [shop.client().place() for _ in range(3)]
    assert sounds(3) == ONE_SOUND
    admins[1].patch(f"/orders/{orders[0]['id']}/status", {"status": "CONFIRMED"})
    assert sounds(4) == 0
    mine = admins[0].post("/orders", CART).data
    admins[0].delete(f"/orders/{mine['id']}/cancel")
    admins[1].patch(f"/orders/{orders[1]['id']}/status", {"status": "CONFIRMED"})
    assert sounds(5) == 0
    customer = shop.client().register("sound@example.org")
    theirs = customer.post("/orders", CART).data
    assert sounds(6) == ONE_SOUND
    customer.delete(f"/orders/{theirs['id']}/cancel")
    assert sounds(7) == ONE_SOUND

    tabs[0].reload()
    expect(speaker).to_have_attribute("data-sound", "locked")
    tabs[0].locator(".bar").click(position={"x": 2, "y": 2})
    expect(speaker).to_have_attribute("data-sound", "on")
    speaker.click()
    expect(speaker).to_have_attribute("data-sound", "off")
    expect(tabs[1].locator(".bar .speaker")).to_have_attribute("data-sound", "off")


def test_the_sound_comes_again_while_an_order_is_untouched(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    page = visitors.enter(admins[0], "/dashboard/devices")
    page.context.add_init_script(f"({SPY})()")
    page.context.clock.install()
    page.reload()
    card = page.locator(".card", has_text="Son sur cet appareil")
    card.get_by_role("button", name="Son coupé").click()
    card.get_by_label("Répéter toutes les 30 secondes").check()
    expect(card.locator(".speaker")).to_have_text("Son activé")
    sounds = sounding([page], unread(page))
    order = shop.client().place()
    assert sounds(1) == ONE_SOUND
    page.context.clock.run_for(30_000)
    eventually(lambda: page.evaluate("window.notes") == 3 * ONE_SOUND)  # turned on, arrived, and again
    admins[1].patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    eventually(lambda: page.evaluate("localStorage.getItem('sound-waiting')") == "[]")
    page.context.clock.run_for(60_000)
    assert notes([page]) == 3 * ONE_SOUND


def read_all(admins: Admins) -> None:
    for admin in admins:
        admin.post("/notifications/mark-all-read")


def expect_unread(page: Page, n: int) -> None:
    """In the bar, the title and the favicon."""
    expect(page.locator("#bell")).to_have_attribute("data-unread", str(n))
    expect(page.locator("#unread")).to_be_visible(visible=n > 0)
    expect(page).to_have_title(re.compile(rf"^\({n}\) \w" if n else r"^\w"))
    expect(page.locator("#favicon")).to_have_attribute("href", re.compile("icon-unread" if n else r"icon\.svg"))


def unread(page: Page) -> int:
    return int(page.locator("#bell").get_attribute("data-unread") or 0)


def notes(pages: list[Page]) -> int:
    pages[0].context.clock.run_for(3000)
    return sum(int(page.evaluate(NOTES)) for page in pages)


def sounding(pages: list[Page], before: int = 0) -> Callable[[int], int]:
    """Asked with how much is unread by now: the notes since it was asked last. The next may follow at once."""
    heard = notes(pages)

    def since(unread_by_now: int) -> int:
        nonlocal heard
        for page in pages:
            expect(page.locator("#bell")).to_have_attribute("data-unread", str(before + unread_by_now))
        new, heard = notes(pages) - heard, notes(pages)
        return new

    return since
