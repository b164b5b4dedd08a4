"""Told with no tab open: the page of devices, the service worker, and what stands in the way, in a real browser.

Chromium has no push service here. `PushManager.subscribe` answers with a phone of the tests' push service: what the
server sends to it is decrypted there, and handed to the real service worker through DevTools.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Worker, expect

from tests.conftest import NewDatabase, NewServer, StartServer
from tests.support.browser import Visitors
from tests.support.client import Client
from tests.support.matrix import ON_SQLITE
from tests.support.push_service import Phone, PushService
from tests.support.server import Server, Shop, eventually

pytestmark = ON_SQLITE

Admins = tuple[Client, Client]
HERE = "/dashboard/devices"
SUBSCRIBES = """({phone, kept}) => {
  const store = {get now() { return JSON.parse(localStorage.getItem("fake") ?? "null"); },
                 set now(value) { localStorage.setItem("fake", JSON.stringify(value)); }};
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const made = ({phone, key}) => ({...phone, options: {applicationServerKey: bytes(key).buffer}, toJSON: () => phone,
    unsubscribe: async () => { store.now = null; localStorage.setItem("ended", key); return true; }});
  PushManager.prototype.subscribe = async (options) => {
    localStorage.setItem("asked", JSON.stringify(options));
    store.now = {phone, key: options.applicationServerKey};
    return made(store.now);
  };
  if (kept) PushManager.prototype.getSubscription = async () => store.now && made(store.now);
}"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({title, body, tag, data, icon, image}) => ({title, body, tag, url: data.url, icon, image}))"""
CLOSE = "async (tag) => { for (const each of await registration.getNotifications({tag})) each.close(); }"
CLICK = """async (tag) => {
  const [notification] = await registration.getNotifications({tag});
  WindowClient.prototype.focus = async function () { self.focused = this.url; return this; };
  clients.openWindow = async (url) => { self.opened = url; };
  dispatchEvent(new NotificationEvent("notificationclick", {notification}));
}"""

# What Playwright itself would wait for with eval, which the policy forbids.
IS_SERVED_BY_THE_WORKER = """new Promise((done) => navigator.serviceWorker.controller
  ? done() : navigator.serviceWorker.addEventListener("controllerchange", () => done(), { once: true }))"""


@pytest.fixture(scope="module")
def chromium(whole_chromium: Browser) -> Browser:
    """Permissions are the whole browser's."""
    return whole_chromium


@pytest.fixture(scope="module")
def vendor() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture(scope="module")
def shop(new_server: NewServer, vendor: PushService) -> Iterator[Server]:
    with new_server(PUSH_HOSTS=vendor.origin) as server:
        yield server


@pytest.mark.smoke
def test_from_a_click_to_a_notification_and_back_to_the_order(
    shop: Shop, admins: Admins, visitors: Visitors, vendor: PushService
) -> None:
    phone = vendor.phone()
    page = enter(visitors, admins[0], phone)
    page.get_by_role("button", name="Activer sur cet appareil").click()
    device = page.locator(".device-list li")
    expect(device).to_contain_text(re.compile(r"Chrome · Linux.*Actif.*rien reçu", re.DOTALL))
    asked = json.loads(page.evaluate("localStorage.getItem('asked')"))
    assert asked == {"userVisibleOnly": True, "applicationServerKey": public_key(shop)}

    worker = Delivery(page)
    device.get_by_role("button", name="Envoyer un test").click()
    expect(page.locator(".flash.done")).to_contain_text("Test remis")
    expect(device).to_contain_text("Dernière notification remise")
    worker.deliver(phone)
    assert shown(page, 1)[0]["title"] == "Les notifications fonctionnent"

    page.get_by_label("Pas pendant que je regarde").uncheck()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".flash.done")).to_contain_text("C'est enregistré")
    order = shop.client().place()
    eventually(lambda: len(phone.messages) == 2)
    worker.deliver(phone)
    worker.deliver(phone)  # a crash may send twice: it replaces itself
    notification = next(found for found in shown(page, 2) if "TEST" not in found["tag"] and "order" in found["tag"])
    assert notification["url"] == f"/dashboard/orders/{order['id']}"
    assert re.search(rf"{order['orderNumber']}.*Awa Diop", notification["body"])
    assert "icon-192.png" in notification["icon"]
    worker.deliver("no JSON at all")
    assert {found["body"] for found in shown(page, 3)} > {"Il y a du nouveau dans votre boutique."}

    assert not notification["image"]
    worker.deliver(json.dumps({"id": 9, "title": "Une commande", "tag": "pictured", "image": "/pictures/signed?of=x"}))
    assert f"{shop.url}/pictures/signed?of=x" in [found["image"] for found in shown(page, 4)]
    worker.worker.evaluate(CLOSE, "pictured")

    worker.click(notification["tag"])
    expect(page.get_by_role("heading", level=1)).to_have_text(order["orderNumber"])
    shown(page, 2)
    page.goto("about:blank")
    eventually(lambda: worker.worker.evaluate("async () => !(await clients.matchAll()).length"))
    worker.deliver(phone)
    eventually(lambda: worker.worker.evaluate("async () => (await registration.getNotifications()).length") == 3)
    worker.click(notification["tag"])
    address = f"{shop.url}/dashboard/orders/{order['id']}"
    assert eventually(lambda: worker.worker.evaluate("self.opened")) == address

    page.goto(HERE)
    device.get_by_role("button", name="Retirer").click()
    expect(page.get_by_text("Aucun appareil n'est activé pour l'instant.")).to_be_visible()


