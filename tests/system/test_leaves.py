"""Papers cut into leaves that share pages, what is noted of a print, and the list on paper, in a real Chromium."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.atelier.people import ordered
from tests.support.browser import PHONE, Visitors
from tests.support.client import Client
from tests.support.matrix import ON_SQLITE
from tests.support.server import Server
from tests.system.test_paper import A4, boxes

Admins = tuple[Client, Client]
LABEL = (100, 150)
WORDS = " ".join(f"mot{n}" for n in range(500))
OVER = """() => [...document.querySelectorAll(".leaf")].filter(leaf =>
    [...leaf.querySelectorAll(":not(.stamps, .stamps *)")].some(each =>
        each.getBoundingClientRect().bottom > leaf.getBoundingClientRect().bottom)).length"""
CALLED = """() => { window.print = () => {
    for (const name of ["beforeprint", "afterprint"]) dispatchEvent(new Event(name));
    document.body.dataset.printed = 1 + Number(document.body.dataset.printed ?? 0);
}; }"""

pytestmark = ON_SQLITE


@pytest.fixture(scope="module")
def orders(shop: Server, admins: Admins) -> list[dict[str, Any]]:
    return [ordered(shop, admins[0]) for _ in range(4)]


@pytest.fixture(scope="module")
def long(admins: Admins) -> dict[str, Any]:
    lines = [{"productId": 1 + n % 5, "quantity": n + 1, "size": f"T{n}", "color": "Bleu"} for n in range(60)]
    found: dict[str, Any] = admins[0].place(orderItems=lines, notes=WORDS)
    return found


def shown(page: Page, *orders: dict[str, Any], kind: str = "slip", paper: str = "a4") -> Page:
    ids = ",".join(str(order["id"]) for order in orders)
    page.goto(f"/dashboard/print?ids={ids}&as={kind}&paper={paper}")
    return page


@pytest.mark.parametrize(
    ("paper", "pages"), [("a4", [A4] * 4), ("a4x2", [A4] * 2), ("a4x4", [A4]), ("label", [LABEL] * 4)]
)
def test_four_slips_and_the_pages_that_they_take(
    orders: list[dict[str, Any]], admins: Admins, visitors: Visitors, paper: str, pages: list[tuple[int, int]]
) -> None:
    page = shown(visitors.enter(admins[0]), *orders, paper=paper)
    expect(page.locator(".leaf")).to_have_count(4)
    expect(page.locator(".foot")).to_have_count(0)
    assert boxes(page.pdf(prefer_css_page_size=True)) == pages


@pytest.mark.parametrize(
    ("kind", "paper"), [("sheet", "a4"), ("slip", "a4"), ("slip", "a4x2"), ("slip", "a4x4"), ("slip", "label")]
)
def test_a_long_one_has_all_of_it_once_and_its_number_on_every_leaf(
    orders: list[dict[str, Any]], long: dict[str, Any], admins: Admins, visitors: Visitors, kind: str, paper: str
) -> None:
    page = shown(visitors.enter(admins[0]), orders[0], long, orders[1], kind=kind, paper=paper)
    number = long["orderNumber"]
    leaves = page.locator(f'.leaf[data-name="{number}"]')
    n = leaves.count()
    assert n > 2
    assert page.locator(".foot").all_inner_texts() == [f"{number}\n{at}/{n}" for at in range(1, n + 1)]
    rows = ".pieces li" if kind == "sheet" else "tbody tr"
    lines = leaves.locator(rows).evaluate_all("all => all.map(each => each.textContent.match(/T\\d+/)[0])")
    assert lines == [f"T{n}" for n in range(60)]
    said = " ".join(leaves.locator(".message").all_text_contents())
    assert said.split() == WORDS.split()
    expect(page.locator(".leaf:not(.more)")).to_have_count(3)
    on_page = {"a4x2": 2, "a4x4": 4}.get(paper, 1)
    assert len(boxes(page.pdf(prefer_css_page_size=True))) == -(-(n + 2) // on_page)
    page.emulate_media(media="print")
    assert page.evaluate(OVER) == 0


def test_a_narrow_screen_reads_one_piece_and_prints_leaves(
    long: dict[str, Any], admins: Admins, visitors: Visitors
) -> None:
    page = shown(visitors.enter(admins[0], viewport=PHONE), long, paper="a4x4")
    expect(page.locator(".paper")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    pages = boxes(page.pdf(prefer_css_page_size=True))
    assert set(pages) == {A4}
    assert len(pages) == -(-page.locator(".leaf").count() // 4)


def test_a_pick_list_of_many_lines(long: dict[str, Any], admins: Admins, visitors: Visitors) -> None:
    page = shown(visitors.enter(admins[0]), long, kind="pick")
    assert set(boxes(page.pdf(prefer_css_page_size=True))) == {A4}
    assert page.locator(".quantity").count() == 60
    heads = page.locator(".shelf h3").evaluate_all("all => all.map(each => each.closest('.leaf').matches('.more'))")
    assert True in heads, "it goes on overleaf under its name"
    page.emulate_media(media="print")
    assert page.evaluate(OVER) == 0


def test_a_print_is_noted_by_itself_and_taken_back_by_a_press(shop: Server, admins: Admins, visitors: Visitors) -> None:
    order = ordered(shop, admins[0])
    desk, page = visitors.enter(admins[1]), visitors.enter(admins[0])
    mark = desk.locator(f"#printed-{order['id']} .icon")
    expect(mark).to_have_count(0)
    shown(page, order).evaluate(CALLED)
    page.get_by_role("button", name="Imprimer").dblclick()
    expect(page.locator("#noted")).to_contain_text("1 bon de livraison noté comme imprimé")
    expect(mark).to_have_attribute("aria-label", "Imprimé : bon")
    page.get_by_role("button", name="Pas imprimé").click()
    expect(page.locator("#noted")).to_contain_text("Rien n'est noté")
    expect(mark).to_have_count(0)
    page.get_by_role("button", name="Noter comme imprimé").press("Enter")
    expect(mark).to_have_count(1)
    page.goto(f"/dashboard/orders/{order['id']}")
    noted = page.locator(".history li.printed").filter(has_not_text="pas imprimé")
    expect(noted).to_have_count(2)


def test_a_note_that_is_lost_on_the_way_is_said_and_sent_again(
    shop: Server, admins: Admins, visitors: Visitors
) -> None:
    visitors.expect_complaint("ERR_INTERNET_DISCONNECTED")
    order = ordered(shop, admins[0])
    page = shown(visitors.enter(admins[0]), order)
    page.evaluate(CALLED)
    page.context.set_offline(True)
    page.get_by_role("button", name="Imprimer").click()
    expect(page.locator("#noted")).to_contain_text("n'a pas pu être notée")
    page.context.set_offline(False)
    page.get_by_role("button", name="Noter comme imprimé").click()
    expect(page.locator("#noted")).to_contain_text("noté comme imprimé")


def test_the_ticked_orders_are_printed_from_the_bar(
    orders: list[dict[str, Any]], admins: Admins, visitors: Visitors
) -> None:
    page = visitors.enter(admins[0])
    for order in orders[:2]:
        page.locator(f"#order-{order['id']} .pick input").check()
    page.locator("#bulk").get_by_role("button", name="Imprimer").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Liste de ramassage").click()
    expect(opened.value.locator(".pick .shelf")).to_have_count(1)
    expect(opened.value.locator(".pick header")).to_contain_text("2 commandes")


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_the_list_is_printed_as_a_table_without_a_control(
    orders: list[dict[str, Any]], admins: Admins, visitors: Visitors, viewport: Any
) -> None:
    page = visitors.enter(admins[0], "/dashboard?status=CONFIRMED", **({"viewport": viewport} if viewport else {}))
    expect(page.locator(f"#order-{orders[0]['id']}")).to_be_visible()
    assert all(width < height for width, height in boxes(page.pdf(format="A4")))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 between a printer's margins
    for order in orders:
        row = page.locator(f"#order-{order['id']}")
        for told in (order["orderNumber"], "Confirmée", "T-shirt Baobab"):
            expect(row.get_by_text(re.compile(told)).first).to_be_visible()
    found = page.locator("button, select, [type=checkbox], .button").filter(visible=True)
    expect(found).to_have_count(0)
    expect(page.locator(".filters [aria-current]")).to_be_visible()
    expect(page.locator("#total")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
