"""Forms under real hands: pressed twice, on a slow line, after the session has ended, by the next person there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.conftest import StartServer
from tests.orders.test_placing import add_product
from tests.orders.test_transitions import move, order_in, stock_of
from tests.support import database as db
from tests.support.browser import PHONE, Visitors
from tests.support.client import Client
from tests.support.gestures import hears
from tests.support.matrix import ON_SQLITE
from tests.support.proxy import Proxy
from tests.support.server import ADMIN, Shop
from tests.system.conftest import SECOND, SETTLED

pytestmark = ON_SQLITE
Admins = tuple[Client, Client]
WORDS = "Le client passe à 18 h, porte du fond"
LATENCY = 0.4
UNREACHABLE = r"net::ERR_|WebSocket connection|htmx:error|htmx:ws:error"


@pytest.fixture
def proxy(shop: Shop) -> Proxy:
    return Proxy(shop.url)


@pytest.fixture
def slow(chromium: Browser, proxy: Proxy) -> Iterator[Visitors]:
    """Visitors behind the proxy."""
    found = Visitors(chromium, proxy.url)
    found.expect_complaint(UNREACHABLE)
    yield found
    found.leave()


def enter(visitors: Visitors, proxy: Proxy, who: Client, path: str, **options: object) -> Page:
    there = Client(proxy.url)
    there.token = who.token
    return visitors.enter(there, path, **options)


def twice(page: Page, name: str, apart: int = 60) -> None:
    page.get_by_role("button", name=name, exact=True).dispatch_event("click")
    page.wait_for_timeout(apart)
    page.get_by_role("button", name=name, exact=True).dispatch_event("click")


def end_session(shop: Shop) -> None:
    """The one that began last."""
    last = "SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1"
    db.execute(shop.database_url, f"UPDATE sessions SET ended_at = created_at WHERE id = ({last})")


def sign_in(page: Page, who: tuple[str, str]) -> None:
    page.get_by_label("Adresse e-mail").fill(who[0])
    page.get_by_label("Mot de passe").fill(who[1])
    page.get_by_role("button", name="Se connecter").click()


def undo_by_key(page: Page) -> None:
    expect(page.locator("#outcome [data-undo]")).to_be_visible()
    page.keyboard.press("z")


def notes(page: Page) -> int:
    return page.locator(".history li.note").count()


@pytest.mark.parametrize("apart", [0, 60, 300])
def test_two_clicks_on_a_slow_line_note_once(
    shop: Shop, admins: Admins, proxy: Proxy, slow: Visitors, apart: int
) -> None:
    page = enter(slow, proxy, admins[0], f"/dashboard/orders/{shop.client().place()['id']}")
    page.locator("#note").fill(WORDS)
    proxy.delay = LATENCY
    twice(page, "Ajouter la note", apart)
    expect(page.locator("#note")).to_have_value("")
    expect(page.locator(".history li.note")).to_have_count(1)
    expect(page.locator("#problems")).to_be_empty()
    proxy.delay = 0
    page.reload()
    assert notes(page) == 1


def test_what_is_typed_while_the_line_is_slow_stays(shop: Shop, admins: Admins, proxy: Proxy, slow: Visitors) -> None:
    path = f"/dashboard/orders/{shop.client().place()['id']}"
    page = enter(slow, proxy, admins[0], path)
    page.locator("#note").fill(WORDS)
    proxy.delay = LATENCY
    page.get_by_role("button", name="Ajouter la note").click()
    page.locator("#note").fill("Et la suite")
    expect(page.locator(".history li.note")).to_have_count(1)
    expect(page.locator("#outcome, #problems").get_by_role("alert")).to_have_count(0)
    proxy.delay = 0
    page.goto("/dashboard")
    page.goto(path)
    expect(page.locator("#note")).to_have_value("Et la suite")


def test_two_clicks_on_a_slow_line_count_once(shop: Shop, admins: Admins, proxy: Proxy, slow: Visitors) -> None:
    product = add_product(shop, stock=10)
    page = enter(slow, proxy, admins[0], "/dashboard/products")
    page.locator(f"#count-{product}").fill("50")
    proxy.delay = LATENCY
    button = page.locator(f"#stock-{product} button")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if answer.url.endswith("/stock") else None)
    for _ in range(2):
        button.dispatch_event("click")
        page.wait_for_timeout(60)
    hears(page, lambda: len(answers) == 2)
    assert [answer.status for answer in answers] == [200, 200]
    assert stock_of(shop, product) == 50


def test_two_clicks_make_one_product(shop: Shop, admins: Admins, proxy: Proxy, slow: Visitors) -> None:
    page = enter(slow, proxy, admins[0], "/dashboard/products/new")
    page.get_by_label("Nom").fill("Une seule tasse")
    page.get_by_label("Prix").fill("5")
    proxy.delay = LATENCY
    page.get_by_role("button", name="Enregistrer").dblclick(no_wait_after=True)
    expect(page.get_by_role("link", name="Une seule tasse")).to_have_count(1)
    asked = "SELECT count(*) FROM products WHERE name = 'Une seule tasse'"
    assert db.select(shop.database_url, asked)[0][0] == 1


def test_a_press_that_did_nothing_says_so(shop: Shop, admins: Admins, proxy: Proxy, slow: Visitors) -> None:
    order = shop.client().place()
    slow.expect_complaint("status of 500")
    page = enter(slow, proxy, admins[0], f"/dashboard/orders/{order['id']}")
    page.route("**/notes*", lambda route: route.fulfill(status=500, body="<h1>500</h1>"))
    page.locator("#note").fill(WORDS)
    page.get_by_role("button", name="Ajouter la note").click()
    expect(page.locator("#outcome").get_by_role("alert")).to_contain_text("le serveur a rencontré un problème")
    page.unroute("**/notes*")
    page.route("**/notes*", lambda route: route.abort())
    page.get_by_role("button", name="Ajouter la note").click()
    expect(page.locator("#outcome").get_by_role("alert")).to_contain_text("Le serveur n'a pas répondu")
    expect(page.locator("#note")).to_have_value(WORDS)
    page.unroute("**/notes*")
    page.get_by_role("button", name="Fermer").click()
    page.evaluate("htmx.config.defaultTimeout = 300")
    page.route("**/notes*", lambda _route: None)  # nobody ever answers
    page.get_by_role("button", name="Ajouter la note").click()
    expect(page.locator("#outcome").get_by_role("alert")).to_contain_text("Le serveur n'a pas répondu")
    page.unroute("**/notes*")
    page.get_by_role("button", name="Ajouter la note").click()
    expect(page.locator(".history li.note")).to_have_count(1)
    page.goto("/dashboard")
    page.route("**/dashboard?*", lambda route: route.abort())
    page.locator(".filters").get_by_role("link", name="Confirmée").click()
    expect(page.locator("#outcome").get_by_role("alert")).to_contain_text("Le serveur n'a pas répondu")


def test_words_outlive_the_session_and_are_their_writer_s_alone(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    visitors.expect_complaint("401")
    path = f"/dashboard/orders/{shop.client().place()['id']}"
    page = visitors.enter(shop.client().sign_in(*ADMIN), path)
    page.locator("#note").fill(WORDS)
    end_session(shop)
    page.get_by_role("button", name="Ajouter la note").click()
    said = page.locator("#outcome").get_by_role("alert")
    expect(said).to_contain_text("votre session est terminée")
    expect(page.locator("#note")).to_have_value(WORDS)
    said.get_by_role("link").click()
    sign_in(page, SECOND)
    expect(page).to_have_url(f"{shop.url}{path}")
    expect(page.locator("#note")).to_have_value("")
    sign_out(page)
    page.goto(f"/login?next={path}")
    sign_in(page, ADMIN)
    expect(page.locator("#note")).to_have_value(WORDS)
    expect(page.locator("#draft")).to_be_visible()
    page.get_by_role("button", name="Ajouter la note").click()
    expect(page.locator(".history li.note .message")).to_have_text(WORDS)
    page.reload()
    expect(page.locator("#note")).to_have_value("")
    expect(page.locator("#draft")).to_be_hidden()
    page.locator("#note").fill("Oublié avec la session")
    sign_out(page)
    page.goto(f"/login?next={path}")
    sign_in(page, ADMIN)
    expect(page.locator("#note")).to_have_value("")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('draft'))") == []


def sign_out(page: Page) -> None:
    page.locator(".who").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("button", name="Se connecter")).to_be_visible()


def test_a_plain_form_comes_back_filled_in(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    product = add_product(shop, stock=10)
    page = visitors.enter(shop.client().sign_in(*ADMIN), f"/dashboard/products/{product}")
    page.get_by_label("Nom").fill("Tasse de Gorée")
    page.get_by_role("textbox", name="Stock").fill("50")
    page.get_by_label("En vente").uncheck()
    end_session(shop)
    shop.client().place(orderItems=[{"productId": product, "quantity": 3}])
    expect(page.locator("#notice")).to_be_visible()
    expect(page.locator("main [aria-disabled]")).to_have_count(0)  # what it moves takes no press for a while
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("votre session est terminée")
    sign_in(page, ADMIN)
    expect(page.get_by_label("Nom")).to_have_value("Tasse de Gorée")
    expect(page.get_by_role("textbox", name="Stock")).to_have_value("50")
    expect(page.get_by_label("En vente")).not_to_be_checked()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("link", name="Tasse de Gorée")).to_be_visible()
    assert stock_of(shop, product) == 47
    page.goto(f"/dashboard/products/{product}")
    expect(page.get_by_role("textbox", name="Stock")).to_have_value("47")
    expect(page.locator("#draft")).to_be_hidden()


def test_passwords_are_never_kept(admins: Admins, visitors: Visitors) -> None:
    page = visitors.enter(admins[0], "/dashboard/profile")
    page.get_by_label("Mot de passe actuel").fill("a secret of mine")
    page.get_by_label("Prénom").fill("Aminata")
    kept = page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert "Aminata" in kept
    assert "secret" not in kept


def test_words_outlive_a_restart(database: str, start_server: StartServer, chromium: Browser) -> None:
    server = start_server(database)
    visitors = Visitors(chromium, server.url)
    visitors.expect_complaint(UNREACHABLE)
    path = f"/dashboard/orders/{server.client().place()['id']}"
    page = visitors.enter(server.admin(), path)
    page.locator("#note").fill(WORDS)
    server.stop()
    server.start()
    expect(page.locator("#note")).to_have_value(WORDS)
    page.goto("/dashboard")
    page.goto(path)
    expect(page.locator("#note")).to_have_value(WORDS)
    visitors.leave()


def test_what_one_has_just_done_is_taken_back_by_a_press(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    orders = [shop.client().place() for _ in range(2)]
    page = visitors.enter(admins[0])
    row = page.locator(f"#order-{orders[0]['id']}")
    row.get_by_role("button", name="Confirmer").click()
    expect(row.locator(".status")).to_have_text("Confirmée")
    page.locator("#outcome").get_by_role("button", name="Annuler").click()
    expect(row.locator(".status")).to_have_text("En attente")
    expect(page.locator("#outcome")).to_contain_text("de nouveau « En attente »")
    for order in orders:
        page.locator(f"#order-{order['id']} .pick input").check()
    page.locator("#bulk").get_by_role("button", name="Confirmer").click()
    for order in orders:
        expect(page.locator(f"#order-{order['id']} .status")).to_have_text("Confirmée")
    undo_by_key(page)
    for order in orders:
        expect(page.locator(f"#order-{order['id']} .status")).to_have_text("En attente")


def test_the_order_s_page_takes_back_too(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    """By the key for who did it; in words, from any status, for an owner alone."""
    order = shop.client().place()
    fatou = visitors.enter(admins[1], f"/dashboard/orders/{order['id']}")
    fatou.get_by_role("button", name="Confirmer").click()
    state = fatou.locator("#order > header .status")
    expect(state).to_have_text("Confirmée")
    expect(fatou.locator(".for-owners")).to_be_hidden()
    undo_by_key(fatou)
    expect(state).to_have_text("En attente")
    expect(fatou.locator(".history li").last).to_contain_text("Retour à « En attente »")
    delivered = order_in(shop, "DELIVERED")
    owner = visitors.enter(admins[0], f"/dashboard/orders/{delivered['id']}", viewport=PHONE)
    owner.get_by_role("button", name="Revenir à « Expédiée »").click()
    dialog = owner.get_by_role("dialog")
    dialog.get_by_label("Raison").fill("Le livreur s'est trompé")
    dialog.get_by_role("button", name="Revenir en arrière").click()
    expect(owner.locator("#order > header .status")).to_have_text("Expédiée")
    expect(owner.locator(".history li").last).to_contain_text("Le livreur s'est trompé")
    expect(owner.get_by_role("dialog")).to_have_count(0)
    move(admins[0], delivered, "DELIVERED")
    expect(owner.locator("#order > header .status")).to_have_text("Livrée")


def test_without_javascript_a_step_is_taken_back_too(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    order = shop.client().place()
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}", java_script_enabled=False)
    page.get_by_role("button", name="Confirmer").click()
    expect(page.locator("#order > header .status")).to_have_text("Confirmée")
    page.get_by_role("button", name="Annuler", exact=True).click()
    expect(page.locator(f"#order-{order['id']} .status")).to_have_text("En attente")
    page.locator(f"#order-{order['id']}").get_by_role("button", name="Confirmer").click()
    page.get_by_role("button", name="Annuler", exact=True).click()
    expect(page.locator(f"#order-{order['id']} .status")).to_have_text("En attente")


def test_an_answer_that_got_lost_makes_no_second_act(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    """The words come back with their key: sent again from the reloaded page, they are the same words."""
    visitors.expect_complaint(UNREACHABLE)
    order = shop.client().place()
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}")
    page.locator("#note").fill(WORDS)
    page.route("**/notes*", lambda route: (route.fetch(), route.abort()))
    page.get_by_role("button", name="Ajouter la note").click()
    expect(page.locator(".history li.note")).to_have_count(1)  # by the socket, which draws the form anew
    expect(page.locator("#outcome").get_by_role("alert")).to_contain_text("n'a pas répondu")
    page.unroute("**/notes*")
    for again in (False, True):
        if again:
            page.locator("#note").fill(f"{WORDS}.")
            page.goto("/dashboard")
            page.goto(f"/dashboard/orders/{order['id']}")
        expect(page.locator("#note")).not_to_have_value("")
        page.wait_for_timeout(SETTLED)  # the button has just been drawn anew
        page.get_by_role("button", name="Ajouter la note").click()
        expect(page.locator("#note")).to_have_value("")
        expect(page.locator(".history li.note")).to_have_count(1 + again)


def test_words_stay_in_the_tab_where_they_were_typed(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    """What happens to the order draws both tabs anew; only a page that comes has the draft."""
    order = shop.client().place()
    path = f"/dashboard/orders/{order['id']}"
    page = visitors.enter(admins[0], path)
    other = page.context.new_page()
    other.goto(path)
    page.locator("#note").fill(WORDS)
    move(admins[1], order, "CONFIRMED")
    for tab in (page, other):
        expect(tab.locator("#order > header .status")).to_have_text("Confirmée")
    expect(other.locator("#note")).to_have_value("")
    expect(page.locator("#note")).to_have_value(WORDS)


def test_a_refused_form_keeps_all_its_words(shop: Shop, visitors: Visitors) -> None:
    visitors.expect_complaint("400")
    page = visitors.enter(shop.client().sign_in(*ADMIN), "/dashboard/products/new")
    page.get_by_label("Nom").fill("Affiche")
    page.get_by_label("Prix").fill("gratuit")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Prix").fill("5")
    end_session(shop)
    page.get_by_role("button", name="Enregistrer").click()
    sign_in(page, ADMIN)
    expect(page.get_by_label("Nom")).to_have_value("Affiche")
    expect(page.get_by_label("Prix")).to_have_value("5")


@pytest.mark.parametrize("sends", ["Enter", "the button"])
def test_an_order_that_comes_while_a_count_is_typed_still_counts(
    shop: Shop, admins: Admins, visitors: Visitors, sends: str
) -> None:
    """And what is typed stays, wherever the cursor is; when it has counted, the field shows what there is."""
    product = add_product(shop, stock=10)
    page = visitors.enter(admins[0], "/dashboard/products")
    count = page.locator(f"#count-{product}")
    count.fill("50")
    if sends == "the button":
        count.blur()
    other = add_product(shop, stock=5)  # the whole shelf is drawn anew
    shop.client().place(orderItems=[{"productId": product, "quantity": 3}])
    expect(page.locator(f"#count-{other}")).to_be_visible()
    expect(count).to_have_value("50")
    for _ in range(2):
        if sends == "Enter":
            count.press("Enter")
        else:
            page.locator(f"#stock-{product} button").click()
        expect(count).to_have_value("47")
    expect(page.locator("#announcer")).not_to_be_empty()
    assert stock_of(shop, product) == 47
    shop.client().place(orderItems=[{"productId": product, "quantity": 2}])
    expect(page.locator(f"#stock-{product} [name=was]")).to_have_value("45")
