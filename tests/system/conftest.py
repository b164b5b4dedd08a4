"""One shop a file, two admins in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support import database as db
from tests.support.browser import Visitors
from tests.support.client import Client
from tests.support.server import Server

SECOND = ("fatou@example.org", "another long passphrase")
SETTLED = 600  # ms: after that what was drawn anew takes a press, and a press is a new one


@pytest.fixture(scope="module")
def shop(own_server: Server) -> Server:
    return own_server


@pytest.fixture
def visitors(chromium: Browser, shop: Server) -> Iterator[Visitors]:
    """Pages of the test; at its end no console may have complained of anything unexpected."""
    found = Visitors(chromium, shop.url)
    yield found
    found.leave()


@pytest.fixture(scope="module")
def admins(shop: Server) -> tuple[Client, Client]:
    """Two admins, signed in."""
    second = shop.client().register(*SECOND, firstName="Fatou", lastName="Sow")
    db.execute(shop.database_url, "UPDATE users SET role = 'ADMIN' WHERE id = :id", id=second.user["id"])
    return shop.admin(), second
