"""The dashboard in a real browser, what reaches all screens on both databases."""

import re

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.conftest import StartServer
from tests.support.browser import Visitors, launch
from tests.support.client import CART, Client
from tests.support.matrix import ON_BOTH
from tests.support.server import ADMIN, Shop

Admins = tuple[Client, Client]
EVIL = "<script>alert(1)</script>"


@ON_BOTH
@pytest.mark.smoke
def test_an_order_appears_on_every_open_dashboard(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    screens = [visitors.enter(admin) for admin in admins]
    pending, today = (int(screens[0].locator(f"#count-{name}").inner_text()) for name in ("pending", "today"))
    order = shop.client().place()
    for screen in screens:
        row = screen.locator("#orders tr").first
        expect(row).to_have_id(f"order-{order['id']}")
        expect(row).to_have_class("fresh")
        expect(row).to_contain_text(re.compile(r"Awa Diop.*CMD\d+.*En attente.*49,80.€.*2 × T-shirt Baobab", re.DOTALL))
        expect(screen.locator(f"#order-{order['id']}")).to_have_count(1)
        expect(screen.locator("#notice")).to_have_text(f"Nouvelle commande {order['orderNumber']} Awa Diop · 49,80 €")
        expect(screen.locator("#announcer")).to_have_text(f"Nouvelle commande {order['orderNumber']}")
        expect(screen.locator("#count-pending")).to_have_text(str(pending + 1))
        expect(screen.locator("#count-today")).to_have_text(str(today + 1))


@ON_BOTH
def test_a_change_of_status_follows_everywhere_and_is_no_news_to_who_made_it(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    order = shop.client().place()
    path = f"/dashboard/orders/{order['id']}"
    actor, other = visitors.enter(admins[0], path), visitors.enter(admins[1], path)
    lists = [visitors.enter(admin) for admin in admins]
    actor.get_by_role("button", name="Confirmer").click()
    for page in (actor, other):
        expect(page.locator("#order > header .status")).to_have_text("Confirmée")
        expect(page.locator(".history > ol > li").last).to_contain_text("par Admin PrintAlma")
        expect(page.get_by_role("button", name="Mettre en traitement")).to_be_visible()
    for page in lists:
        expect(page.locator(f"#order-{order['id']} .status")).to_have_text("Confirmée")
        expect(page.locator(f"#order-{order['id']}")).to_have_count(1)
    told = f"{order['orderNumber']} : Confirmée par Admin PrintAlma"
    for page in (other, lists[1]):
        expect(page.locator("#notice")).to_have_text(told)
    later = shop.client().place()
    for page in (actor, lists[0]):  # what came before the later toast has been decided by now
        expect(page.locator("#notice")).to_have_text(re.compile(later["orderNumber"]))


def test_the_end_of_an_order_is_asked_twice(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}")
    page.get_by_role("button", name="Annuler…").click()
    page.get_by_role("button", name="Ne rien changer").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("#note").fill("Doublon")
    page.get_by_role("button", name="Annuler…").click()
    page.get_by_role("radio", name="Commande en double").check()
    page.get_by_role("button", name="Oui, annuler").click()
    expect(page.locator("#order > header .status")).to_have_text("Annulée")
    expect(page.locator(".history > ol > li").last).to_contain_text("Motif : Commande en double")
    expect(page.locator(".history > ol > li").last).to_contain_text("Doublon")
    expect(page.locator("#note")).to_have_value("")
    expect(page.locator("#order button[name=status]")).to_have_count(0)


def test_a_half_typed_note_and_the_focus_survive_a_push(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}")
    note = page.get_by_label("Note interne")
    note.press_sequentially("Encre blche")
    for _ in "che":
        note.press("ArrowLeft")
    admins[1].patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    expect(page.locator("#order > header .status")).to_have_text("Confirmée")
    expect(note).to_be_focused()
    page.keyboard.type("an")
    expect(note).to_have_value("Encre blanche")
    page.get_by_role("button", name="Mettre en traitement").click()
    expect(page.locator(".history > ol > li").last).to_contain_text("Encre blanche")


@pytest.mark.smoke
def test_markup_in_what_a_customer_writes_is_text(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    page = visitors.enter(admins[0])
    names = CART["shippingDetails"] | {"firstName": EVIL, "city": "<b>Dakar"}
    items = [{"productId": 1, "quantity": 1, "size": "<i>M", "color": "</td>"}]
    order = shop.client().place(shippingDetails=names, notes=f"</textarea>{EVIL}", orderItems=items)
    row = page.locator(f"#order-{order['id']}")
    expect(row.locator(".customer")).to_have_text(f"{EVIL} Diop <b>Dakar")
    page.goto(f"/dashboard/orders/{order['id']}")
    admins[1].patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED", "notes": EVIL})
    expect(page.locator(".history > ol > li").last).to_contain_text(EVIL)
    expect(page.locator("blockquote")).to_have_text(f"</textarea>{EVIL}")
    expect(page.locator(".options")).to_have_text("<i>M</td>")
    assert page.locator("body script").count() == 0


def test_an_order_that_moved_meanwhile_is_explained(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}", java_script_enabled=False)
    admins[1].patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    page.get_by_role("button", name="Confirmer").click()
    expect(page.locator(".flash")).to_have_text(re.compile(r"Confirmée par Fatou Sow il y a \d+ s\."))
    expect(page.locator("#order > header .status")).to_have_text("Confirmée")


@pytest.mark.smoke
def test_everything_works_without_javascript(shop: Shop, visitors: Visitors) -> None:
    page = visitors.enter(None, java_script_enabled=False)
    _sign_in(page, *ADMIN)
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "30"  # seconds: it reloads by itself
    order = shop.client().place()
    page.reload()
    expect(page.locator(".live")).to_be_hidden()
    page.get_by_role("row", name=order["orderNumber"]).get_by_role("link", name="Awa Diop").click()
    page.get_by_label("Note interne").fill("Sans script")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.locator("#order > header .status")).to_have_text("Confirmée")
    expect(page.locator(".history > ol > li").last).to_contain_text("Sans script")
    page.get_by_role("button", name="Menu de").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page).to_have_url(f"{shop.url}/login")


def test_signing_in(shop: Shop, visitors: Visitors) -> None:
    order = shop.client().place()
    page = visitors.enter(None, f"/dashboard/orders/{order['id']}")
    visitors.expect_complaint("401")
    _sign_in(page, ADMIN[0], "not my password")
    expect(page.get_by_role("alert")).to_have_text("Email ou mot de passe incorrect")
    expect(page.get_by_label("Adresse e-mail")).to_have_value(ADMIN[0])
    expect(page.get_by_label("Mot de passe")).to_be_focused()
    _sign_in(page, *ADMIN)
    expect(page.get_by_role("heading", level=1)).to_have_text(order["orderNumber"])


def test_a_page_learns_that_its_session_is_over(shop: Shop, visitors: Visitors) -> None:
    admin = shop.admin()
    page = visitors.enter(admin)
    visitors.expect_complaint("status of 401")  # whatever the page still asks for
    admin.post("/auth/logout")
    expect(page.locator("#session-over")).to_be_visible()
    expect(page.locator("#offline")).to_be_hidden()
    page.get_by_role("link", name="Se reconnecter").click()
    expect(page.get_by_label("Mot de passe")).to_be_visible()


def test_a_page_says_that_it_is_offline_and_catches_up(
    database: str, start_server: StartServer, visitors: Visitors
) -> None:
    visitors.expect_complaint("ERR_CONNECTION_REFUSED|WebSocket connection to|htmx:ws:error")
    server, other = start_server(database), start_server(database)
    page = visitors.enter(server.admin())
    expect(page.locator(".live")).to_be_visible()
    server.stop()
    missed = other.client().place()
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator(".live")).to_be_hidden()
    server.start()
    expect(page.locator(f"#order-{missed['id']}")).to_have_count(1)
    expect(page.locator("#offline")).to_be_hidden()


@pytest.mark.parametrize("keeps", [False, True], ids=["drops", "keeps"])
def test_back_shows_what_came_meanwhile(keeps: bool, shop: Shop, admins: Admins, driver: Playwright) -> None:
    """Chromium may keep a page as it was; drivers switch that off unless told not to."""
    browser = launch(driver, keeps_pages=keeps)
    visitors = Visitors(browser, shop.url)
    first = shop.client().place()
    page = visitors.enter(admins[0])
    page.get_by_role("link", name=first["orderNumber"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(first["orderNumber"])
    meanwhile = shop.client().place()
    admins[1].patch(f"/orders/{first['id']}/status", {"status": "CONFIRMED"})
    page.go_back(wait_until="commit")
    expect(page.locator("#orders tr").first).to_have_id(f"order-{meanwhile['id']}")
    expect(page.locator(f"#order-{first['id']} .status")).to_have_text("Confirmée")
    visitors.leave()
    browser.close()


def _sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("button", name="Se connecter").click()
