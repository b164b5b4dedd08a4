"""A shop that knows one front end elsewhere, and the front ends."""

from collections.abc import Iterator

import pytest

from tests.conftest import NewDatabase
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
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {"CORS_ORIGINS": LISTED, "TRUSTED_PROXIES": "1"}
    with Server(new_database(), tmp_path_factory.mktemp("socketio"), **settings) as server:
        yield server
