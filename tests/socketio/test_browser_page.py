"""A real Chromium page of another origin, with the official client."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.accounts.people import admin
from tests.conftest import NewServer
from tests.support.client import Client
from tests.support.matrix import ON_SQLITE
from tests.support.node import LIBRARY
from tests.support.server import ADMIN, Server, Shop
from tests.support.site import Site

pytestmark = ON_SQLITE

LISTEN = """([url, options]) => {
  window.heard = [];
  window.socket = io(url + "/orders", options);
  for (const event of ["connect", "newOrder", "pong"]) socket.on(event, (data) => heard.push([event, data]));
  socket.on("connect_error", (error) => heard.push(["connect_error", error.message]));
}"""
SIGN_IN = """async ([url, body]) => (await fetch(url + "/auth/login", {
  method: "POST", credentials: "include", headers: { "Content-Type": "application/json" }, body,
})).status"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("site")
    (folder / "io.js").write_bytes(LIBRARY.read_bytes())
    (folder / "index.html").write_text("<!doctype html><link rel=icon href=data:,><script src=io.js></script>")
    found = Site(folder)
    yield found
    found.close()


@pytest.fixture(scope="module")
def shop(new_server: NewServer, site: Site) -> Iterator[Server]:
    with new_server(CORS_ORIGINS=site.origin, TRUSTED_PROXIES="1") as server:
        yield server


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    context = chromium.new_context()
    found = context.new_page()
    found.goto(site.origin)
    yield found
    context.close()


TRANSPORTS = [["websocket"], ["polling"], ["polling", "websocket"]]


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_with_a_token(shop: Shop, page: Page, transports: list[str]) -> None:
    page.evaluate(LISTEN, [shop.url, {"auth": {"token": shop.admin_once().token}, "transports": transports}])
    _hears_an_order(shop, page)


@pytest.mark.parametrize("transports", [*TRANSPORTS[:2], pytest.param(TRANSPORTS[2], marks=pytest.mark.smoke)])
def test_with_the_cookie_of_its_own_sign_in(shop: Server, page: Page, transports: list[str]) -> None:
    """Of another origin, but of the same site: from another site Chromium keeps the cookie back, whatever we allow."""
    url = f"http://localhost:{shop.port}"
    assert page.evaluate(SIGN_IN, [url, json.dumps({"email": ADMIN[0], "password": ADMIN[1]})]) == 201
    page.evaluate(LISTEN, [url, {"withCredentials": True, "transports": transports}])
    _hears_an_order(shop, page)


def test_without_a_token_it_is_refused_with_the_word(shop: Shop, page: Page) -> None:
    page.evaluate(LISTEN, [shop.url, {"transports": ["polling"]}])
    page.wait_for_function("heard.length")
    assert page.evaluate("heard") == [["connect_error", "unauthorized"]]


def test_a_page_of_an_unlisted_origin_gets_nothing(chromium: Browser, shop: Shop, site: Site) -> None:
    boss: Client = admin(shop)
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.origin.replace("localhost", "stranger.localhost"))
    for transports, word in ((["websocket"], "websocket error"), (["polling"], "xhr poll error")):
        page.evaluate(LISTEN, [shop.url, {"auth": {"token": boss.token}, "transports": transports}])
        page.wait_for_function("heard.length")
        assert page.evaluate("heard[0]") == ["connect_error", word]
        page.evaluate("socket.disconnect()")
    context.close()


@pytest.mark.parametrize("transports", [["websocket", "polling"], ["polling"]])
def test_a_page_on_another_port_of_this_machine_needs_no_listing(
    chromium: Browser, shop: Shop, site: Site, transports: list[str]
) -> None:
    """As a front end is developed, with the token it keeps. The cookie, which comes along unasked, does not count."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.origin.replace("localhost", "127.0.0.1"))
    context.add_cookies([{"name": "auth_token", "value": str(shop.admin_once().token), "url": shop.url}])
    page.evaluate(LISTEN, [shop.url, {"withCredentials": True, "transports": transports}])
    page.wait_for_function("heard.length")
    assert page.evaluate("heard[0]") == ["connect_error", "unauthorized"]
    page.evaluate("socket.disconnect()")
    page.evaluate(LISTEN, [shop.url, {"auth": {"token": shop.admin_once().token}, "transports": transports}])
    _hears_an_order(shop, page)
    context.close()


def _hears_an_order(shop: Shop, page: Page) -> None:
    page.wait_for_function("heard.length")
    assert page.evaluate("heard[0][0]") == "connect"
    page.evaluate("socket.emit('ping')")
    page.wait_for_function("heard.length > 1")
    assert page.evaluate("heard[1][1].user") == ADMIN[0]
    number = shop.client().place()["orderNumber"]
    page.wait_for_function("heard.length > 2")
    assert page.evaluate("[heard[2][0], heard[2][1].data.orderNumber]") == ["newOrder", number]
