"""The orders list as a place to work in: searching, ticking, moving, by mouse and by keyboard, while orders come in."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.conftest import NewDatabase, StartServer
from tests.support.browser import PHONE, Visitors
from tests.support.client import CART, Client
from tests.support.server import Shop

# The page is the same on either database.
pytestmark = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.matrix)], indirect=True
)
Admins = tuple[Client, Client]


def place(shop: Shop, name: str = "Awa", **changes: Any) -> dict[str, Any]:
    return shop.client().place(shippingDetails=CART["shippingDetails"] | {"firstName": name}, **changes)


def row(page: Page, order: dict[str, Any]) -> Locator:
    return page.locator(f"#order-{order['id']}")


def tick(page: Page, order: dict[str, Any], **how: Any) -> None:
    page.get_by_role("checkbox", name=order["orderNumber"]).click(**how)


def chip(page: Page, status: str) -> Locator:
    return page.get_by_role("navigation", name="Filtrer par statut").get_by_role("link", name=status)


def open_filters(page: Page) -> None:
    page.get_by_role("button", name="Filtres").click()
    expect(page.get_by_label("Tri")).to_be_visible()


def test_a_search_follows_the_typing_and_one_step_back_undoes_it(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    wanted, other = place(shop, "Zéphyrine"), place(shop)
    page = visitors.enter(admins[0])
    search = page.get_by_label("Rechercher une commande")
    search.press_sequentially("zéph", delay=60)
    expect(row(page, other)).to_have_count(0)
    search.press_sequentially("yrin", delay=60)
    expect(page).to_have_url(re.compile(r"/dashboard\?q=z%C3%A9phyrin$"))
    expect(row(page, wanted)).to_have_count(1)
    expect(page.locator("#total")).to_have_text("1 commande")
    expect(page.locator("#announcer")).to_have_text("1 commande")
    expect(search).to_be_focused()
    assert page.locator("#files a").first.get_attribute("href") == "/dashboard/orders.csv?q=z%C3%A9phyrin"
    page.go_back()
    expect(page).to_have_url(re.compile(r"/dashboard$"))
    expect(search).to_have_value("")
    expect(row(page, other)).to_have_count(1)
    page.go_forward()
    expect(search).to_have_value("zéphyrin")
    expect(row(page, other)).to_have_count(0)
    search.fill("nulle part")
    expect(page.locator(".empty")).to_contain_text("Rien pour « nulle part ».")
    page.locator(".empty").get_by_role("link", name="Effacer les filtres").click()
    expect(search).to_have_value("")
    expect(row(page, other)).to_have_count(1)


def test_answers_that_overtake_each_other_are_put_right(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    wanted, other = place(shop, "Yolande"), place(shop, "Yaba")
    page = visitors.enter(admins[0])
    slow: list[Route] = []

    def keep_waiting(route: Route) -> None:
        slow.append(route)

    page.route("**/dashboard?q=Ya", keep_waiting)
    search = page.get_by_label("Rechercher une commande")
    with page.expect_request("**/dashboard?q=Ya"):
        search.fill("Ya")
    search.fill("Yola")
    expect(row(page, other)).to_have_count(0)
    for route in slow:
        route.fulfill(body='<hx-partial hx-target="#list" hx-swap="innerHTML">late</hx-partial>')
    search.press("Enter")
    expect(row(page, wanted)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=Yola$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/dashboard$"))


def test_what_is_half_typed_survives_what_is_pushed(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    place(shop)  # the first order of a shop redraws the page, search and all
    page = visitors.enter(admins[0], "/dashboard?status=PENDING")
    search = page.get_by_label("Rechercher une commande")
    for letter in "Xénia":
        order = place(shop, "Xénia")  # what comes in after the search of the last letter would wait above its list
        search.press_sequentially(letter)
    expect(page.locator("#count-pending")).to_have_text(str(pending(admins[0])))
    expect(search).to_be_focused()
    expect(search).to_have_value("Xénia")
    expect(row(page, order)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=X%C3%A9nia&status=PENDING$"))


def test_filters_add_up_and_are_cleared_at_once(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    cash, paid = place(shop, "Ursule"), place(shop, "Ursule", paymentMethod="PAYTECH")
    gone = place(shop, "Ursule", paymentMethod="PAYTECH")
    admins[1].patch(f"/orders/{gone['id']}/status", {"status": "REJECTED"})
    page = visitors.enter(admins[0], "/dashboard?q=Ursule")
    chip(page, "En attente").click()
    expect(row(page, gone)).to_have_count(0)
    chip(page, "Rejetée").click(modifiers=["Control"])
    expect(row(page, gone)).to_have_count(1)
    open_filters(page)
    page.get_by_label("Paiement").select_option("PayTech")
    expect(row(page, cash)).to_have_count(0)
    by_words = page.get_by_label("Tri").locator("optgroup")
    expect(by_words).to_have_attribute("label", "Une recherche est triée par date")
    expect(by_words.locator("option:disabled")).to_have_count(7)
    page.get_by_label("Tri").select_option("Plus anciennes")
    expect(page.locator("#orders tr").first).to_have_id(f"order-{paid['id']}")
    page.get_by_label("Période").select_option("Hier")
    expect(page.locator("#orders tr")).to_have_count(0)
    page.get_by_label("Période").select_option("Du … au …")
    expect(page.get_by_label("Du", exact=True)).to_be_focused()
    page.get_by_label("Du", exact=True).fill("2020-01-01")
    expect(page.locator("#orders tr")).to_have_count(2)
    page.get_by_label("Par page").select_option("100")
    statuses, period = "status=PENDING&status=REJECTED", "period=custom&from=2020-01-01"
    expected = f"/dashboard?q=Ursule&{statuses}&{period}&payment=PAYTECH&sort=oldest&size=100"
    expect(page).to_have_url(f"{shop.url}{expected}")
    page.reload()
    expect(page.get_by_label("Tri")).to_have_value("oldest")
    expect(page.locator(".chosen")).to_have_text(["2020-01-01 – …", "PayTech"])
    page.get_by_role("link", name="Effacer les filtres").click()
    expect(page).to_have_url(re.compile(r"/dashboard\?sort=oldest&size=100$"))
    expect(by_words).to_have_count(0)
    expect(page.get_by_label("Paiement")).to_have_value("")
    page.go_back()
    expect(page.get_by_label("Paiement")).to_have_value("PAYTECH")
    page.keyboard.press("Escape")
    expect(page.locator("#counters [aria-disabled]")).to_have_count(0)  # the chosen filters have moved them
    page.locator("#count-to_prepare").click()
    expect(page).to_have_url(re.compile(r"/dashboard\?status=CONFIRMED&status=PROCESSING$"))


def test_the_socket_follows_the_filter_the_page_has_come_to(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    place(shop)
    page = visitors.enter(admins[0])
    expect(page.locator(".live")).to_be_visible()
    page.get_by_label("Rechercher une commande").fill("Wassila")
    expect(page.locator(".empty")).to_be_visible()
    other, wanted = place(shop), place(shop, "Wassila")
    expect(page.locator("#pill")).to_have_text("1 nouvelle commande")
    expect(page.locator("#orders tr")).to_have_count(0)
    page.locator("#pill").click()
    expect(row(page, wanted)).to_have_count(1)
    expect(page.locator("#pill")).to_be_hidden()
    chip(page, "En attente").click()
    expect(page).to_have_url(re.compile("status=PENDING"))
    admins[1].patch(f"/orders/{wanted['id']}/status", {"status": "CONFIRMED"})
    expect(row(page, wanted)).to_contain_text("Ne correspond plus au filtre")
    for _ in range(2):
        page.go_back()
    expect(row(page, other)).to_have_count(1)
    expect(row(page, place(shop))).to_have_class("fresh")


def test_a_list_for_each_letter_costs_no_line(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    place(shop)
    page = visitors.enter(admins[0])
    lost: list[str] = []
    page.on("websocket", lambda line: line.on("close", lambda closed: lost.append(closed.url)))
    page.reload()
    search = page.get_by_label("Rechercher une commande")
    search.press_sequentially("Bartholoméa Mbengue-Sall", delay=400)  # a slow hand: each letter is a search
    search.fill("Bartholoméa")
    expect(page.locator(".empty")).to_contain_text("Rien pour « Bartholoméa ».")
    place(shop, "Bartholoméa")
    expect(page.locator("#pill")).to_have_text("1 nouvelle commande")
    assert lost == []


@pytest.mark.smoke
def test_one_click_moves_an_order_for_everybody(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = place(shop)
    mine, theirs = (visitors.enter(admin) for admin in admins)
    row(mine, order).get_by_role("button", name="Confirmer").click()
    for page in (mine, theirs):
        expect(row(page, order).locator(".status")).to_have_text("Confirmée")
        expect(row(page, order).get_by_role("button", name="Mettre en traitement")).to_be_visible()
    expect(mine.locator("#outcome")).to_contain_text(f"{order['orderNumber']} : Confirmée.")
    row(theirs, order).get_by_role("button", name="autres actions").click()
    menu = theirs.locator("#row-menu")
    expect(menu.locator("[data-move]:visible")).to_have_text(
        ["Annuler…"]
    )  # a confirmed order can no longer be rejected
    menu.get_by_role("button", name="Annuler…").click()
    expect(theirs.get_by_role("dialog")).to_contain_text(f"Annuler la commande {order['orderNumber']} ?")
    theirs.get_by_role("radio", name="Rupture de stock").check()
    theirs.get_by_role("button", name="Oui, annuler").click()
    for page in (mine, theirs):
        expect(row(page, order).locator(".status")).to_have_text("Annulée")
        expect(row(page, order).locator(".do button")).to_have_count(1)
    expect(theirs.get_by_role("dialog")).to_be_hidden()


def test_who_was_faster_is_told_by_name(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = place(shop)
    page = visitors.enter(admins[0])
    before_it(page, lambda: admins[1].patch(f"/orders/{order['id']}/status", {"status": "REJECTED"}))
    row(page, order).get_by_role("button", name="Confirmer").click()
    told = page.locator("#outcome")
    expect(told).to_contain_text(re.compile(rf"{order['orderNumber']}\s+Rejetée par Fatou Sow il y a \d+ s\."))
    expect(row(page, order).locator(".status")).to_have_text("Rejetée")
    told.get_by_role("button", name="Fermer").click()
    expect(told).to_be_empty()


def test_a_range_is_moved_together_and_what_somebody_else_moved_is_ticked_no_more(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    orders = [place(shop) for _ in range(5)]
    admins[1].patch(f"/orders/{orders[2]['id']}/status", {"status": "CONFIRMED"})
    page = visitors.enter(admins[0])
    tick(page, orders[0])
    tick(page, orders[4], modifiers=["Shift"])
    later = place(shop)
    expect(row(page, later)).to_have_count(1)
    bulk = page.locator("#bulk")
    expect(bulk.locator("p").first).to_have_text("5 sélectionnées")
    expect(bulk.get_by_role("button", name="Confirmer (4)")).to_be_visible()
    expect(bulk.get_by_role("button", name="Mettre en traitement (1)")).to_be_visible()
    expect(bulk.get_by_role("button", name="Marquer livrée")).to_be_hidden()
    ids = ",".join(str(order["id"]) for order in reversed(orders))
    bulk.get_by_role("button", name="Autres actions").click()
    paper = page.get_by_role("link", name="Bon de livraison").get_attribute("href") or ""
    assert paper.replace("%2C", ",").removeprefix(shop.url) == f"/dashboard/print?ids={ids}&as=slip"
    page.keyboard.press("Escape")
    before_it(page, lambda: admins[1].patch(f"/orders/{orders[3]['id']}/status", {"status": "REJECTED"}))
    bulk.get_by_role("button", name="Confirmer (4)").click()
    told = page.locator("#outcome")
    expect(told).to_contain_text("3 commandes passées à « Confirmée ».")
    expect(told).to_contain_text("1 commande n'a pas changé :")
    expect(told.get_by_role("listitem")).to_contain_text([f"{orders[3]['orderNumber']} Rejetée par Fatou Sow"])
    expect(bulk.locator("p").first).to_have_text("1 sélectionnée")  # the one that was not meant
    for order, status in zip(orders, ("Confirmée", "Confirmée", "Confirmée", "Rejetée", "Confirmée"), strict=True):
        expect(row(page, order).locator(".status")).to_have_text(status)
    for order, ticked in zip(orders, (False, False, True, False, False), strict=True):
        expect(row(page, order).get_by_role("checkbox")).to_be_checked(checked=ticked)
    page.get_by_role("button", name="Tout désélectionner").click()
    expect(bulk).to_be_hidden()


def test_several_are_ended_only_after_a_question(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    orders = [place(shop, "Vianney") for _ in range(2)]
    page = visitors.enter(admins[0], "/dashboard?q=Vianney")
    page.get_by_role("checkbox", name="Sélectionner toutes").click()
    menu = page.get_by_role("button", name="Autres actions pour la sélection")
    menu.click()
    page.get_by_role("button", name="Rejeter… (2)").click()
    page.get_by_role("button", name="Ne rien changer").click()
    for order in orders:
        expect(row(page, order).locator(".status")).to_have_text("En attente")
    menu.click()
    page.get_by_role("button", name="Annuler… (2)").click()
    expect(page.get_by_role("dialog")).to_contain_text("Annuler 2 commandes ?")
    page.get_by_role("radio", name="Rupture de stock").check()
    page.get_by_role("button", name="Oui, annuler").click()
    for order in orders:
        expect(row(page, order).locator(".status")).to_have_text("Annulée")
    expect(page.locator("#bulk")).to_be_hidden()


def test_a_keyboard_is_all_it_takes(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    for _ in range(20):
        shop.client().place()  # a page that is too short to scroll cannot hold a row in its place
    orders = [place(shop, "Tidiane") for _ in range(4)][::-1]
    page = visitors.enter(admins[0])
    expect(page.locator(".live")).to_be_visible()
    press(page, "j", "j", "k", "j", "j")
    cursor = row(page, orders[2]).get_by_role("link")
    expect(cursor).to_be_focused()
    at = row(page, orders[2]).bounding_box()
    arrived = place(shop)
    expect(row(page, arrived)).to_have_count(1)
    expect(cursor).to_be_focused()
    assert row(page, orders[2]).bounding_box() == at, "a row that arrives moves the one at hand"
    press(page, "x", "k", "k", "X")
    expect(page.locator("#bulk p").first).to_have_text("3 sélectionnées")
    admins[1].patch(f"/orders/{orders[0]['id']}/status", {"status": "CONFIRMED"})
    expect(row(page, orders[0]).locator(".status")).to_have_text("Confirmée")
    expect(row(page, orders[0]).get_by_role("link")).to_be_focused()
    expect(row(page, orders[0]).get_by_role("checkbox")).not_to_be_checked()  # it was ticked as it was
    press(page, "Control+k", "Alt+x", "?")
    expect(page.get_by_role("dialog")).to_contain_text("Cocher ou décocher la commande")
    press(page, "x", "j", "Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#bulk p").first).to_have_text("2 sélectionnées")
    press(page, "Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    press(page, "/")
    page.keyboard.type("xj/k?")
    expect(page.get_by_label("Rechercher une commande")).to_have_value("xj/k?")
    expect(page).to_have_url(re.compile(r"\?q=xj%2Fk%3F$"))
    page.get_by_label("Rechercher une commande").fill("Tidiane")
    page.keyboard.press("Enter")
    expect(page.locator("#orders tr")).to_have_count(4)
    page.get_by_label("Rechercher une commande").blur()
    press(page, "j", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(orders[0]["orderNumber"])
    assert page.url.endswith(f"/dashboard/orders/{orders[0]['id']}?list=q%3DTidiane")


@pytest.mark.smoke
def test_with_a_thumb(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = place(shop)
    page = visitors.enter(admins[0], viewport=PHONE, has_touch=True, is_mobile=True)
    button = row(page, order).get_by_role("button", name="Confirmer")
    box = button.bounding_box()
    assert box is not None
    assert box["width"] > PHONE["width"] / 3
    assert box["height"] >= 44
    button.tap()
    expect(row(page, order).locator(".status")).to_have_text("Confirmée")
    row(page, order).get_by_role("button", name="autres actions").tap()
    assert page.locator("#row-menu").evaluate("menu => menu.getBoundingClientRect().x") == 0
    page.keyboard.press("Escape")
    expect(page.get_by_label("Tri")).to_be_hidden()
    page.get_by_role("button", name="Filtres").tap()
    page.get_by_label("Période").select_option("Hier")
    expect(page.locator("#orders tr")).to_have_count(0)
    page.get_by_label("Période").select_option("Aujourd'hui")
    expect(row(page, order)).to_have_count(1)
    page.get_by_role("button", name=re.compile(r"^Voir \d+ commande")).tap()
    expect(page.get_by_label("Tri")).to_be_hidden()
    expect(page.get_by_role("button", name="Filtres 1")).to_be_visible()
    row(page, order).get_by_role("checkbox").tap()
    expect(page.get_by_role("button", name="Mettre en traitement (1)")).to_be_visible()
    page.get_by_role("button", name="Sélectionner toutes").tap()
    expect(page.locator("#picked")).to_have_text(str(page.locator("#orders tr").count()))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_javascript(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    orders = [place(shop, "Siméon") for _ in range(3)]
    page = visitors.enter(admins[0], java_script_enabled=False)
    page.get_by_label("Rechercher une commande").fill("Siméon")
    page.keyboard.press("Enter")
    expect(page.locator("#orders tr")).to_have_count(3)
    chip(page, "En attente").click()
    expect(page).to_have_url(re.compile(r"\?q=Sim%C3%A9on&status=PENDING$"))
    row(page, orders[0]).get_by_role("button", name="Confirmer").click()
    expect(page.locator(".flash")).to_have_text("1 commande passée à « Confirmée ».")
    expect(page).to_have_url(re.compile(r"\?q=Sim%C3%A9on&status=PENDING$"))
    for order in orders[1:]:
        tick(page, order)
    page.locator("#bulk").get_by_role("button", name="Confirmer").click()
    expect(page.locator(".flash")).to_have_text("2 commandes passées à « Confirmée ».")
    open_filters(page)
    page.get_by_label("Période").select_option("Ce mois-ci")
    page.get_by_role("button", name="Filtrer", exact=True).click()
    expect(page).to_have_url(re.compile("period=month"))


def test_an_empty_shop_explains_itself(
    new_database: NewDatabase, start_server: StartServer, visitors: Visitors
) -> None:
    server = start_server(new_database())
    page = visitors.enter(server.admin(), f"{server.url}/dashboard", permissions=["clipboard-read", "clipboard-write"])
    expect(page.locator("#welcome pre")).to_contain_text(f"curl {server.url}/orders/guest")
    for control in (".filters", "#filters", "#total", "[data-keys]"):
        expect(page.locator(control)).to_be_hidden()
    expect(page.locator(".live")).to_be_visible()
    assert Axe().run(page, options={"resultTypes": ["violations"]}).violations_count == 0
    page.get_by_role("button", name="Copier").click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl http")
    page.get_by_role("button", name="Poster une commande d'essai").click()
    expect(page.locator("#orders tr")).to_have_count(1)
    expect(page.locator("#welcome")).to_be_hidden()
    page.locator("#orders a").first.click()
    expect(page.locator(".message").first).to_contain_text("Commande d'essai")


def test_the_first_order_of_a_shop_takes_the_place_of_the_explanation(
    new_database: NewDatabase, start_server: StartServer, visitors: Visitors
) -> None:
    server = start_server(new_database())
    page = visitors.enter(server.admin(), f"{server.url}/dashboard")
    expect(page.locator("#welcome")).to_be_visible()
    order = server.client().place()
    expect(row(page, order)).to_be_visible()
    expect(page.locator("#welcome")).to_be_hidden()
    expect(page.locator("#bar")).to_be_visible()
    expect(page.locator("#total")).to_have_text("1 commande")


def before_it(page: Page, act: Any) -> None:
    """Somebody else acts while the page's next move is on its way."""

    def meanwhile(route: Route) -> None:
        act()
        route.continue_()

    page.route("**/dashboard/orders/move", meanwhile, times=1)


def pending(admin: Client) -> int:
    found: int = admin.get("/orders/admin/statistics").data["pendingOrders"]
    return found


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
