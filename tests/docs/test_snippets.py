"""Every snippet of the documents for front ends, run as it stands."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.accounts.people import admin, customer
from tests.conftest import NewServer
from tests.support.client import Client
from tests.support.documents import blocks, is_said
from tests.support.matrix import ON_POSTGRES
from tests.support.node import PACKAGES, node
from tests.support.server import ENDS, ROOT, Server, Shop, eventually

DOCUMENTS = ("frontends.md", "debugging.md")
LISTED = "https://boutique.example"  # what the documents call a front end's origin
# What a snippet may take for given: the names that the documents introduce, and what a browser brings along.
BROWSER = """
const shop = process.env.SHOP, token = process.env.TOKEN;
const { WebSocket: Bare } = await import("ws");
globalThis.WebSocket = class extends Bare {
  constructor(...address) { super(...address); this.on("error", () => {}); }  // a browser's throws nothing either
};
globalThis.Notification = class {
  static permission = "granted";
  constructor(title, { body }) { console.log(title + " / " + body); }
};
const { createECDH, randomBytes } = await import("node:crypto");
const pushManager = {
  subscribe: async ({ applicationServerKey }) => ({
    endpoint: "https://fcm.googleapis.com/fcm/send/" + applicationServerKey.length,
    keys: {
      p256dh: createECDH("prime256v1").generateKeys("base64url"),
      auth: randomBytes(16).toString("base64url"),
    },
  }),
};
const serviceWorker = { ready: Promise.resolve({ pushManager }) };
Object.defineProperty(globalThis, "navigator", { value: { serviceWorker } });
const pushed = { title: "Mise à jour", message: "Expédiée", tag: "order-1", data: {} };
globalThis.self = {
  addEventListener: (_, heard) => heard({ data: { json: () => pushed }, waitUntil: () => {} }),
  registration: { showNotification: (title, { body, tag }) => console.log(title, body, tag) },
};
"""


def snippets(language: str) -> list[str]:
    found = [block for name in DOCUMENTS for block in blocks(ROOT / "docs" / name)]
    return [block.text for block in found if block.language == language]


@pytest.fixture(scope="module")
def shop(new_server: NewServer) -> Iterator[Server]:
    with new_server(CORS_ORIGINS=LISTED, TRUSTED_PROXIES="1") as shop:
        yield shop


def test_every_snippet_has_a_language_that_is_run() -> None:
    for name in DOCUMENTS:
        assert {(block.language, block.mark) for block in blocks(ROOT / "docs" / name)} <= {("sh", None), ("js", None)}


@ON_POSTGRES
@pytest.mark.parametrize("snippet", snippets("sh"))
def test_a_shell_snippet_prints_what_its_comment_says(shop: Shop, snippet: str, tmp_path: Path) -> None:
    (tmp_path / ".curlrc").write_text(r'write-out = "\n%{http_code}"')
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SHOP": shop.url, "TOKEN": shop.admin_once().token or ""}
    done = subprocess.run(["bash", "-c", snippet], env=env, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    said, _, status = done.stdout.strip().rpartition("\n")
    expected = re.search(r"^# → (?:(\d{3}) )?(.+)$", snippet, re.MULTILINE)
    assert expected, "no comment says what to expect"
    if expected[1] is None:
        assert done.stdout.strip() == expected[2]
        return
    assert status == expected[1]
    assert is_said(expected[2], said), said


@ON_POSTGRES
def test_the_library_hears_and_knows_when_to_sign_in_again(shop: Shop) -> None:
    library, *_ = snippets("js")
    boss = admin(shop)
    with _Running(library, boss) as snippet:
        snippet.expect(f"connected as {boss.user['email']}")
        order = shop.client().place()
        snippet.expect(f"Commande #{order['orderNumber']} - 49.80€")
        shop.admin_once().patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
        snippet.expect(f"Commande #{order['orderNumber']}: PENDING → CONFIRMED")
        boss.post("/auth/logout")
        snippet.expect("sign in again")
    with _Running(library, boss) as snippet:
        snippet.expect("sign in again")


@pytest.mark.matrix
@ON_POSTGRES
def test_the_plain_socket_misses_nothing_over_a_restart(shop: Server) -> None:
    _, plain, *_ = snippets("js")
    boss = admin(shop)
    with _Running(plain, boss) as snippet:
        _wait_until_counted(shop)
        first = shop.client().place()["orderNumber"]
        snippet.expect(f"newOrder Commande #{first} - 49.80€")
        shop.stop()
        shop.start()
        second = shop.client().place()["orderNumber"]
        snippet.expect(f"newOrder Commande #{second} - 49.80€")
        boss.post("/auth/logout")
        snippet.expect("sign in again")


@ON_POSTGRES
def test_the_plain_socket_fetches_anew_when_too_much_was_missed(shop: Shop) -> None:
    _, plain, *_ = snippets("js")
    with _Running(plain.replace("let since = null", "let since = 10 ** 9"), admin(shop)) as snippet:
        snippet.expect("too much was missed: fetch the list again")


@ON_POSTGRES
def test_the_notification_shows(shop: Shop) -> None:
    _, _, notify, *_ = snippets("js")
    with _Running(notify, admin(shop)) as snippet:
        snippet.expect("🆕 Nouvelle commande reçue ! / Commande #CMD20241127001 - 89.99€")


@ON_POSTGRES
def test_a_browser_subscribes_and_shows(shop: Shop) -> None:
    *_, enable, show = snippets("js")
    with _Running(enable, customer(shop)) as snippet:
        snippet.expect("Notifications activées sur cet appareil")
    with _Running(show, admin(shop)) as snippet:
        snippet.expect("Mise à jour Expédiée order-1")


class _Running:
    """A JavaScript snippet in Node, with a token for `who`."""

    def __init__(self, snippet: str, who: Client) -> None:
        self._node = subprocess.Popen(
            [node(), "--input-type=module", "-"],
            cwd=PACKAGES,
            env={"SHOP": who.live_url, "TOKEN": who.token or ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._node.stdin is not None
        self._node.stdin.write(BROWSER + snippet)
        self._node.stdin.close()

    def __enter__(self) -> "_Running":
        return self

    def expect(self, line: str) -> None:
        assert self._node.stdout is not None
        assert self._node.stdout.readline().rstrip("\n") == line

    def __exit__(self, *_: object) -> None:
        self._node.kill()
        self._node.wait(ENDS)
        assert self._node.stdout is not None
        self._node.stdout.close()


def _wait_until_counted(shop: Shop) -> None:
    boss = shop.admin_once()
    eventually(lambda: boss.get("/orders/admin/websocket-stats").data["total"] == 1)
