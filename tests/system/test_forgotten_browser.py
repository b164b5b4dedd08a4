"""Who has forgotten their password, and who helps them, in a real Chromium."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.accounts.people import PASSWORD, admin
from tests.conftest import NewDatabase, StartServer
from tests.mail.test_forgotten import ANOTHER, link_of
from tests.support.browser import Visitors
from tests.support.client import Client
from tests.support.gestures import slow_down
from tests.support.mail_server import MailServer
from tests.support.matrix import ON_POSTGRES
from tests.support.server import Shop, eventually

PHONE = {"width": 390, "height": 844}


def is_accessible(page: Page) -> bool:
    return bool(Axe().run(page, options={"resultTypes": ["violations"]}).violations_count == 0)


@ON_POSTGRES
def test_a_forgotten_password_on_a_phone(
    new_database: NewDatabase, start_server: StartServer, visitors: Visitors
) -> None:
    with MailServer() as server:
        shop = start_server(new_database(), TRUSTED_PROXIES="1", **server.settings())
        member = admin(shop)
        page = visitors.enter(None, f"{shop.url}/login", viewport=PHONE, has_touch=True)
        slow_down(page, 400)
        page.get_by_role("link", name="Mot de passe oublié ?").tap()
        page.get_by_label("Adresse e-mail").fill(member.user["email"])
        assert is_accessible(page)
        page.get_by_role("button", name="Envoyer le lien").dblclick()
        expect(page.get_by_role("status")).to_contain_text("un lien vient de lui être envoyé")
        (mail,) = eventually(lambda: server.mails)
        page.goto(shop.url + link_of(mail))
        expect(page.get_by_text(member.user["email"])).to_be_visible()
        assert is_accessible(page)
        page.get_by_label("Nouveau mot de passe").fill(ANOTHER)
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(page.locator("body[data-line=open]")).to_be_visible()
        visitors.expect_complaint("404")
        page.goto(shop.url + link_of(mail))
        expect(page.get_by_role("heading", name="Ce lien ne fonctionne plus")).to_be_visible()
        assert is_accessible(page)
        assert len(server.mails) == 1


def test_a_colleague_hands_a_link_over(shop: Shop, admins: tuple[Client, Client], visitors: Visitors) -> None:
    member = admin(shop)
    host = visitors.enter(admins[0], "/dashboard/team", permissions=["clipboard-read", "clipboard-write"])
    row = host.get_by_role("row").filter(has_text=member.user["email"])
    row.get_by_role("button", name="Faire un lien de mot de passe").click()
    host.get_by_role("button", name="Copier").click()
    expect(host.get_by_role("button", name="Copié")).to_be_visible()
    link = host.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{shop.url}/password?token="), "the address under which the browser knows the shop"
    guest = visitors.enter(None, link)
    guest.get_by_label("Nouveau mot de passe").fill("short")
    guest.get_by_role("button", name="Changer le mot de passe").click()
    visitors.expect_complaint("400")
    expect(guest.get_by_role("alert")).to_be_visible()
    guest.get_by_label("Nouveau mot de passe").fill(ANOTHER)
    guest.get_by_role("button", name="Changer le mot de passe").click()
    expect(guest.locator("body[data-line=open]")).to_be_visible()
    assert shop.client().post("/auth/login", {"email": member.user["email"], "password": PASSWORD}).status == 401


def test_sizes_show_as_chips(admins: tuple[Client, Client], visitors: Visitors) -> None:
    page = visitors.enter(admins[0], "/dashboard/products/new")
    sizes = page.get_by_label("Tailles")
    sizes.fill("S, M, été, s")
    chips = page.locator("[data-chips=sizes] button")
    expect(chips).to_have_text(["S ×", "M ×", "été ×", "s ×"])
    expect(page.get_by_role("button", name="« s » est donné deux fois")).to_be_visible()
    chips.nth(3).click()
    expect(sizes).to_have_value("S, M, été")
    expect(sizes).to_be_focused()
    assert is_accessible(page)
