"""The plain shop, which tests of the team share: it is behind one proxy, whose word on addresses it takes."""

import pytest

from tests.support.inside import Inside


@pytest.fixture(scope="module")
def shop(common_shop: Inside) -> Inside:
    return common_shop


@pytest.fixture(scope="module")
def proxied(common_shop: Inside) -> Inside:
    return common_shop
