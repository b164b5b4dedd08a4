"""One shop a file, two admins in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Visitors
from tests.support.client import Client
from tests.support.server import Server, flask

SECOND = ("fatou@example.org", "another long passphrase")


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