def test_a_device_follows_a_new_key_and_ends_with_the_sign_out(
    shop: Shop, admins: Admins, visitors: Visitors, vendor: PushService
) -> None:
    admin = shop.admin()
    page = enter(visitors, admin, vendor.phone(), kept=True)
    page.get_by_role("button", name="Activer sur cet appareil").click()
    expect(page.locator("#device-state")).to_have_text("Les notifications sont activées ici.")
    expect(page.locator(".device-list .mine")).to_contain_text("cet appareil")
    old = "BP" + public_key(shop)[2:]
    page.evaluate("key => localStorage.fake = JSON.stringify({...JSON.parse(localStorage.fake), key})", old)
    page.goto("/dashboard")
    key = public_key(shop)
    eventually(lambda: page.evaluate("JSON.parse(localStorage.fake)?.key") == key)
    assert page.evaluate("localStorage.ended") == old
    page.goto(HERE)
    expect(page.locator(".device-list li")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Menu de")).click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/login")
    assert page.evaluate("localStorage.ended") == public_key(shop)
    assert devices(admins[0]) == 0


def test_every_hurdle_has_its_words(shop: Shop, admins: Admins, visitors: Visitors, vendor: PushService) -> None:
    visitors.expect_complaint("400")
    elsewhere = Phone("https://push.example.com/nobody-knows-it")
    page = enter(visitors, admins[1], elsewhere)
    state, enable = page.locator("#device-state"), page.get_by_role("button", name="Activer sur cet appareil")
    enable.click()
    expect(state).to_have_text(re.compile("n'a pas accepté cet appareil.*service de notifications connu"))
    for error, words in (("AbortError", "n'a pas accepté cet appareil"), ("NotAllowedError", "fenêtre privée")):
        page.evaluate(
            "name => { PushManager.prototype.subscribe = async () => { throw new DOMException('', name); }; }", error
        )
        enable.click()
        expect(state).to_contain_text(words)
    for answer, words in (("denied", "refuse les notifications"), ("default", "pas répondu à la question")):
        page.evaluate("answer => { Notification.requestPermission = async () => answer; }", answer)
        enable.click()
        expect(state).to_contain_text(words)
    page.context.clock.install()
    page.reload()
    page.evaluate("() => { PushManager.prototype.subscribe = () => new Promise(() => {}); }")
    enable.click()
    expect(state).to_have_text("Activation…")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.context.clock.run_for(20_000)
    expect(state).to_contain_text("pas répondu en 10 secondes")
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1"
    page = visitors.enter(admins[1], HERE, user_agent=iphone)
    expect(page.locator("#iphone li")).to_have_count(3)
    expect(page.locator("#iphone")).to_be_visible()
    expect(page.locator("#enable")).to_be_hidden()
    assert devices(admins[1]) == 0


