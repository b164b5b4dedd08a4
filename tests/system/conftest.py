"""One browser for all, one shop a file, two admins in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.support.browser import Visitors, launch
from tests.support.client import Client
from tests.support.server import Server, flask

SECOND = ("fatou@example.org", "another long passphrase")


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    expect.set_options(timeout=10_000)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    browser = launch(driver)
    yield browser
    browser.close()


@pytest.fixture
def visitors(chromium: Browser, shop: Server) -> Iterator[Visitors]:
    """Pages of the test; at its end no console may have complained of anything unexpected."""
    found = Visitors(chromium, shop.url)
    yield found
    found.leave()


@pytest.fixture(scope="module")
def admins(shop: Server) -> tuple[Client, Client]:
    """Two admins, signed in."""
    name = ("--first-name", "Fatou", "--last-name", "Sow")
    flask(shop.database_url, "admin", "create", SECOND[0], "--password", SECOND[1], *name)
    return shop.admin(), shop.client().sign_in(*SECOND)
