"""Who takes care of an order, as sockets of real processes tell: whichever has them, and over a restart."""

import json
from typing import Any

import pytest
import websocket

from tests.accounts.people import admin
from tests.conftest import StartServer
from tests.support import database as db
from tests.support.cleanup import at_end
from tests.support.client import Client
from tests.support.matrix import ON_BOTH
from tests.support.server import eventually

pytestmark = [ON_BOTH, pytest.mark.matrix]


def look(who: Client, order: dict[str, Any], **more: Any) -> websocket.WebSocket:
    """A page of the order, as its script opens its socket."""
    address = who.live_url.replace("http://", "ws://") + "/dashboard/live"
    line = websocket.create_connection(address, cookie=who.cookie, origin=who.live_url, timeout=25)
    at_end(line.shutdown)
    line.send(json.dumps({"t": "hello", "since": 0, "view": f"/dashboard/orders/{order['id']}"} | more))
    return line


def hears(line: websocket.WebSocket, words: str) -> None:
    while words not in line.recv():
        pass


def test_two_processes_tell_of_each_others_and_a_restart_forgets_nobody(
    database: str, start_server: StartServer
) -> None:
    shop = start_server(database, WORKERS="2", TRUSTED_PROXIES="1")
    awa, moussa = admin(shop), admin(shop)
    order, unseen = shop.client().place(), shop.client().place()
    ids = {awa.user["id"], moussa.user["id"]}
    owner = "SELECT user_id FROM order_holders"
    told = "SELECT count(*) FROM events WHERE type = 'OrderHoldersChanged'"
    look(awa, unseen, away=True)  # her page is open, and nobody is there
    hers = look(awa, order)
    eventually(lambda: db.select(database, owner) == [(awa.user["id"],)])
    his = [look(moussa, order) for _ in range(6)]  # some of them at the other process
    for line in (hers, *his):
        hears(line, f'data-looker="{moussa.user["id"]}"')
    before = db.select(database, told)
    shop.stop()
    shop.start()
    processes = {name for (name,) in db.select(database, "SELECT process FROM order_onlookers")}
    again = look(awa, order), look(moussa, order)
    seen = "SELECT process, user_id FROM order_onlookers"
    eventually(lambda: {user for name, user in db.select(database, seen) if name not in processes} >= ids)
    assert again
    assert db.select(database, owner) == [(awa.user["id"],)]
    assert db.select(database, told) == before  # both were there before, and are again
