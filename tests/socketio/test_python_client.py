"""python-socketio's own client: a till, a printer, a script of the shop."""

import queue
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import socketio

from tests.accounts.people import customer
from tests.conftest import StartServer
from tests.support.cleanup import at_end
from tests.support.client import cart
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop, eventually

pytestmark = ON_SQLITE
NAMESPACE = "/orders"
HEARD = ("newOrder", "orderStatusChanged", "myOrderUpdated", "pong")


class Till:
    """A client and what it heard."""

    def __init__(self) -> None:
        # One for all its connections: those of its own it drops with an open socket, each time it comes back.
        self.http = requests.Session()
        self.client = socketio.Client(reconnection_delay=0.1, reconnection_delay_max=0.5, http_session=self.http)
        self._heard: queue.Queue[tuple[str, Any]] = queue.Queue()
        for event in HEARD:
            self.client.on(event, lambda data, event=event: self._heard.put((event, data)), namespace=NAMESPACE)

    def connect(self, url: str, transport: str, **options: Any) -> None:
        self.client.connect(url, namespaces=[NAMESPACE], transports=[transport], **options)

    def hear(self, event: str) -> Any:
        name, data = self._heard.get(timeout=25)
        assert name == event
        return data

    def close(self) -> None:
        """With what the library leaves open: its own half of a line that the server has closed."""
        self.client.disconnect()
        if self.client.eio.ws:
            self.client.eio.ws.shutdown()
        self.http.close()


@pytest.fixture
def till() -> Iterator[Till]:
    found = Till()
    yield found
    found.close()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_it_connects_pings_and_hears(shop: Shop, till: Till, transport: str) -> None:
    boss, buyer = shop.admin_once(), customer(shop)
    till.connect(shop.url, transport, auth={"token": buyer.token})
    assert till.client.transport() == transport
    till.client.emit("ping", namespace=NAMESPACE)
    assert till.hear("pong")["user"] == buyer.user["email"]
    order = buyer.post("/orders", cart()).data
    boss.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    assert till.hear("myOrderUpdated")["data"]["orderNumber"] == order["orderNumber"]


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_its_header_is_a_token_too(shop: Shop, till: Till, transport: str) -> None:
    till.connect(shop.url, transport, headers={"Authorization": f"Bearer {shop.admin_once().token}"})
    number = shop.client().place()["orderNumber"]
    assert till.hear("newOrder")["data"]["orderNumber"] == number


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_without_a_token_it_is_refused(shop: Shop, till: Till, transport: str) -> None:
    refusals: list[Any] = []
    till.client.on("connect_error", refusals.append, namespace=NAMESPACE)
    with pytest.raises(socketio.exceptions.ConnectionError):
        till.connect(shop.url, transport)
    assert [refusal["message"] for refusal in refusals] == ["unauthorized"]


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_it_comes_back_after_a_restart(database: str, start_server: StartServer, till: Till, transport: str) -> None:
    server = start_server(database)
    till.connect(server.url, transport, auth={"token": server.admin().token})
    if till.client.eio.ws:
        at_end(till.client.eio.ws.shutdown)  # there will be another, and this is left open
    server.stop()
    server.start()
    eventually(lambda: NAMESPACE in till.client.namespaces)
    number = server.client().place()["orderNumber"]
    assert till.hear("newOrder")["data"]["orderNumber"] == number
