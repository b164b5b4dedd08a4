"""A shop in whose app the tests of the database are, as a request is."""

from collections.abc import Iterator

import pytest

from tests.support.inside import Inside


@pytest.fixture
def inside(database: str) -> Iterator[Inside]:
    shop = Inside(database)
    with shop.app.app_context():
        yield shop
    shop.close()
