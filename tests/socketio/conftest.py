"""A shop that knows one front end elsewhere, and the front ends."""

from collections.abc import Iterator

import pytest

from tests.conftest import NewServer
from tests.support.node import FrontEnds
from tests.support.server import Server

LISTED = "https://boutique.example"


@pytest.fixture(scope="session")
def fleet() -> Iterator[FrontEnds]:
    started = FrontEnds()
    yield started
    started.end()


@pytest.fixture
def front_ends(fleet: FrontEnds) -> Iterator[FrontEnds]:
    """Front ends that close with the test."""
    yield fleet
    fleet.close_all()


@pytest.fixture(scope="package")
def shop(new_server: NewServer) -> Iterator[Server]:
    with new_server(CORS_ORIGINS=LISTED, TRUSTED_PROXIES="1") as server:
        yield server
