"""A shop that may send to two push services of the tests' own."""

from collections.abc import Callable, Iterator

import pytest

from tests.accounts.people import admin
from tests.conftest import NewServer
from tests.push.devices import enable_on
from tests.support.client import Client
from tests.support.push_service import Answer, Phone, PushService
from tests.support.server import Server

Enable = Callable[..., Phone]


@pytest.fixture(scope="module")
def vendor() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture(scope="module")
def other_vendor() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture(scope="module")
def shop(new_server: NewServer, vendor: PushService, other_vendor: PushService) -> Iterator[Server]:
    settings = {"PUSH_HOSTS": f"{vendor.origin}, {other_vendor.origin}", "TRUSTED_PROXIES": "1"}
    with new_server(**settings) as server:
        yield server


@pytest.fixture
def enable(shop: Server, vendor: PushService) -> Iterator[Enable]:
    """Enables a new phone for a client, a new admin if none is given, until the end of the test."""
    enabled: list[tuple[Client, Phone]] = []

    def work(client: Client | None = None, answer: Answer = 201, service: PushService = vendor) -> Phone:
        phone, owner = service.phone(answer), client or admin(shop)
        enable_on(owner, phone)
        enabled.append((owner, phone))
        return phone

    yield work
    for client, phone in enabled:
        client.send("DELETE", "/push/subscriptions", {"endpoint": phone.endpoint})
