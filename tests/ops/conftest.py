"""The tests of serving share one server with others."""

import pytest

from tests.support.server import Server


@pytest.fixture(scope="module")
def shop(common_server: Server) -> Server:
    return common_server