def test_what_to_be_told_of_is_kept(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    visitors.expect_complaint("400")
    page = visitors.enter(admins[1], HERE)
    page.get_by_label("Changement de statut").check()
    page.get_by_label("Heures calmes").check()
    page.get_by_label("De", exact=True).fill("08:00")
    save = page.get_by_role("button", name="Enregistrer")
    save.click()
    expect(page.get_by_role("alert").filter(has_text="Choisissez deux heures différentes")).to_be_visible()
    page.get_by_label("Changement de statut").check()
    page.get_by_label("De", exact=True).fill("20:30")
    save.click()
    expect(page.locator(".flash.done")).to_be_visible()
    expect(page.get_by_label("Changement de statut")).to_be_checked()
    expect(page.get_by_label("De", exact=True)).to_have_value("20:30")
    expect(page.get_by_label("À", exact=True)).to_have_value("08:00")


def test_a_page_of_ours_when_there_is_no_network(
    new_database: NewDatabase, start_server: StartServer, visitors: Visitors
) -> None:
    visitors.expect_complaint("ERR_|WebSocket|htmx:ws:error")
    server = start_server(new_database())
    page = visitors.enter(server.admin(), "/dashboard")
    page.evaluate(IS_SERVED_BY_THE_WORKER)
    kept = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys())))
          .flat().map(({url}) => new URL(url).pathname)"""
    )
    assert sorted(kept) == ["/offline", "/static/app.css", "/static/away.js", "/static/icon.svg"]  # nothing private
    server.stop()
    page.goto("/dashboard/products")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pas de connexion")
    assert page.evaluate("getComputedStyle(document.body).display") == "grid"  # in our look
    server.start()
    expect(page.get_by_role("heading", level=1)).to_have_text("Produits")


def test_it_can_be_installed(shop: Shop, visitors: Visitors) -> None:
    page = visitors.enter(None, "/login")
    manifest = page.context.new_cdp_session(page).send("Page.getAppManifest")
    assert manifest["errors"] == []
    told = json.loads(manifest["data"])
    assert (told["start_url"], told["display"], told["lang"]) == ("/dashboard", "standalone", "fr")
    sizes = {(icon["sizes"], icon["purpose"]) for icon in told["icons"]}
    assert sizes >= {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for icon in told["icons"]:
        size = page.evaluate(
            "async (src) => { const image = new Image(); image.src = src; await image.decode(); return image.width; }",
            icon["src"],
        )
        assert icon["sizes"] in ("any", f"{size}x{size}")


class Delivery:
    """What a vendor does: hands a message to the service worker."""

    def __init__(self, page: Page) -> None:
        page.evaluate(IS_SERVED_BY_THE_WORKER)
        self.worker: Worker = page.context.service_workers[0]
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._registrations: list[dict[str, Any]] = []
        self._origin = page.evaluate("location.origin")
        self._session.on(
            "ServiceWorker.workerRegistrationUpdated", lambda event: self._registrations.extend(event["registrations"])
        )
        self._session.send("ServiceWorker.enable")

    def deliver(self, what: Phone | str) -> None:
        """The newest message that the server sent to a phone, or any text."""
        data = what if isinstance(what, str) else json.dumps(what.messages[-1])
        registration = next(
            each["registrationId"]
            for each in reversed(self._registrations)
            if each["scopeURL"].startswith(self._origin) and not each["isDeleted"]
        )
        message = {"origin": self._origin, "registrationId": registration, "data": data}
        self._session.send("ServiceWorker.deliverPushMessage", message)

    def click(self, tag: str) -> None:
        """Somebody touches the notification."""
        self.worker.evaluate(CLICK, tag)


def enter(visitors: Visitors, admin: Client, phone: Phone, kept: bool = False) -> Page:
    """The page of devices in a browser whose pushes go to `phone`, and that knows so later when `kept`."""
    page = visitors.enter(admin, HERE, permissions=["notifications"])
    told = json.dumps({"phone": phone.subscription(), "kept": kept})
    page.context.add_init_script(f"({SUBSCRIBES})({told})")
    page.reload()
    return page


def shown(page: Page, n: int) -> list[dict[str, str]]:
    """The notifications on the screen, when there are `n`."""
    found: list[dict[str, str]] = []

    def there() -> bool:
        found[:] = page.evaluate(SHOWN)
        return len(found) == n

    eventually(there)
    return found


def devices(admin: Client) -> int:
    return admin.get(HERE, Cookie=admin.cookie).text.count("data-endpoint=")


def public_key(shop: Shop) -> str:
    key: str = shop.client().get("/push/public-key").data["publicKey"]
    return key
