"""Whatever is typed or pressed twice over a line of 400 ms acts once, and what is typed outlives a restart."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.accounts.people import PASSWORD, admin
from tests.conftest import StartServer
from tests.support import database as db
from tests.support.browser import Visitors
from tests.support.client import Client
from tests.support.gestures import SLOW, enter_live, slow_down
from tests.support.matrix import ON_SQLITE
from tests.support.server import Server, Shop
from tests.system.test_forms_browser import UNREACHABLE
from tests.system.test_whole_list import open_whole, place, statuses, tab

pytestmark = ON_SQLITE
Admins = tuple[Client, Client]
ANOTHER = "une autre phrase de passe"


@pytest.fixture
def own(database: str, start_server: StartServer) -> Server:
    """A shop that may be started anew."""
    return start_server(database)


@pytest.fixture
def guests(chromium: Browser, own: Shop) -> Iterator[Visitors]:
    found = Visitors(chromium, own.url)
    found.expect_complaint(UNREACHABLE)
    yield found
    found.leave()


def restart(server: Server) -> None:
    server.stop()
    server.start()


def events(shop: Shop, kind: str) -> int:
    return int(db.select(shop.database_url, "SELECT count(*) FROM events WHERE type = :kind", kind=kind)[0][0])


def told_of(shop: Shop, order: dict[str, Any]) -> int:
    """How often it was told who has an order."""
    rows = db.select(shop.database_url, "SELECT data FROM events WHERE type = 'OrderHoldersChanged'")
    found = [row.data if isinstance(row.data, dict) else json.loads(row.data) for row in rows]
    return sum(order["id"] in each["orders"] for each in found)


def slowly(visitors: Visitors, who: Client, path: str = "/dashboard") -> Page:
    page = enter_live(visitors, who, path)
    slow_down(page, SLOW)
    return page


def press_twice(button: Locator) -> None:
    button.dblclick(no_wait_after=True)


def test_an_order_is_taken_over_and_given_back_once(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    path = f"/dashboard/orders/{order['id']}"
    holder = enter_live(visitors, admins[1], path)
    expect(holder.locator("#attended")).to_contain_text("Vous vous en occupez", use_inner_text=True)
    page = slowly(visitors, admins[0], path)
    line = page.locator("#attended")
    expect(line).to_contain_text("Fatou Sow s'en occupe", use_inner_text=True)
    expect(holder.locator("#attended")).to_contain_text("Regarde aussi : Admin", use_inner_text=True)
    told = told_of(shop, order)
    press_twice(line.get_by_role("button", name="Prendre le relais"))
    expect(line).to_contain_text("Vous vous en occupez", use_inner_text=True)
    page.wait_for_load_state("networkidle")
    assert told_of(shop, order) == told + 1
    press_twice(line.get_by_role("button", name="Rendre"))
    expect(line).to_contain_text("Personne ne s'en occupe", use_inner_text=True)
    page.wait_for_load_state("networkidle")
    expect(line).to_contain_text("Personne ne s'en occupe", use_inner_text=True)
    assert told_of(shop, order) == told + 2


def test_rows_are_taken_by_a_key_pressed_twice(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    orders = place(shop, "Deux fois", 2)
    page = slowly(visitors, admins[0])
    for order in orders:
        page.locator(f"#order-{order['id']} .pick input").check()
    for _ in range(2):
        page.keyboard.press("p")
    for order in orders:
        expect(page.locator(f"#holder-{order['id']}")).to_have_text("Moi", use_inner_text=True)
    page.wait_for_load_state("networkidle")
    for order in orders:
        assert told_of(shop, order) == 1
        expect(page.locator(f"#holder-{order['id']}")).to_have_text("Moi", use_inner_text=True)


def test_a_view_is_saved_once_replaced_once_and_taken_back_once(own: Server, guests: Visitors) -> None:
    place(own, "Coumba", 1)
    page = slowly(guests, own.admin(), "/dashboard?q=Coumba")
    page.get_by_role("button", name="Enregistrer la vue").click()
    dialog = page.get_by_role("dialog", name="Enregistrer cette vue")
    dialog.get_by_label("Nom").fill("Coumba seule")
    restart(own)
    expect(dialog.get_by_label("Nom")).to_have_value("Coumba seule")
    for _ in range(2):
        page.keyboard.press("Enter")
    expect(tab(page, "Coumba seule")).to_have_attribute("aria-current", "true")
    assert events(own, "SavedViewsChanged") == 1
    page.goto("/dashboard?status=PENDING")
    page.get_by_role("button", name="Enregistrer la vue").click()
    dialog.get_by_text("Plutôt mettre à jour une vue").click()
    press_twice(dialog.get_by_role("button", name="Coumba seule"))
    back = page.get_by_role("button", name="Annuler la mise à jour de la vue")
    expect(back).to_be_visible()
    assert events(own, "SavedViewsChanged") == 2
    restart(own)
    for _ in range(2):
        page.keyboard.press("z")
    expect(page.get_by_text("La vue montre de nouveau ce qu'elle montrait.")).to_be_visible()
    expect(page).to_have_url(f"{own.url}/dashboard?q=Coumba")
    expect(tab(page, "Coumba seule")).to_have_attribute("aria-current", "true")
    assert events(own, "SavedViewsChanged") == 3


def test_a_whole_list_goes_on_over_a_restart(own: Server, guests: Visitors) -> None:
    orders = place(own, "Yacine", 120)
    boss = own.admin()
    page = slowly(guests, boss, "/dashboard?q=Yacine&size=20")
    dialog = open_whole(page, 120)
    dialog.get_by_role("button", name="Confirmer… (120)").click()
    press_twice(dialog.get_by_role("button", name="Commencer"))
    run = page.get_by_role("region", name="Confirmer 120 commandes")
    expect(run).to_contain_text(re.compile(r"(50|100) sur 120"))
    restart(own)
    expect(run).to_contain_text("120 sur 120 · Terminé.")
    expect(run).not_to_contain_text("refusée")
    assert statuses(boss, orders) == ["CONFIRMED"] * 120
    assert events(own, "OrderStatusChanged") == 120, "each once"


def test_all_of_a_list_is_printed_over_a_slow_line(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    place(shop, "Maguette", 21)
    page = slowly(visitors, admins[0], "/dashboard?q=Maguette&size=20")
    dialog = open_whole(page, 21)
    press_twice(dialog.get_by_role("button", name="Bon de livraison"))
    link = dialog.get_by_role("link", name="1 – 21")
    with page.context.expect_page() as opened:
        link.click()
    expect(opened.value.locator(".paper")).to_have_count(21)
    expect(dialog).to_contain_text("Ouverts : 1 sur 1.")
    expect(dialog.get_by_role("button", name="Fermer")).to_be_focused()


def test_a_product_and_its_photograph_over_a_restart(own: Server, guests: Visitors) -> None:
    photograph = io.BytesIO()
    Image.effect_noise((2400, 1800), 120).save(photograph, "JPEG", quality=95)
    page, there = slowly(guests, own.admin(), "/dashboard/products/new"), events(own, "ProductAdded")
    page.get_by_label("Nom").fill("Tasse lente")
    page.get_by_label("Prix").fill("x")
    page.get_by_label("Tailles").fill("S, M")
    file = page.get_by_label("Image du produit")
    file.set_input_files({"name": "no.png", "mimeType": "image/png", "buffer": b"no picture"})
    restart(own)
    save = page.get_by_role("button", name="Enregistrer")
    guests.expect_complaint("status of 400")
    press_twice(save)
    expect(page.get_by_text("Un montant est attendu")).to_be_visible()
    expect(page.get_by_text("Choisissez la photo encore une fois")).to_be_visible()
    page.get_by_label("Prix").fill("5")
    file.set_input_files({"name": "no.png", "mimeType": "image/png", "buffer": b"no picture"})
    press_twice(save)
    expect(file).to_have_attribute("aria-invalid", "true")
    for name, said in (("Nom", "Tasse lente"), ("Prix", "5"), ("Tailles", "S, M")):
        expect(page.get_by_label(name)).to_have_value(said)
    file.set_input_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photograph.getvalue()})
    press_twice(save)
    expect(page.get_by_role("link", name="Tasse lente")).to_have_count(1)
    expect(page.get_by_role("row").filter(has_text="Tasse lente").locator("img")).to_be_visible()
    assert events(own, "ProductAdded") == there + 1
    page.goto("/dashboard/products/new")
    expect(page.get_by_label("Nom")).to_have_value("")


def test_a_link_for_a_password_works_after_a_restart(own: Server, guests: Visitors) -> None:
    member = admin(own)
    host = slowly(guests, own.admin(), "/dashboard/team")
    row = host.get_by_role("row").filter(has_text=member.user["email"])
    press_twice(row.get_by_role("button", name="Faire un lien de mot de passe"))
    link = host.locator("main code")
    expect(link).to_contain_text("/password?token=")
    guest = guests.enter(None, link.inner_text())
    slow_down(guest, SLOW)
    guest.get_by_label("Nouveau mot de passe").fill(ANOTHER)
    restart(own)
    expect(guest.get_by_label("Nouveau mot de passe")).to_have_value(ANOTHER)
    press_twice(guest.get_by_role("button", name="Changer le mot de passe"))
    expect(guest.locator("body[data-line=open]")).to_be_visible()
    for word, status in ((PASSWORD, 401), (ANOTHER, 201)):
        said = {"email": member.user["email"], "password": word}
        assert own.client().post("/auth/login", said).status == status
