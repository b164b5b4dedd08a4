"""Shops with other settings than the plain one, shared by the tests of accounts."""

from collections.abc import Iterator

import pytest

from tests.conftest import NewDatabase, NewServer
from tests.support.inside import Inside
from tests.support.server import Server

FRONT_END = "https://boutique.example"


@pytest.fixture(scope="module")
def shop(common_shop: Inside) -> Inside:
    return common_shop


@pytest.fixture(scope="module")
def proxied(common_shop: Inside) -> Inside:
    """A shop behind one proxy, whose word on addresses and schemes it takes."""
    return common_shop


@pytest.fixture(scope="package")
def listed(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """A shop that knows a front end on another origin, behind one proxy."""
    settings = {"CORS_ORIGINS": FRONT_END, "TRUSTED_PROXIES": "1"}
    with Inside(new_database(), tmp_path_factory.mktemp("listed"), **settings) as shop:
        yield shop


@pytest.fixture(scope="package")
def pair(new_server: NewServer) -> Iterator[Server]:
    """A shop of two server processes, behind one proxy."""
    with new_server(WORKERS="2", TRUSTED_PROXIES="1") as server:
        yield server
