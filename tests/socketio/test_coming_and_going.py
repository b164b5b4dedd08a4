"""Front ends come back by themselves after a restart, and are put out when their right ends."""

import time
from collections.abc import Callable

import pytest

from tests.accounts.people import admin, again, customer
from tests.conftest import StartServer
from tests.support import database as db
from tests.support.client import Client, cart
from tests.support.inside import flask
from tests.support.matrix import ON_POSTGRES
from tests.support.node import POLLING, UPGRADING, WEBSOCKET, FrontEnds
from tests.support.server import Server, Shop, eventually

pytestmark = ON_POSTGRES
SOON = 10.0  # seconds: two are promised; without a word it would stay for minutes
ROBUST = ["websocket", "polling"]  # the order that the snippet of the first implementation asks for


def test_front_ends_come_back_after_a_restart_and_hear_again(
    database: str, start_server: StartServer, front_ends: FrontEnds
) -> None:
    server = start_server(database)
    boss = server.admin()
    kinds = [front_ends.connected(server.url, boss.token, how) for how in (WEBSOCKET, POLLING, UPGRADING, ROBUST)]
    server.stop()
    for front_end in kinds:
        assert front_end.wait_for("disconnect")[0] in ("transport close", "transport error")
    server.start()
    for front_end in kinds:
        front_end.wait_for("connect")
    number = server.client().place()["orderNumber"]
    for front_end in kinds:
        assert front_end.hear("newOrder")["data"]["orderNumber"] == number
        assert front_end.ping()["user"] == boss.user["email"]
        assert front_end.heard == ["newOrder"]


@pytest.mark.matrix
def test_front_ends_come_back_after_a_crash(database: str, start_server: StartServer, front_ends: FrontEnds) -> None:
    server = start_server(database)
    front_end = front_ends.connected(server.url, server.admin().token)
    server.kill()
    front_end.wait_for("disconnect")
    eventually(lambda: front_end.all("reconnect_attempt"))
    server.start()
    front_end.wait_for("connect")
    server.client().place()
    front_end.hear("newOrder")


def sign_out(_shop: Shop, client: Client) -> None:
    assert client.post("/auth/logout").status == 201


def disable(shop: Shop, client: Client) -> None:
    flask(shop.database_url, "admin", "disable", client.user["email"])


@pytest.mark.parametrize("end", [sign_out, disable])
@pytest.mark.parametrize("transports", [WEBSOCKET, POLLING, pytest.param(UPGRADING, marks=pytest.mark.matrix)])
def test_a_right_that_ends_disconnects_at_once(
    shop: Server, front_ends: FrontEnds, end: Callable[[Server, Client], None], transports: list[str]
) -> None:
    leaving = admin(shop)
    staying = again(shop, leaving) if end is sign_out else shop.admin_once()
    theirs = front_ends.connected(shop.url, leaving.token, transports)
    other = front_ends.connected(shop.url, staying.token, transports)
    end(shop, leaving)
    ended_at = time.monotonic()
    assert theirs.wait_for("disconnect") == ["io server disconnect"]
    assert time.monotonic() - ended_at < SOON
    shop.client().place()
    other.hear("newOrder")
    assert theirs.heard == []
    assert theirs.all("reconnect_attempt") == []  # the client takes this reason for a last word


def test_a_front_end_does_not_outlive_its_sign_in(shop: Shop, front_ends: FrontEnds) -> None:
    somebody = admin(shop)
    soon = int((time.time() + 1.5) * 1000)
    change = "UPDATE sessions SET expires_at = :soon WHERE user_id = :id"
    db.execute(shop.database_url, change, soon=soon, id=somebody.user["id"])
    front_end = front_ends.connected(shop.url, somebody.token)
    assert front_end.wait_for("disconnect") == ["io server disconnect"]
    assert 0 <= time.time() - soon / 1000 < SOON


def test_a_front_end_that_leaves_is_no_longer_counted(shop: Shop, front_ends: FrontEnds) -> None:
    boss, buyer = shop.admin_once(), customer(shop)

    def count() -> tuple[int, int]:
        found = boss.get("/orders/admin/websocket-stats").data
        assert found["total"] == found["connectedAdmins"] + found["connectedUsers"]
        return found["connectedAdmins"], found["connectedUsers"]

    eventually(lambda: count() == (0, 0))
    opened = [front_ends.connected(shop.url, boss.token, how) for how in (WEBSOCKET, POLLING, UPGRADING)]
    opened.append(front_ends.connected(shop.url, buyer.token))
    eventually(lambda: count() == (3, 1))
    for front_end in opened:
        front_end.close()
    eventually(lambda: count() == (0, 0))
    buyer.post("/orders", cart())
