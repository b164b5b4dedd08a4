"""Who is at each shop of the press."""

import pytest

from tests.accounts.people import admin
from tests.atelier.people import at_the_press
from tests.support.client import Client
from tests.support.inside import Inside


@pytest.fixture(scope="module")
def boss(shop: Inside) -> Client:
    return admin(shop)


@pytest.fixture(scope="module")
def press(shop: Inside) -> Client:
    return at_the_press(shop)
