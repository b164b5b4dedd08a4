"""The tests of print_checks share one shop with others."""

import pytest

from tests.support.inside import Inside


@pytest.fixture(scope="module")
def shop(common_shop: Inside) -> Inside:
    return common_shop
