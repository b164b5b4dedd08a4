"""How the list looks, as far as a ruler can tell: quiet rows of one line, heads that sort, nothing over anything."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import NewServer
from tests.support.browser import DESK, PHONE, Visitors
from tests.support.client import CART, Client, cart
from tests.support.gestures import enter_live
from tests.support.matrix import ON_SQLITE
from tests.support.server import Server, Shop
from tests.system.conftest import SETTLED

pytestmark = ON_SQLITE
Admins = tuple[Client, Client]
LONG = CART["shippingDetails"] | {"firstName": "Marie-Antoinette Bérénice " * 3, "city": "Saint-Remy-en-Bouzemont"}
# What lies where the middle of an element is: is it the element?
IS_ON_TOP = """(element) => {
  const { left, top, width, height } = element.getBoundingClientRect();
  const found = document.elementFromPoint(left + width / 2, top + height / 2);
  return element === found || element.contains(found);
}"""

# How much of the window's height the bars take.
COVERED = """() => [...Array(innerHeight).keys()]
  .filter((y) => document.elementFromPoint(innerWidth / 2, y)?.closest(".bar, .reach")).length / innerHeight"""
PLACES = "['#q', '.filters', '#list'].map((each) => first(each).getBoundingClientRect().top)"


@pytest.fixture(scope="module")
def filled(shop: Server) -> Server:
    """A list that is longer than a window; some of its orders say a lot."""
    for n in range(30):
        shop.client().place(**({"shippingDetails": LONG} if n % 7 == 0 else {}))
    return shop


def heights(page: Page) -> list[float]:
    found: list[float] = page.locator("#orders tr").evaluate_all(
        "rows => rows.map((row) => row.getBoundingClientRect().height)"
    )
    return found


def in_window(page: Page) -> int:
    found: int = page.locator("#orders tr").evaluate_all(
        "rows => rows.filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"
    )
    return found


def over_the_foot(page: Page) -> int:
    """How many cards the first window of a phone shows whole."""
    bottoms = page.locator("#orders tr").evaluate_all("rows => rows.map((row) => row.getBoundingClientRect().bottom)")
    foot = page.locator(".bar nav").bounding_box()
    assert foot
    return sum(bottom <= foot["y"] for bottom in bottoms)


def test_a_window_shows_eighteen_rows_of_one_line(filled: Shop, admins: Admins, visitors: Visitors) -> None:
    page = visitors.enter(admins[0])
    assert max(heights(page)) <= 41
    assert in_window(page) >= 17


def test_a_number_is_whole_with_a_digit_more(filled: Shop, admins: Admins, visitors: Visitors) -> None:
    """In Inter, which many machines have, its last digits were cut as they were."""
    number = visitors.enter(admins[0]).locator("#orders td.number").first
    number.evaluate("cell => cell.append('0')")
    assert number.evaluate("cell => cell.scrollWidth <= cell.clientWidth")


def test_a_phone_shows_more_than_three_cards(filled: Shop, admins: Admins, visitors: Visitors) -> None:
    page = visitors.enter(admins[0], viewport=PHONE, has_touch=True, is_mobile=True)
    assert over_the_foot(page) >= 4


def test_a_mark_and_a_refused_order_take_no_card_out_of_a_phone_s_window(
    new_server: NewServer, visitors: Visitors
) -> None:
    with new_server() as shop:
        for _ in range(6):
            shop.client().place(orderItems=[{"productId": 1, "quantity": 2, "unitPrice": 1}], totalAmount=2)
        assert shop.client().post("/orders/guest", cart(orderItems=[])).status == 400
        page = visitors.enter(shop.admin(), viewport=PHONE, has_touch=True, is_mobile=True)
        expect(page.locator("#orders .mark")).to_have_count(6)
        expect(page.locator("#refused")).to_be_visible()
        assert over_the_foot(page) >= 4
        assert max(heights(page)) < 133
        desk = visitors.enter(shop.admin())
        first = desk.locator("#orders tr").first.bounding_box()
        assert first
        assert first["y"] < 190, "a line more for the figures"
        for each in (page, desk):
            each.context.close()  # a page complains when its shop goes first


@pytest.mark.parametrize("width", [390, 720, 1024, 1366, 1440])
def test_a_search_moves_neither_its_field_nor_the_list(
    width: int, filled: Shop, admins: Admins, visitors: Visitors
) -> None:
    page = visitors.enter(admins[0], viewport={"width": width, "height": 900})
    page.wait_for_load_state("networkidle")
    page.locator("#count-revenue").evaluate("figure => { figure.textContent = '2 968,10 €'; }")
    before = page.evaluate(PLACES)
    page.locator("#q").press_sequentially("awa", delay=60)
    expect(page).to_have_url(re.compile("q=awa"))
    expect(page.get_by_role("button", name="Enregistrer la vue")).to_be_visible()
    page.wait_for_load_state("networkidle")  # how many there are of each status
    assert page.evaluate(PLACES) == before


@pytest.mark.parametrize("width", [1366, 1440, 1920])
def test_counts_of_four_digits_hide_no_tab(width: int, filled: Shop, admins: Admins, visitors: Visitors) -> None:
    page = visitors.enter(admins[0], viewport={"width": width, "height": 900})
    page.locator(".filters .n").evaluate_all("all => all.forEach((each) => { each.textContent = '9 999'; })")
    for tab in page.locator(".filters a").all():
        assert tab.evaluate(IS_ON_TOP), tab.inner_text()
    last = page.locator(".filters a").last.bounding_box()
    assert last
    assert last["x"] + last["width"] <= width


def test_nothing_of_a_row_lies_over_the_head(filled: Shop, admins: Admins, visitors: Visitors) -> None:
    page = visitors.enter(admins[0])
    page.mouse.wheel(0, 300)
    expect(page.locator("#orders tr").first).not_to_be_in_viewport()
    for by in range(0, 40, 8):
        page.mouse.wheel(0, by)
        page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => done(true)))")
        for head in page.locator(".orders thead :is(th, td):has(input, a, span)").all():
            assert head.evaluate(IS_ON_TOP), head.inner_html()


def test_the_step_shows_under_the_mouse_at_the_cursor_and_on_a_tick(
    filled: Shop, admins: Admins, visitors: Visitors
) -> None:
    page = visitors.enter(admins[0])
    row = page.locator("#orders tr").nth(2)
    step = row.get_by_role("button", name="Confirmer")
    expect(step).to_have_css("opacity", "0")
    row.hover()
    expect(step).to_have_css("opacity", "1")
    page.mouse.move(5, 5)
    expect(step).to_have_css("opacity", "0")
    for _ in range(3):
        page.keyboard.press("j")
    expect(step).to_have_css("opacity", "1")
    page.keyboard.press("x")
    page.keyboard.press("j")
    expect(step).to_have_css("opacity", "1")
    touched = visitors.enter(admins[0], viewport={"width": 1024, "height": 768}, has_touch=True, is_mobile=True)
    expect(touched.locator("#orders tr").nth(2).get_by_role("button", name="Confirmer")).to_have_css("opacity", "1")


def test_each_button_says_which_order_it_is_for(filled: Shop, admins: Admins, visitors: Visitors) -> None:
    order = filled.client().place()
    page = visitors.enter(admins[0])
    named = f"la commande {order['orderNumber']} de Awa Diop"
    for name in (f"Confirmer {named}", f"Autres actions pour {named}"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(1)
    expect(page.get_by_role("link", name=f"Awa Diop, {order['orderNumber']}", exact=True)).to_have_count(1)


def test_a_head_sorts_and_sorts_the_other_way(filled: Shop, admins: Admins, visitors: Visitors) -> None:
    dear = filled.client().place(orderItems=[{"productId": 2, "quantity": 40}])
    page = visitors.enter(admins[0])
    head = page.get_by_role("columnheader", name="Montant")
    expect(page.get_by_role("columnheader", name="Reçue")).to_have_attribute("aria-sort", "descending")
    head.get_by_role("link").click()
    expect(page).to_have_url(f"{filled.url}/dashboard?sort=largest")
    expect(page.locator("#orders tr").first).to_have_id(f"order-{dear['id']}")
    expect(head).to_have_attribute("aria-sort", "descending")
    page.wait_for_timeout(SETTLED)  # what has just come takes no press
    head.get_by_role("link").click()
    expect(page).to_have_url(f"{filled.url}/dashboard?sort=smallest")
    expect(head).to_have_attribute("aria-sort", "ascending")
    page.goto("/dashboard?q=awa")
    expect(head.get_by_role("link")).to_have_count(0)  # a search is sorted by date


def test_the_ticked_rows_are_one_key_and_the_first_stop_away(filled: Shop, admins: Admins, visitors: Visitors) -> None:
    page = enter_live(visitors, admins[0], "/dashboard", viewport=DESK)
    page.keyboard.press("s")
    assert page.evaluate("document.activeElement === document.body"), "nothing is ticked"
    for key in ("j", "x", "j", "x", "s"):
        page.keyboard.press(key)
    act = page.locator("#bulk").get_by_role("button", name="Confirmer (2)")
    expect(act).to_be_focused()
    page.locator("#main").focus()
    page.keyboard.press("Tab")
    expect(act).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.locator("#orders tr").nth(1).locator("th a")).to_be_focused()
    page.get_by_role("link", name="Aller à la liste").focus()
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Tab")
    expect(page.locator("#orders .pick input").first).to_be_focused()


@pytest.mark.parametrize("viewport", [(320, 256), (640, 400), (720, 450), (844, 390)])
def test_bars_leave_most_of_a_short_window(
    viewport: tuple[int, int], filled: Shop, admins: Admins, visitors: Visitors
) -> None:
    """A desk at 400 % and at 200 %, and a phone on its side."""
    width, height = viewport
    order = filled.client().place()
    page = visitors.enter(admins[0], viewport={"width": width, "height": height})
    for path in ("/dashboard", f"/dashboard/orders/{order['id']}"):
        page.goto(path)
        page.mouse.wheel(0, 300)
        page.wait_for_function("scrollY > 200")
        assert page.evaluate(COVERED) < 0.35, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        for name in ("Commandes", "Chiffres", "Atelier", "Produits"):
            expect(page.get_by_role("navigation", name="Navigation").get_by_role("link", name=name)).to_be_in_viewport()


def test_colours_of_the_system_hide_no_sign(filled: Shop, admins: Admins, visitors: Visitors) -> None:
    page = visitors.enter(admins[0], forced_colors="active")
    menu = page.locator("#orders tr").nth(2).locator("[popovertarget=row-menu]")
    assert menu.evaluate("button => getComputedStyle(button, '::before').content") == '"⋯"'
    page.get_by_role("button", name="Filtres").click()
    expect(page.get_by_label("Période")).to_have_css("appearance", "auto")
