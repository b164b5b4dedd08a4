"""An order's page in a real browser: worked through by keys alone, by two admins at once, and copied from."""

import re

from playwright.sync_api import Page, expect

from tests.support.browser import Visitors
from tests.support.client import CART, Client
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

pytestmark = ON_SQLITE
Admins = tuple[Client, Client]


def test_a_list_is_worked_through_by_keys_alone(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    orders = [shop.client().place(paymentMethod="OTHER") for _ in range(3)]
    page = visitors.enter(admins[0], f"/dashboard/orders/{orders[2]['id']}?list=payment%3DOTHER%26status%3DPENDING")
    for order in orders[:0:-1]:
        expect(page.get_by_role("heading", level=1)).to_have_text(order["orderNumber"])
        page.keyboard.press("c")
        expect(page.get_by_role("button", name="Confirmer")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#order > header .status")).to_have_text("Confirmée")
        page.keyboard.press("j")
        expect(page).not_to_have_url(re.compile(f"/orders/{order['id']}"))
    expect(page.get_by_role("heading", level=1)).to_have_text(orders[0]["orderNumber"])
    expect(page.locator("#way [rel]")).to_have_count(0)  # the others have left this list
    page.keyboard.press("n")
    page.keyboard.type("jk? stays text")
    expect(page.locator("#note")).to_have_value("jk? stays text")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".history li").last).to_contain_text("jk? stays text")
    expect(page.locator("#note")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Raccourcis clavier")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(rf"/dashboard\?status=PENDING&payment=OTHER#order-{orders[0]['id']}$"))
    expect(page.locator("#orders tr")).to_have_count(1)


def test_neighbours_are_those_of_the_list(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    orders = [shop.client().place() for _ in range(3)]
    page = visitors.enter(admins[0], f"/dashboard/orders/{orders[1]['id']}")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text(orders[0]["orderNumber"])
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=1)).to_have_text(orders[1]["orderNumber"])
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", level=1)).to_have_text(orders[2]["orderNumber"])
    page.goto(f"/dashboard/orders/{orders[1]['id']}?list=sort%3Doldest")
    page.get_by_role("link", name="Suivante").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(orders[2]["orderNumber"])
    page.goto(f"/dashboard/orders/{orders[1]['id']}?list=%3Cscript%3E%26status%3DLOST%26after%3D%00")
    expect(page.locator("#way .back")).to_have_attribute("href", f"/dashboard#order-{orders[1]['id']}")


def test_two_admins_see_each_others_doings_and_lose_no_word(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    path = f"/dashboard/orders/{order['id']}"
    awa, fatou = visitors.enter(admins[0], path), visitors.enter(admins[1], path)
    fatou.locator("#note").fill("À moitié écr")
    awa.locator("#note").fill("Le client passe à 18 h")
    awa.get_by_role("button", name="Ajouter la note").click()
    for page in (awa, fatou):
        line = page.locator(".history li.note")
        expect(line).to_contain_text("Note interne par Admin PrintAlma")
        expect(line.locator(".message")).to_have_text("Le client passe à 18 h")
    expect(awa.locator("#note")).to_have_value("")
    expect(fatou.locator("#note")).to_have_value("À moitié écr")
    expect(fatou.locator("#notice")).to_be_hidden()
    _stale(fatou)
    awa.get_by_role("button", name="Confirmer").click()
    expect(fatou.locator("#order > header .status")).to_have_text("Confirmée")
    visitors.expect_complaint("409")
    _stale(fatou)
    fatou.get_by_role("button", name="Mettre en traitement").click()
    expect(fatou.get_by_role("alert")).to_contain_text("Confirmée par Admin PrintAlma il y a")
    expect(fatou.locator("#note")).to_have_value("À moitié écr")
    fatou.get_by_role("button", name="Mettre en traitement").click()
    for page in (awa, fatou):
        expect(page.locator(".history li.processing .message")).to_have_text("À moitié écr")
    expect(fatou.get_by_role("alert")).to_have_count(0)
    visitors.expect_complaint("400")
    awa.get_by_role("button", name="Ajouter la note").click()
    expect(awa.get_by_role("alert")).to_contain_text("Note interne : Ce champ est obligatoire")


def _stale(page: Page) -> None:
    """As if the page had not yet heard of the last change."""
    page.locator("#moves [name=version]").evaluate("field => field.value = '1'")


def test_what_is_copied_is_said(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    details = CART["shippingDetails"] | {"postalCode": "11000", "apartment": "Porte 4", "company": "Atelier <Ñ>"}
    order = shop.client().place(shippingDetails=details, phoneNumber="+221 77 123 45 67")
    page = visitors.enter(
        admins[0], f"/dashboard/orders/{order['id']}", permissions=["clipboard-read", "clipboard-write"]
    )
    whole = "Awa Diop\nAtelier <Ñ>\n12 rue Félix Faure\nPorte 4\n11000 Dakar\nSénégal"
    for name, said, text in (
        ("Copier l'adresse entière", "Adresse copiée", whole),
        ("Copier la rue", "Rue copiée", "12 rue Félix Faure, Porte 4"),
        ("Copier la ville", "Ville copiée", "11000 Dakar"),
        ("Copier le téléphone", "Téléphone copié", "+221 77 123 45 67"),
        ("Copier l'e-mail", "E-mail copié", "awa@example.org"),
    ):
        button = page.get_by_role("button", name=name)
        button.click()
        expect(button).to_have_class(re.compile("copied"))
        expect(page.locator("#announcer")).to_have_text(said)
        assert page.evaluate("navigator.clipboard.readText()") == text
    expect(page.locator(".copied")).to_have_count(0)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")  # as over plain HTTP
    page.get_by_role("button", name="Copier le nom").click()
    expect(page.locator("#announcer")).to_have_text("Nom copié")
    assert page.evaluate("navigator.clipboard.readText()") == "Awa Diop"
    for link in ("tel:+221771234567", "mailto:awa@example.org", "https://wa.me/221771234567"):
        expect(page.locator(f'.contact a[href="{link}"]')).to_be_visible()


def test_without_javascript_nothing_useless_is_shown(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}?list=q%3Dawa", java_script_enabled=False)
    expect(page.locator("[data-text]").locator("visible=true")).to_have_count(0)
    expect(page.get_by_role("button", name="Raccourcis")).to_have_count(0)
    page.get_by_label("Note interne").fill("Sans script")
    page.get_by_role("button", name="Ajouter la note").click()
    expect(page.locator(".history li.note")).to_contain_text("Sans script")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.locator("#order > header .status")).to_have_text("Confirmée")
    expect(page).to_have_url(re.compile(r"\?list=q%3Dawa$"))
