"""`make screenshots`: the pages as the README shows them, from a fixed set of orders, into docs/screenshots/.

It runs a shop of its own and draws the same pictures each time, but for the date.
"""

import itertools
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support import database
from tests.support.browser import DESK, PHONE, launch
from tests.support.client import Client
from tests.support.palette import with_palette
from tests.support.server import ADMIN, ROOT, Server, Shop, demo, flask

OUT = ROOT / "docs" / "screenshots"
CUSTOMERS = (
    ("Awa", "Diop", "Dakar", "Sénégal"),
    ("Louis", "Bernard", "Lyon", "France"),
    ("Fatou", "Ndiaye", "Thiès", "Sénégal"),
    ("Inès", "Kouyaté", "Abidjan", "Côte d'Ivoire"),
    ("Camille", "Lefèvre", "Lille", "France"),
    ("Ibrahima", "Sow", "Saint-Louis", "Sénégal"),
    ("Chloé", "Martin", "Nantes", "France"),
    ("Moussa", "Fall", "Ziguinchor", "Sénégal"),
    ("Yanis", "Roux", "Marseille", "France"),
    ("Mame Diarra", "Gueye", "Rufisque", "Sénégal"),
)
CARTS = (
    [(1, 2, "M", "Rouge"), (3, 1, None, "Bleu")],
    [(2, 1, "L", "Noir")],
    [(4, 3, None, "Naturel")],
    [(5, 1, "A2", None), (6, 2, None, "Noir")],
    [(1, 12, "L", "Noir"), (1, 8, "M", "Noir"), (2, 4, "XL", "Gris")],
    [(3, 4, None, "Blanc")],
    [(5, 2, "A3", None)],
)
WAYS = (
    ("CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED"),
    ("CONFIRMED", "PROCESSING", "SHIPPED"),
    ("CONFIRMED", "PROCESSING"),
    ("CONFIRMED",),
    ("CANCELLED",),
    ("REJECTED",),
)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ORDERS, EVERY = 34, 8  # minutes between two
WAITING = 5  # the newest orders, which nobody has touched yet
YEARS = 20_000  # made-up orders of two years before, for the numbers
FATOU = ("fatou@example.org", "--password", "another long passphrase", "--first-name", "Fatou", "--last-name", "Sow")
SHOWN = 26  # the one whose page is drawn


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        address = f"sqlite:///{folder}/shop.db"
        flask(address, "setup", "--catalogue")
        browser = launch(driver)
        with _served(address, folder) as server:
            for page, look in _looks(browser, server):
                _save(page, None, f"first-visit-{look}")
        demo(address, "--fill", str(YEARS))
        flask(address, "admin", "create", *FATOU)
        with _served(address, folder) as server:
            order = _fill(server.admin())
            _spread(address)
            _draw(browser, server, order)
        browser.close()


@contextmanager
def _served(address: str, folder: str) -> Iterator[Server]:
    server = Server(address, Path(folder)).start()
    try:
        yield server
    finally:
        server.kill()


def _fill(admin: Client) -> int:
    """A morning's orders; returns the id of one worth looking at."""
    chance = random.Random(2024)
    orders = [_place(admin, n, chance) for n in range(ORDERS)]
    shown = orders[SHOWN]
    for order in orders[:-WAITING]:
        way = ("CONFIRMED", "PROCESSING") if order is shown else chance.choices(WAYS, (8, 6, 6, 5, 1, 1))[0]
        for status in way:
            note = "Encre blanche à vérifier avant le tirage." if order is shown and status == "PROCESSING" else ""
            admin.patch(f"/orders/{order['id']}/status", {"status": status, "notes": note})
    return int(str(shown["id"]))


def _spread(address: str) -> None:
    """As if they had come over hours, and been worked on in between."""
    age = "(:last - {id}) * :every * 60000"
    steps = "(SELECT count(*) FROM events AS e WHERE e.order_id = events.order_id AND e.id < events.id) * 540000"
    orders = f"UPDATE orders SET created_at = created_at - {age.format(id='id')} WHERE id > :before"
    events = f"UPDATE events SET at = at - {age.format(id='order_id')} + {steps} WHERE order_id > :before"
    for statement in (orders, events):
        database.execute(address, statement, before=YEARS, last=YEARS + ORDERS, every=EVERY)


def _place(admin: Client, n: int, chance: random.Random) -> dict[str, object]:
    first, last, city, country = CUSTOMERS[n * 7 % len(CUSTOMERS)]
    names = ("productId", "quantity", "size", "color")
    cart = CARTS[n * 5 % len(CARTS)]
    items = [{k: v for k, v in zip(names, item, strict=True) if v is not None} for item in cart]
    street = f"{chance.randint(2, 98)} rue Félix Faure"
    return admin.place(
        shippingDetails={"firstName": first, "lastName": last, "street": street, "city": city, "country": country},
        phoneNumber=f"+221 77 {chance.randint(100, 999)} {chance.randint(10, 99)} {chance.randint(10, 99)}",
        email=f"client{n}@example.org",
        notes="Pour le tournoi de samedi : merci de livrer vendredi au plus tard." if n % 3 else "",
        orderItems=items,
        paymentMethod="PAYTECH" if n % 3 else "CASH_ON_DELIVERY",
    )


def _draw(browser: Browser, server: Shop, order: int) -> None:
    pages = {
        "order": f"/dashboard/orders/{order}",
        "found": "/dashboard?q=dakar&status=PENDING&status=CONFIRMED",
        "slip": f"/dashboard/print?ids={order}",
        "sheet": f"/dashboard/print?ids={order}&as=sheet",
        "numbers": "/dashboard/numbers",
        "products": "/dashboard/products",
        "product": "/dashboard/products/1",
        "notifications": "/dashboard/notifications",
        "devices": "/dashboard/devices",
        "team": "/dashboard/team",
        "profile": "/dashboard/profile",
        "settings": "/dashboard/settings",
        "lost": "/dashboard/orders/999999999",
    }
    for n, (page, look) in enumerate(_looks(browser, server)):
        _place(server.client(), ORDERS + n, random.Random(n))
        page.locator("#notice").evaluate("toast => Promise.all(toast.getAnimations().map(each => each.finished))")
        _save(page, None, f"list-{look}")
        for name, path in pages.items():
            _save(page, path, f"{name}-{look}")
        page.context.clear_cookies()
        _save(page, "/login", f"sign-in-{look}")


def _looks(browser: Browser, server: Shop) -> Iterator[tuple[Page, str]]:
    """The list, signed in, in both widths and both themes, and what the look is called."""
    for (size, viewport), scheme in itertools.product((("desk", DESK), ("phone", PHONE)), SCHEMES):
        context = browser.new_context(base_url=server.url, locale="fr-FR", viewport=viewport, color_scheme=scheme)
        page = context.new_page()
        page.goto("/login")
        _sign_in(page)
        yield page, f"{size}-{scheme}"
        context.close()


def _sign_in(page: Page) -> None:
    page.get_by_label("Adresse e-mail").fill(ADMIN[0])
    page.get_by_label("Mot de passe").fill(ADMIN[1])
    page.keyboard.press("Enter")
    expect(page.locator("body[data-line=open]")).to_be_visible()


def _save(page: Page, path: str | None, name: str) -> None:
    if path:
        page.goto(path)
    page.evaluate("document.activeElement.blur()")
    file = OUT / f"{name}.png"
    page.screenshot(path=file)
    with_palette(Image.open(file).convert("RGB")).save(file, optimize=True)


if __name__ == "__main__":
    main()
