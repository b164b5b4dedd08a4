"""Shops whose delivery a file sets up as it needs it, in the process."""

import pytest

from tests.support.inside import Inside


@pytest.fixture(scope="module")
def shop(own_shop: Inside) -> Inside:
    return own_shop
