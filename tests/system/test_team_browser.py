"""The owner's pages in a real Chromium: a newcomer joins, two admins count stock, a look is chosen."""

import io
import re

from PIL import Image
from playwright.sync_api import expect

from tests.support.browser import Visitors
from tests.support.client import Client
from tests.support.matrix import ON_POSTGRES
from tests.support.server import Shop

pytestmark = ON_POSTGRES
Admins = tuple[Client, Client]


def test_who_is_invited_joins_and_who_is_put_out_sees_it(admins: Admins, visitors: Visitors) -> None:
    host = visitors.enter(admins[0], "/dashboard/team", permissions=["clipboard-read", "clipboard-write"])
    host.get_by_label("Pour qui ?").fill("Moussa")
    host.get_by_role("button", name="Créer le lien").click()
    host.get_by_role("button", name="Copier").click()
    expect(host.get_by_role("button", name="Copié")).to_be_visible()
    link = host.evaluate("navigator.clipboard.readText()")
    assert link == host.locator("#link").text_content()
    guest = visitors.enter(None, link)
    for label, value in (("Prénom", "Moussa"), ("Nom de famille", "Fall"), ("Adresse e-mail", "moussa@example.org")):
        guest.get_by_label(label, exact=True).fill(value)
    guest.get_by_label("Mot de passe").fill("a long passphrase")
    guest.get_by_role("button", name="Rejoindre l'équipe").click()
    expect(guest.locator("body[data-line=open]")).to_be_visible()
    host.reload()
    row = host.get_by_role("row", name=re.compile("Moussa Fall"))
    row.get_by_role("button", name="Désactiver").click()
    expect(host.get_by_text("Accès fermé")).to_be_visible()
    expect(guest.locator("#session-over")).to_be_visible()


def test_two_admins_count_stock_while_orders_come(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    one, other = (visitors.enter(who, "/dashboard/products") for who in admins)
    for page in (one, other):
        expect(page.locator("body[data-line=open]")).to_be_visible()
    typed = one.get_by_label("Stock de Casquette Pirogue", exact=True)
    before = int(typed.input_value())
    typed.fill(str(before + 20))
    shop.client().place(orderItems=[{"productId": 6, "quantity": 2}])
    shown = other.get_by_label("Stock de Casquette Pirogue", exact=True)
    expect(shown).to_have_value(str(before - 2))
    expect(typed).to_be_focused()
    expect(typed).to_have_value(str(before + 20))
    # The count was begun from what was shown then: the order that came meanwhile stays counted.
    expect(one.locator("#stock-6 [name=was]")).to_have_value(str(before))
    one.keyboard.press("Enter")
    expect(shown).to_have_value(str(before + 18))


def test_a_look_is_chosen_for_this_device(admins: Admins, visitors: Visitors) -> None:
    page = visitors.enter(admins[0], "/dashboard/products", color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name=re.compile("^Menu de")).click()
    page.get_by_role("button", name="Sombre").click()
    expect(page.get_by_role("heading", name="Produits")).to_be_visible()
    assert page.evaluate(paper) != light
    page.goto("/dashboard/team")
    assert page.evaluate(paper) != light


def test_a_photograph_of_a_product_is_made_smaller_and_shown(admins: Admins, visitors: Visitors) -> None:
    file = io.BytesIO()
    Image.effect_noise((2400, 1800), 120).save(file, "JPEG", quality=95)
    photograph = file.getvalue()
    assert len(photograph) > 1_100_000, "more than a form may have"
    page = visitors.enter(admins[0], "/dashboard/products/2")
    file_field = page.get_by_label("Image du produit")
    file_field.set_input_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photograph})
    page.get_by_role("button", name="Ajouter la photo").click()
    shown = page.get_by_role("img", name=re.compile("Photo de "))
    expect(shown).to_have_js_property("complete", value=True)
    assert shown.evaluate("(image) => image.naturalWidth") == 1200
    page.goto("/dashboard/orders/new")
    offered = page.locator("#known-products option[data-picture]").get_attribute("value")
    assert offered
    typed = page.get_by_label("Produit ou nom de l'article").first
    picture = page.locator(".entry fieldset img").first
    expect(picture).to_be_hidden()
    typed.fill(offered)
    expect(picture).to_be_visible()
    typed.fill("Autre chose")
    expect(picture).to_be_hidden()


def test_a_file_too_large_sent_without_scripts_says_so_and_leads_back(admins: Admins, visitors: Visitors) -> None:
    visitors.expect_complaint("413")
    page = visitors.enter(admins[0], "/dashboard/products/new", java_script_enabled=False)
    page.get_by_label("Nom", exact=True).fill("Sac Goudiry")
    page.get_by_label("Prix (EUR)").fill("12")
    page.get_by_label("Image du produit").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": bytes(3_000_000)}
    )
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Ce fichier est trop lourd : 1 Mo au plus")).to_be_visible()
    page.get_by_role("link", name="Revenir au formulaire").click()
    expect(page.get_by_label("Nom", exact=True)).to_be_visible()
