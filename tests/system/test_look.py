"""What every page must be, whatever it shows: accessible, usable by keyboard, narrow, light."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from printalma.pictures.decoder import MAX_THUMBNAIL
from tests.orders.dialect import body, customised, sticker
from tests.pictures import kept
from tests.support.browser import DESK, PHONE, Visitors
from tests.support.client import Client, cart
from tests.support.matrix import ON_SQLITE
from tests.support.server import ADMIN, Shop

# The same templates on either database: one of them is enough for a look.
pytestmark = ON_SQLITE
Admins = tuple[Client, Client]
LONG = {"firstName": "Marie-Antoinette Bérénice", "lastName": "N'Guessan-Vandenbrouckeghem", "street": "x" * 120}
MAX_WEIGHT, MAX_PICTURES = 60_000, 250_000
MIN_TARGET = 44
WIDTHS = (320, 600, 820, 1024, 1090, 1150, 1280, 1920)
TARGETS = "a[href], button, input:not([type=hidden]):not([type=checkbox]), textarea, select, label:has([type=checkbox])"
# Of a link that fills its row, the row is the target.
SMALL_TARGETS = """([targets, least]) => [...document.querySelectorAll(targets)]
  .filter((element) => !element.matches(".skip, tbody a, .news a") && element.checkVisibility())
  .filter((element) => { const { height } = element.getBoundingClientRect(); return height > 0 && height < least; })
  .map((element) => element.outerHTML.slice(0, 300))"""

# Words that are drawn over other words, each with those it meets. What a box cuts is not drawn; what stands still
# while a page scrolls may lie over it, and a stamp lies over its paper.
OVERLAPS = """() => {
  const style = (box) => getComputedStyle(box);
  const cut = (rect, box) => {
    let { left, top, right, bottom } = rect, stays = null;
    for (let each = box; each && each !== document.body; each = each.parentElement) {
      const { overflow, position } = style(each), edge = each.getBoundingClientRect();
      if (overflow !== "visible") {
        [left, top] = [Math.max(left, edge.left), Math.max(top, edge.top)];
        [right, bottom] = [Math.min(right, edge.right), Math.min(bottom, edge.bottom)];
      }
      if (position === "fixed" || position === "sticky") stays ??= each;
    }
    return { left, top, right, bottom, stays };
  };
  const shown = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const { data, parentElement: box } = words.currentNode, range = document.createRange();
    if (!data.trim() || box.closest(".skip, .stamps")) continue;
    if (!box.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    range.selectNodeContents(words.currentNode);
    for (const rect of range.getClientRects()) shown.push({ ...cut(rect, box), box, said: data.trim() });
  }
  const meet = (one, other) => one.box !== other.box && one.stays === other.stays
    && Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2
    && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 5;
  return shown.flatMap((one, n) => shown.slice(n + 1).filter((other) => meet(one, other))
    .map((other) => `${one.said} | ${other.said}`));
}"""


@pytest.fixture(scope="module")
def addresses(shop: Shop, admins: Admins) -> dict[str, str]:
    """A page of every kind, with data that tempt a layout to break."""
    client = shop.client()
    assert admins[0].form("/dashboard/delivery/sample", {}, Cookie=admins[0].cookie).status == 303
    place = {"city": "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson", "country": "France"}
    order = client.place(shippingDetails=LONG | place, notes="Merci ! " * 60, email=f"{'a' * 50}@example.org")
    for steps in ((), ("CONFIRMED",), ("CONFIRMED", "PROCESSING"), ("CANCELLED",), ("REJECTED",)):
        moved = client.place(orderItems=[{"productId": n, "quantity": n} for n in range(1, 6)])
        for status in steps:
            admins[0].patch(f"/orders/{moved['id']}/status", {"status": status, "notes": "Vu."})
    kept.shown(shop.database_url, moved["id"], 1)
    drawn = client.post("/orders/guest", body(customised("M"), customised("XL"), sticker())).data["id"]
    lines = [{"productId": "sticker-autocollant", "quantity": 2, "size": "x" * 90, "unitPrice": 10500}]
    refused = cart(orderItems=lines, shippingDetails=LONG | place, notes="Merci ! " * 60)
    assert client.post("/orders", refused).status == 401
    return {
        "list": "/dashboard",
        "filtered": "/dashboard?status=PENDING",
        "empty": "/dashboard?status=DELIVERED",
        "found": "/dashboard?q=awa&period=custom&from=2026-01-01&payment=CASH_ON_DELIVERY&size=20",
        "nothing found": "/dashboard?q=nowhere&status=PENDING",
        "order": f"/dashboard/orders/{order['id']}",
        "ended": f"/dashboard/orders/{moved['id']}",
        "slip": f"/dashboard/print?ids={order['id']},{moved['id']},{drawn}",
        "sheet": f"/dashboard/print?ids={order['id']},{moved['id']},{drawn}&as=sheet&paper=80mm",
        "sheet on A4": f"/dashboard/print?ids={drawn}&as=sheet",
        "numbers": "/dashboard/numbers",
        "numbers of nothing": "/dashboard/numbers?from=2001-01-01&to=2001-01-31",
        "products": "/dashboard/products",
        "product": "/dashboard/products/1",
        "product by sizes": "/dashboard/products/5",
        "refused orders": "/dashboard/refused",
        "refused order": "/dashboard/refused/1",
        "new product": "/dashboard/products/new",
        "team": "/dashboard/team",
        "profile": "/dashboard/profile",
        "settings": "/dashboard/settings",
        "delivery": "/dashboard/delivery",
        "a place": "/dashboard/delivery/city/city-mermoz",
        "a new tariff": "/dashboard/delivery/tariff/new",
        "ways to pay": "/dashboard/payment-methods",
        "backup": "/dashboard/backup",
        "notifications": "/dashboard/notifications",
        "devices": "/dashboard/devices",
        "no network": "/offline",
        "error": "/dashboard/orders/999999",
    }


@pytest.mark.smoke
def test_axe_has_nothing_to_say_of_a_list_and_an_order(
    admins: Admins, addresses: dict[str, str], visitors: Visitors
) -> None:
    page = visitors.enter(admins[0], viewport=PHONE, reduced_motion="reduce")
    _assert_accessible(page, "list")
    page.goto(addresses["order"])
    _assert_accessible(page, "order")


def test_every_page_is_accessible_and_fits_every_screen(
    admins: Admins, addresses: dict[str, str], visitors: Visitors
) -> None:
    visitors.expect_complaint("404")
    page = visitors.enter(admins[0], color_scheme="light", reduced_motion="reduce")
    for name, address in addresses.items():
        for size, check in ((PHONE, _assert_fits), (DESK, _assert_one_title)):
            page.set_viewport_size(size)
            page.goto(address)  # papers are cut for the screen that they come to
            check(page, name)
            assert page.evaluate(OVERLAPS) == [], (name, size)
            _assert_accessible(page, name)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            assert page.evaluate(OVERLAPS) == [], (name, width)
            if width == min(WIDTHS) and "/print?" in address:
                _assert_accessible(page, f"{name}, cut for a wider screen")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_has_nothing_to_say_of_what_a_hand_opens(
    viewport: ViewportSize, shop: Shop, admins: Admins, addresses: dict[str, str], visitors: Visitors
) -> None:
    visitors.expect_complaint("401")
    options: dict[str, Any] = {"color_scheme": "light", "viewport": viewport, "reduced_motion": "reduce"}
    stranger = visitors.enter(None, "/login", **options)
    _assert_accessible(stranger, "login")
    _sign_in_wrongly(stranger)
    _assert_accessible(stranger, "refused login")
    page = visitors.enter(admins[0], **options)
    shop.client().place()
    expect(page.locator("#notice")).to_be_visible()
    for strip in ("offline", "asking", "session-over"):
        page.evaluate("id => document.getElementById(id).hidden = false", strip)
    _assert_accessible(page, "everything at once")
    page.goto(addresses["order"])
    page.get_by_role("button", name="Rejeter…").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    _assert_accessible(page, "a question")
    page.goto(addresses["list"])
    page.locator("#orders").get_by_role("button", name="Confirmer").first.click()
    expect(page.locator("#outcome")).not_to_be_empty()
    for box in page.locator("#orders").get_by_role("checkbox").all()[:3]:
        box.click()
    _assert_accessible(page, "ticked rows")
    page.locator("#bulk").get_by_role("button", name="Autres actions").click()
    _assert_accessible(page, "what may be done with them")
    page.get_by_role("button", name="Annuler…").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    _assert_accessible(page, "a question about several")
    page.goto(addresses["order"])
    page.keyboard.press("?")
    _assert_accessible(page, "the keys")


def test_what_a_finger_opens_needs_no_sideways_scroll_and_no_small_targets(
    shop: Shop, admins: Admins, addresses: dict[str, str], visitors: Visitors
) -> None:
    page = visitors.enter(admins[0], viewport=PHONE)
    shop.client().place()
    expect(page.locator("#notice")).to_be_visible()
    _assert_fits(page, "list with a toast")
    page.goto(addresses["found"])
    page.get_by_role("button", name="Filtres").click()
    _assert_fits(page, "filters")
    page.keyboard.press("Escape")
    page.locator("#orders").get_by_role("checkbox").first.click()
    _assert_fits(page, "ticked rows")
    _assert_fits(visitors.enter(None, "/login", viewport=PHONE), "login")


def test_the_keyboard_is_enough(shop: Shop, visitors: Visitors) -> None:
    order = shop.client().place()
    page = visitors.enter(None, "/login")
    page.keyboard.type(ADMIN[0])
    page.keyboard.press("Tab")
    page.keyboard.type(ADMIN[1])
    page.keyboard.press("Enter")
    expect(page.locator("#orders")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    _tab_to(page, f"Awa Diop, {order['orderNumber']}")
    assert page.evaluate("getComputedStyle(document.activeElement, '::after').outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(order["orderNumber"])
    _tab_to(page, "Confirmer")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#order > header .status")).to_have_text("Confirmée")
    _tab_to(page, "Annuler…")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_motion_is_calm_for_those_who_ask(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    page = visitors.enter(admins[0], reduced_motion="reduce")
    shop.client().place()
    expect(page.locator("#orders tr.fresh")).to_have_count(1)
    expect(page.locator("#notice")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_list_of_fifty_is_light(shop: Shop, visitors: Visitors) -> None:
    """Each order has a picture of its own."""
    for seed in range(50):
        kept.shown(shop.database_url, shop.client().place()["id"], seed)
    page = visitors.enter(None, "/login")
    page.wait_for_load_state("networkidle")  # what this page asks for is not the list's
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    is_picture: dict[str, bool] = {}
    received: list[tuple[bool, float]] = []
    network.on("Network.requestWillBeSent", lambda sent: is_picture.update({sent["requestId"]: _is_picture(sent)}))
    network.on(
        "Network.loadingFinished",
        lambda done: received.append((is_picture[done["requestId"]], done["encodedDataLength"])),
    )
    page.get_by_label("Adresse e-mail").fill(ADMIN[0])
    page.get_by_label("Mot de passe").fill(ADMIN[1])
    with page.expect_navigation(url="**/dashboard", wait_until="networkidle"):
        page.keyboard.press("Enter")
    expect(page.locator("#orders tr")).to_have_count(50)
    page.locator("#orders tr").last.scroll_into_view_if_needed()
    page.wait_for_function("() => [...document.querySelectorAll('#orders img')].every(each => each.naturalWidth)")
    expect(page.locator("#orders img")).to_have_count(50)
    list_itself, pictures = ([size for is_one, size in received if is_one is which] for which in (False, True))
    assert sum(list_itself) < MAX_WEIGHT, list_itself
    smaller = sum(MAX_THUMBNAIL - len(kept.copies(seed)[1]["thumbnail"][2]) for seed in range(50))
    assert sum(pictures) + smaller < MAX_PICTURES, "fifty of the largest that we make"


def _is_picture(sent: dict[str, Any]) -> bool:
    return "/pictures/" in sent["request"]["url"]


def _assert_accessible(page: Page, name: str) -> None:
    """All that axe knows in the light; of the dark, its colours: nothing else of a page changes with them."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    page.emulate_media(color_scheme="dark")
    pale = page.evaluate("axe.run({ runOnly: ['color-contrast'], resultTypes: ['violations'] })")["violations"]
    assert pale == [], f"{name}, in the dark: {pale}"
    page.emulate_media(color_scheme="light")


def _assert_one_title(page: Page, name: str) -> None:
    assert page.locator("h1").count() == 1, name


def _assert_fits(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
    small = page.evaluate(SMALL_TARGETS, [TARGETS, MIN_TARGET])
    assert small == [], (name, small)


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called `name`."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent").strip() == name:
            return
    raise AssertionError(f"Tab never gets to {name!r}")


def _sign_in_wrongly(page: Page) -> None:
    page.get_by_label("Adresse e-mail").fill("nobody@example.org")
    page.get_by_label("Mot de passe").fill("nothing to see")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_be_visible()
