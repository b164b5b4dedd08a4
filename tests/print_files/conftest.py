"""The tests of print_files share a shop with nobody: a server beside it would look itself for the pictures of orders
that they write down as known, lost or still to come."""

from collections.abc import Iterator

import pytest

from tests.conftest import NewDatabase
from tests.support.inside import Inside


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase) -> Iterator[Inside]:
    with Inside(new_database(), CORS_ORIGINS="", TRUSTED_PROXIES="1") as shop:
        yield shop
