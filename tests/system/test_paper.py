"""Orders on paper, as Chromium prints them: the pages' number and size, and nothing of an order left out."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.dashboard.test_notes import note
from tests.orders.dialect import PICTURES, body, customised, plain, sticker
from tests.pictures import kept
from tests.support import database as db
from tests.support.browser import PHONE, Visitors
from tests.support.client import CART, Client
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop, eventually

pytestmark = ON_SQLITE
Admins = tuple[Client, Client]
MM = 72 / 25.4  # points
A4 = (210, 297)
MILLIMETRES = """all => all.map(each => each.getBoundingClientRect())
    .map(({ width, height }) => [width * 25.4 / 96, height * 25.4 / 96])"""
DRAWN = ("clients/logo.png", "lion.png", "lion-10.png")
EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def orders(shop: Shop, admins: Admins) -> list[dict[str, object]]:
    """A small one, one with everything, one that fills several pages."""
    client = shop.client()
    hostile = CART["shippingDetails"] | {"firstName": "N'Guessan" * 9, "street": EVIL + "x" * 150}
    long = [{"productId": 1 + n % 5, "quantity": n + 1, "size": f"T{n}", "color": "Bleu"} for n in range(60)]
    placed = [
        client.place(),
        client.place(shippingDetails=hostile, notes="Pour samedi !\nMerci.", paymentMethod="PAYTECH"),
        client.place(orderItems=long),
    ]
    note(admins[0], placed[1], f"Encre blanche {EVIL}")
    return placed


def boxes(pdf: bytes) -> list[tuple[int, int]]:
    """Each page's width and height in millimetres. Chromium writes its pages uncompressed."""
    pages = re.findall(rb"/Type /Page\b.*?/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf, re.DOTALL)
    return [(round(float(width) / MM), round(float(height) / MM)) for width, height in pages]


def printed(page: Page, orders: list[dict[str, object]], kind: str, paper: str) -> list[tuple[int, int]]:
    ids = ",".join(str(order["id"]) for order in orders)
    page.goto(f"/dashboard/print?ids={ids}&as={kind}&paper={paper}")
    expect(page.locator(".paper:not(.more)")).to_have_count(len(orders))
    return boxes(page.pdf(prefer_css_page_size=True))


@pytest.mark.parametrize("kind", ["slip", "sheet"])
def test_each_order_has_its_own_paper(
    orders: list[dict[str, object]], admins: Admins, visitors: Visitors, kind: str
) -> None:
    page = visitors.enter(admins[0])
    small = orders[:2]
    assert printed(page, small, kind, "a4") == [A4, A4]
    long = printed(page, orders, kind, "a4")
    assert set(long) == {A4}
    assert 4 <= len(long) <= 12
    strips = printed(page, orders, kind, "80mm")
    assert [width for width, _ in strips] == [80, 80, 80]
    heights = page.locator(".paper").evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")
    for (_, height), drawn in zip(strips, heights, strict=True):
        assert drawn * 25.4 / 96 <= height <= drawn * 25.4 / 96 + 5  # cut where the order ends


@pytest.mark.parametrize("paper", ["a4", "80mm"])
def test_nothing_sticks_out_of_the_paper(
    orders: list[dict[str, object]], admins: Admins, visitors: Visitors, paper: str
) -> None:
    page = visitors.enter(admins[0])
    for kind in ("slip", "sheet"):
        printed(page, orders, kind, paper)
        page.emulate_media(media="print")
        width = 80 - 8 if paper == "80mm" else 210 - 28
        page.set_viewport_size({"width": round(width * 96 / 25.4), "height": 1100})
        out = page.evaluate(
            """() => [...document.querySelectorAll(".paper *")].filter(each =>
                each.getBoundingClientRect().right > each.closest(".paper").getBoundingClientRect().right + .5
            ).map(each => each.outerHTML.slice(0, 80))"""
        )
        assert out == []
        page.emulate_media(media="screen")


def test_the_slip_is_for_the_customer_and_the_sheet_for_the_workshop(
    orders: list[dict[str, object]], admins: Admins, visitors: Visitors
) -> None:
    page = visitors.enter(admins[0], f"/dashboard/orders/{orders[1]['id']}?list=status%3DPENDING")
    page.get_by_role("link", name="Bon de livraison").click()
    slip = page.locator(".slip")
    expect(slip.locator(".number")).to_have_text(str(orders[1]["orderNumber"]))
    expect(slip).to_contain_text("T-shirt Baobab M · Rouge")
    expect(slip).to_contain_text(EVIL)
    expect(slip).to_contain_text("Pour samedi !")
    expect(slip).not_to_contain_text("Encre blanche")
    assert slip.inner_text().count("€") == 1, "what the carrier collects, and no price"
    page.get_by_role("link", name="Fiche atelier").click()
    sheet = page.locator(".sheet")
    for told in ("Pour samedi !", f"Encre blanche {EVIL}", "Rouge", "Admin PrintAlma"):
        expect(sheet).to_contain_text(told)
    page.get_by_role("link", name="Ticket 80 mm").click()
    expect(page.locator("body.on-80mm .sheet")).to_be_visible()
    page.evaluate("() => { window.print = () => { document.body.dataset.printed = 'yes'; }; }")
    page.get_by_role("button", name="Imprimer").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    page.get_by_role("link", name="Retour").click()
    expect(page).to_have_url(re.compile(rf"/dashboard/orders/{orders[1]['id']}\?list=status%3DPENDING$"))


def test_who_pays_at_the_door_reads_what_on_the_slip(
    orders: list[dict[str, object]], admins: Admins, visitors: Visitors
) -> None:
    page = visitors.enter(admins[0], f"/dashboard/print?ids={orders[0]['id']}", viewport=PHONE)
    expect(page.locator(".collect")).to_have_text("À encaisser à la livraison : 49,80 €")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.matrix
def test_what_cannot_be_printed_is_said(shop: Shop, orders: list[dict[str, object]]) -> None:
    admin = shop.admin_once()
    for ids, status in (("", 400), ("x,-1", 400), (",".join(map(str, range(1, 102))), 400), ("987654", 404)):
        assert admin.get(f"/dashboard/print?ids={ids}", Cookie=admin.cookie).status == status
    first, second = (orders[n]["id"] for n in (0, 1))
    given = f"/dashboard/print?ids={second}&ids={first},{second},987654&as=nonsense&paper=nonsense"
    page = admin.get(given, Cookie=admin.cookie)
    assert page.status == 200
    numbers = re.findall(r'<h2 class="number">(.+?)</h2>', page.text)
    assert numbers == [orders[1]["orderNumber"], orders[0]["orderNumber"]]


def test_an_order_that_goes_nowhere_is_stamped_and_named(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    going, cancelled, rejected = (shop.client().place() for _ in range(3))
    for order, status in ((cancelled, "CANCELLED"), (rejected, "REJECTED")):
        assert admins[0].patch(f"/orders/{order['id']}/status", {"status": status}).status == 200
    page = visitors.enter(admins[0])
    for kind in ("slip", "sheet"):
        assert printed(page, [going, cancelled, rejected], kind, "a4") == [A4] * 3
        papers = page.locator(".paper")
        expect(papers.nth(0).locator(".stamps")).to_have_count(0)
        expect(papers.nth(1).locator(".stamps")).to_have_text("Annulée")
        expect(papers.nth(2).locator(".stamps")).to_have_text("Rejetée")
        assert papers.locator(".collect").count() == (1 if kind == "slip" else 0)
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text(f"{cancelled['orderNumber']}, {rejected['orderNumber']}")
    page.emulate_media(media="print")
    expect(notice).to_be_hidden()
    expect(page.get_by_text("Rejetée")).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Imprimer les autres seulement").click()
    expect(page.locator(".number")).to_have_text(going["orderNumber"])
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.fixture(scope="module")
def pictured(shop: Shop) -> dict[str, object]:
    """An order of each kind of artwork whose pictures have been fetched."""
    answer = shop.client().post("/orders/guest", body(customised("M"), customised("XL"), sticker(), plain()))
    assert answer.status == 201, answer.text
    named = "SELECT address FROM picture_sources"
    eventually(lambda: len(db.select(shop.database_url, named)) >= len(DRAWN))  # a process of the server's does it
    for seed, name in enumerate(DRAWN):
        kept.arrive(shop.database_url, f"{PICTURES}/{name}", seed)
    order: dict[str, object] = answer.data
    return order


@pytest.mark.parametrize(("paper", "width"), [("a4", 182), ("80mm", 72)])
def test_a_print_can_be_held_beside_its_picture(
    pictured: dict[str, object], admins: Admins, visitors: Visitors, paper: str, width: int
) -> None:
    page = visitors.enter(admins[0])
    page.set_viewport_size({"width": round(width * 96 / 25.4), "height": 1100})
    assert {size[0] for size in printed(page, [pictured], "sheet", paper)} == {210 if paper == "a4" else 80}
    page.emulate_media(media="print")
    drawn = page.locator(".drawn .artwork").evaluate_all(MILLIMETRES)
    assert len(drawn) == 3
    assert all(min(each) >= 70 for each in drawn), drawn
    assert all(max(each) <= width for each in drawn), drawn
    page.emulate_media(media="screen")
    printed(page, [pictured], "slip", paper)
    small = page.locator(".slip .artwork").evaluate_all(MILLIMETRES)
    assert len(small) == 3
    assert all(10 <= side <= 16 for each in small for side in each), small


def test_nothing_is_printed_before_its_pictures_are_there(
    pictured: dict[str, object], admins: Admins, visitors: Visitors
) -> None:
    visitors.expect_complaint("Service Worker registration blocked")
    page = visitors.enter(admins[0], service_workers="block")  # what goes by it no driver holds back

    def hold(_route: Route) -> None:
        """Until it is not asked any more."""

    page.route("**/pictures/**", hold)
    page.goto(f"/dashboard/print?ids={pictured['id']}&as=sheet", wait_until="domcontentloaded")
    page.evaluate("() => { window.print = () => { document.body.dataset.printed = document.readyState; }; }")
    button = page.locator("[data-print]")
    button.click()
    expect(button).to_have_text("Les visuels arrivent…")
    expect(page.locator("body[data-printed]")).to_have_count(0)
    page.unroute("**/pictures/**", hold)  # which lets go of those that it holds
    expect(page.locator("body[data-printed=complete]")).to_have_count(1)
    expect(button).to_have_text("Imprimer")
