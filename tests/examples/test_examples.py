"""The examples do what they say, and say what is wrong."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.accounts.people import admin, customer
from tests.conftest import NewServer
from tests.support.cleanup import process
from tests.support.client import cart
from tests.support.matrix import ON_POSTGRES
from tests.support.net import free_port
from tests.support.node import PACKAGES, node, run
from tests.support.server import ADMIN, ENDS, ROOT, Server, Shop
from tests.support.site import Site

pytestmark = ON_POSTGRES

SCRIPT = ROOT / "examples" / "test-websocket.js"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    found = Site(ROOT / "examples" / "browser")
    yield found
    found.close()


@pytest.fixture(scope="module")
def shop(new_server: NewServer, site: Site) -> Iterator[Server]:
    with new_server(CORS_ORIGINS=site.origin, TRUSTED_PROXIES="1") as shop:
        yield shop


def test_the_script_connects_pings_and_waits_for_an_order(shop: Shop) -> None:
    boss = shop.admin_once()
    said, code = listen(shop, boss.token, lambda: shop.client().place())
    assert code == 0, said
    assert "Token accepté : admin@example.org (SUPERADMIN)" in said
    assert "Pong reçu : Connexion WebSocket active" in said
    assert re.search(r"🆕 Nouvelle commande reçue ! Commande #CMD\d{11} - 49\.80€\n🎉 Tout marche\.", said)


def test_the_script_waits_for_a_customers_own_order(shop: Shop) -> None:
    buyer = customer(shop)
    order = buyer.post("/orders", cart()).data
    said, code = listen(
        shop,
        buyer.token,
        lambda: shop.admin_once().patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"}),
    )
    assert code == 0, said
    assert f"Votre commande #{order['orderNumber']} est maintenant: Confirmée" in said


def test_the_script_says_what_is_wrong(shop: Shop) -> None:
    leaving = admin(shop)
    leaving.post("/auth/logout")
    token = shop.admin_once().token or ""
    for arguments, sentence in (
        ((), "Il manque l'adresse ou le token"),
        ((f"http://127.0.0.1:{free_port()}", token), "Aucun serveur ne répond"),
        ((shop.url, "forged"), "Le serveur refuse ce token (401)"),
        ((shop.url, leaving.token or ""), "Le serveur refuse ce token (401)"),
        ((shop.url, token, "0.5"), "aucun événement newOrder en 0.5 secondes"),
    ):
        done = run(SCRIPT, *arguments)
        assert done.returncode == 1, done.stdout
        assert sentence in done.stdout
        assert done.stderr == ""


def test_the_page_lists_new_orders_and_comes_back(shop: Server, site: Site, chromium: Browser) -> None:
    context = chromium.new_context(permissions=["notifications"])
    page = context.new_page()
    page.goto(site.origin)
    page.get_by_label("Serveur").fill(shop.url)
    page.get_by_label("E-mail").fill(ADMIN[0])
    page.get_by_label("Mot de passe").fill(ADMIN[1])
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text("En direct")
    numbers = [shop.client().place()["orderNumber"]]
    expect(page.get_by_role("listitem")).to_have_text([f"Commande #{numbers[0]} - 49.80€"])
    shop.stop()
    expect(page.get_by_role("status")).to_have_text("Connexion perdue, nouvel essai…")
    shop.start()
    numbers.insert(0, shop.client().place()["orderNumber"])
    expect(page.get_by_role("listitem")).to_have_text([f"Commande #{number} - 49.80€" for number in numbers])
    context.close()


def listen(shop: Shop, token: str | None, act: object) -> tuple[str, int]:
    """What the script says, and its exit code, when `act` happens as soon as it waits."""
    assert token
    assert callable(act)
    running = process(
        [node(), str(SCRIPT), shop.url, token, "20"],
        env={"NODE_PATH": str(Path(PACKAGES) / "node_modules")},
        stdout=subprocess.PIPE,
    )
    assert running.stdout is not None
    said = ""
    while "⏳" not in said:
        line = running.stdout.readline()
        assert line, said
        said += line
    act()
    said += running.stdout.read()
    return said, running.wait(ENDS)
