"""All orders of a list at once, status tabs and saved views, as people use them in a real Chromium."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.support.browser import PHONE, Visitors
from tests.support.client import CART, Client
from tests.support.server import Shop

Admins = tuple[Client, Client]


def place(shop: Shop, name: str, n: int) -> list[dict[str, Any]]:
    address = CART["shippingDetails"] | {"firstName": name}
    return [shop.client().place(shippingDetails=address) for _ in range(n)]


def statuses(who: Client, orders: list[dict[str, Any]]) -> list[str]:
    return [who.get(f"/orders/{order['id']}").data["status"] for order in orders]


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Filtrer par statut").get_by_role("link", name=name)


def open_whole(page: Page, n: int) -> Locator:
    page.locator("#all").check()
    page.get_by_role("button", name=re.compile("Toute la liste")).click()
    dialog = page.get_by_role("dialog", name="Toutes les commandes de la liste")
    expect(dialog.get_by_text(f"{n} commandes, telles qu'elles sont maintenant.")).to_be_visible()
    return dialog


def begin(dialog: Locator, act: str) -> None:
    dialog.get_by_role("button", name=act).click()
    dialog.get_by_role("button", name="Commencer").click()


def test_a_list_of_three_pages_is_moved_and_taken_back(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    orders = place(shop, "Tahirou", 45)
    page = visitors.enter(admins[0], "/dashboard?q=Tahirou&size=20")
    dialog = open_whole(page, 45)
    late = place(shop, "Tahirou", 1)
    admins[1].patch(f"/orders/{orders[7]['id']}/status", {"status": "REJECTED"})
    begin(dialog, "Confirmer… (45)")
    run = page.get_by_role("region", name="Confirmer 45 commandes")
    expect(run).to_contain_text("44 sur 45 · 1 refusée · Terminé.")
    expect(run.get_by_role("link", name=orders[7]["orderNumber"])).to_be_visible()
    expect(run).to_contain_text("Rejetée par Fatou Sow")
    assert statuses(admins[0], orders).count("CONFIRMED") == 44
    assert statuses(admins[0], late) == ["PENDING"], "what came later is not swept along"
    page.reload()
    page.locator("#run [role=status]").evaluate(
        "said => new MutationObserver(() => (window.heard ??= said.textContent)).observe(said, { childList: true })"
    )
    run.get_by_role("button", name="Annuler ces changements").click()
    back = page.get_by_role("region", name="Retour en arrière")
    expect(back).to_contain_text("44 sur 44 · Terminé.")
    assert page.evaluate("heard").startswith("Retour en arrière : 0 sur 44")
    assert statuses(admins[0], orders).count("PENDING") == 44
    back.get_by_role("button", name="Fermer").click()
    page.reload()
    expect(back).to_be_hidden()


def test_a_lost_answer_costs_nothing_and_who_stops_goes_on_later(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    orders = place(shop, "Ousseynou", 120)
    page = visitors.enter(admins[0], "/dashboard?q=Ousseynou")
    visitors.expect_complaint("ERR_")
    sent: list[str] = []

    def act_and_lose_the_first_answer(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.post_data or "")
        if len(sent) == 1:
            route.fetch()
            return route.abort()
        if len(sent) == 3:
            page.locator("#run [data-stop]").evaluate("button => button.click()")
        return route.continue_()

    page.route("**/dashboard/bulk", act_and_lose_the_first_answer)
    begin(open_whole(page, 120), "Confirmer… (120)")
    run = page.get_by_role("region", name="Confirmer 120 commandes")
    expect(run).to_contain_text("100 sur 120 · Arrêté.")
    assert sent[0] == sent[1], "the same piece again"
    assert statuses(admins[0], orders).count("CONFIRMED") == 100
    page.close()
    other = page.context.new_page()
    other.goto("/dashboard")
    run_of = other.get_by_role("region", name="Confirmer 120 commandes")
    expect(run_of).to_contain_text("100 sur 120")
    run_of.get_by_role("button", name="Reprendre").click()
    expect(run_of).to_contain_text("120 sur 120 · Terminé.")
    assert statuses(admins[0], orders).count("CONFIRMED") == 120


def test_one_reason_for_all_and_papers_by_the_hundred(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    orders = place(shop, "Penda", 22)
    page = visitors.enter(admins[0], "/dashboard?q=Penda&size=20")
    dialog = open_whole(page, 22)
    assert not Axe().run(page).response["violations"]
    file = dialog.get_by_role("link", name="Exporter (CSV)").first
    expect(file).to_have_attribute("href", re.compile(r"^/dashboard/orders\.csv\?q=Penda"))
    dialog.get_by_role("button", name="Bon de livraison").click()
    link = dialog.get_by_role("link", name="1 – 22")
    sizes = dialog.get_by_label("Papier")
    expect(sizes.locator("option:not([hidden])")).to_have_count(6)
    sizes.select_option(label="Étiquette 100 × 150")
    expect(link).to_have_attribute("href", re.compile(r"&paper=label$"))
    with page.context.expect_page() as opened:
        link.click()
    expect(opened.value.locator("body.on-label .paper")).to_have_count(22)
    opened.value.close()
    expect(dialog).to_contain_text("Ouverts : 1 sur 1.")
    ids = parse_qs(urlsplit(link.get_attribute("href") or "").query)["ids"][0]
    assert {int(one) for one in ids.split(",")} == {order["id"] for order in orders}
    dialog.get_by_role("button", name="Fermer").click()
    dialog = open_whole(page, 22)
    dialog.get_by_role("button", name="Annuler… (22)").click()
    dialog.get_by_role("button", name="Commencer").click()
    expect(dialog).to_be_visible()  # a reason is wanted
    dialog.get_by_label("Rupture de stock").check()
    dialog.get_by_role("button", name="Commencer").dblclick()
    expect(page.get_by_role("region", name="Annuler 22 commandes")).to_contain_text("22 sur 22 · Terminé.")
    assert statuses(admins[0], orders) == ["CANCELLED"] * 22


def test_a_click_switches_and_one_more_is_added(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    place(shop, "Ramatoulaye", 3)
    page = visitors.enter(admins[0], "/dashboard?q=Ramatoulaye")
    tab(page, "En attente").click()
    expect(page).to_have_url(re.compile(r"\?q=Ramatoulaye&status=PENDING$"))
    expect(tab(page, "En attente")).to_have_attribute("aria-current", "true")
    expect(page.locator("#n-PENDING")).to_have_text("3")
    expect(page.locator("#n-SHIPPED")).to_have_text("0")
    tab(page, "Confirmée").click()
    expect(page).to_have_url(re.compile(r"\?q=Ramatoulaye&status=CONFIRMED$"))
    tab(page, "Expédiée").click(modifiers=["Control"])
    expect(page).to_have_url(re.compile(r"status=CONFIRMED&status=SHIPPED$"))
    page.wait_for_timeout(600)  # no tail of the press before
    tab(page, "Expédiée").focus()
    page.keyboard.press(" ")
    expect(page).to_have_url(re.compile(r"\?q=Ramatoulaye&status=CONFIRMED$"))
    expect(tab(page, "Expédiée")).not_to_have_attribute("aria-current", "true")


def test_a_long_press_adds(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    place(shop, "Binta", 1)
    page = visitors.enter(admins[0], "/dashboard?status=PENDING", viewport=PHONE, has_touch=True, is_mobile=True)
    box = tab(page, "Confirmée").bounding_box()
    assert box
    session = page.context.new_cdp_session(page)
    point = {"x": box["x"] + 8, "y": box["y"] + box["height"] / 2}
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(page).to_have_url(re.compile(r"status=PENDING&status=CONFIRMED$"))
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(tab(page, "Confirmée")).to_have_attribute("aria-current", "true")
    page.wait_for_timeout(700)
    expect(page).to_have_url(re.compile(r"status=PENDING&status=CONFIRMED$"))


def test_a_view_is_saved_and_lives_on_everybody_s_list(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    place(shop, "Adjaratou", 2)
    theirs = visitors.enter(admins[1])
    expect(theirs.locator(".live")).to_be_visible()
    page = visitors.enter(admins[0], "/dashboard?q=Adjaratou&status=PENDING")
    page.get_by_role("button", name="Enregistrer la vue").click()
    dialog = page.get_by_role("dialog", name="Enregistrer cette vue")
    expect(dialog.get_by_label("Nom")).to_be_focused()
    dialog.get_by_label("Nom").fill("Adja")
    dialog.get_by_label("Pour l'équipe").check()
    dialog.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(tab(page, "Adja")).to_have_attribute("aria-current", "true")
    expect(tab(page, "Adja").locator(".n")).to_have_text("2")
    expect(tab(theirs, "Adja").locator(".n")).to_have_text("2")
    place(shop, "Adjaratou", 1)
    expect(tab(theirs, "Adja").locator(".n")).to_have_text("3")
    tab(theirs, "Adja").click()
    expect(theirs.locator("#orders tr")).to_have_count(3)
    theirs.goto("/dashboard/views")
    expect(theirs.locator("main")).to_contain_text("peuvent changer cette vue")
    assert not Axe().run(theirs).response["violations"]
    page.goto("/dashboard/views")
    page.get_by_role("button", name="Supprimer la vue").click()
    page.get_by_role("dialog").get_by_role("button", name="Supprimer la vue").click()
    expect(page.locator("main")).to_contain_text("Aucune vue enregistrée")


def test_views_on_a_phone(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    place(shop, "Khadim", 1)
    form = {"name": "Au pouce", "query": "status=SHIPPED", "whose": "mine"}
    assert admins[0].form("/dashboard/views", form, Cookie=admins[0].cookie).status == 303
    page = visitors.enter(admins[0], viewport=PHONE, has_touch=True, is_mobile=True)
    tab(page, "Au pouce").tap()
    expect(page).to_have_url(re.compile(r"\?status=SHIPPED$"))
    expect(tab(page, "Au pouce")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
