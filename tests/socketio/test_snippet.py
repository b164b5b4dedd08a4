"""The snippet that front ends were written from, letter for letter but for its address."""

import json
import subprocess

import pytest

from tests.support.cleanup import process
from tests.support.matrix import ON_SQLITE
from tests.support.node import PACKAGES, node
from tests.support.server import Server, Shop, eventually

# What a browser brings along, and the page around the snippet.
pytestmark = ON_SQLITE
PAGE = """
globalThis.localStorage = { getItem: (name) => (name === "authToken" ? process.env.TOKEN : null) };
globalThis.Notification = class {
  static permission = "granted";
  constructor(title, options) { console.log(JSON.stringify({ title, ...options })); }
};
globalThis.refreshOrdersList = () => console.log("refreshed");
"""


@pytest.fixture(scope="module")
def shop(own_server: Server) -> Server:
    """Nobody else's sockets are counted: who polled in another test is missed after a minute only."""
    return own_server


def test_the_snippet_shows_a_new_order(shop: Shop) -> None:
    boss = shop.admin_once()
    snippet = (PACKAGES / "seed_snippet.mjs").read_text().replace("http://localhost:3004", shop.url)
    assert boss.token
    running = process(
        [node(), "--input-type=module", "-"],
        cwd=PACKAGES,
        env={"TOKEN": boss.token},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(PAGE + snippet)
    running.stdin.close()
    eventually(lambda: boss.get("/orders/admin/websocket-stats").data["total"] == 1)
    number = shop.client().place()["orderNumber"]
    said = [""]
    while said[-1] != "refreshed":
        line = running.stdout.readline()
        assert line, said
        said.append(line.strip())
    assert said[1].startswith("🆕 Nouvelle commande: {")
    assert json.loads(said[-2]) == {
        "title": "🆕 Nouvelle commande reçue !",
        "body": f"Commande #{number} - 49.80€",
        "icon": "/favicon.ico",
    }
