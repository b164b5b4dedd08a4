"""A socket belongs to who opened it, whatever a client or another site's page tries."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from printalma.live.socketio.server import RESERVED
from tests.accounts.people import customer
from tests.socketio.conftest import LISTED
from tests.socketio.polling import HANDSHAKE, Session
from tests.support.client import Client
from tests.support.matrix import ON_SQLITE
from tests.support.node import POLLING, WEBSOCKET, FrontEnds
from tests.support.server import Shop, eventually
from tests.support.site import Site

pytestmark = ON_SQLITE
UNAUTHORIZED = '44/orders,{"message":"unauthorized"}'
STEAL = """<!doctype html><link rel=icon href=data:,><script>window.___eio = [(data) => (window.stolen = data)]</script>
<script src="{}/socket.io/?EIO=4&transport=polling&j=0"></script>"""


# Another site's page


@pytest.mark.parametrize("j", ["j=0", "j=", "j", "j=x", "x=1&j=0", "%6A=0"])
def test_no_answer_is_a_script(shop: Shop, j: str) -> None:
    boss = shop.admin_once()
    for address in (HANDSHAKE, Session(boss).connected().address):
        answer = boss.get(f"{address}&{j}", Cookie=boss.cookie)
        assert (answer.status, answer.text) == (400, "")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("next-door")


@pytest.fixture(scope="module")
def next_door(folder: Path) -> Iterator[Site]:
    site = Site(folder)
    yield site
    site.close()


def test_a_page_next_door_gets_no_session_by_a_script(
    chromium: Browser, shop: Shop, folder: Path, next_door: Site
) -> None:
    """Of the same site, so that the browser sends the admin's cookie along."""
    (folder / "index.html").write_text(STEAL.format(shop.url))
    context = chromium.new_context()
    context.add_cookies([{"name": "auth_token", "value": str(shop.admin_once().token), "url": shop.url}])
    page = context.new_page()
    asked = len(re.findall("GET /socket.io/ 400", shop.log))
    page.goto(next_door.origin.replace("localhost", "127.0.0.1"))
    eventually(lambda: len(re.findall("GET /socket.io/ 400", shop.log)) > asked)
    assert page.evaluate("window.stolen") is None
    context.close()


# Which requests' cookie counts, and which does not.
BY_COOKIE: list[tuple[dict[str, str], bool]] = [
    ({"Origin": LISTED}, True),
    ({"Origin": "OURS"}, True),
    ({"Sec_Fetch_Site": "same-origin"}, True),
    ({"Sec_Fetch_Site": "cross-site", "Origin": LISTED}, True),
    ({}, False),
    ({"Sec_Fetch_Site": "same-site"}, False),
    ({"Sec_Fetch_Site": "cross-site"}, False),
    ({"Sec_Fetch_Site": "none"}, False),
    ({"Sec_Fetch_Site": ""}, False),
    ({"Origin": ""}, False),
    ({"Referer": "OURS/dashboard"}, False),
]


@pytest.mark.parametrize(("headers", "counts"), BY_COOKIE, ids=str)
@pytest.mark.parametrize("where", ["handshake", "connect"])
def test_the_cookie_counts_only_from_a_page_that_is_known(
    shop: Shop, headers: dict[str, str], counts: bool, where: str
) -> None:
    boss = shop.admin_once()
    sent = {"Cookie": boss.cookie} | {name: value.replace("OURS", shop.url) for name, value in headers.items()}
    session = Session(boss, **(sent if where == "handshake" else {}))
    answer = session.connect(**(sent if where == "connect" else {}))
    assert answer.startswith("40/orders,{") if counts else answer == UNAUTHORIZED
    assert session.send("1").text == "OK"


def test_a_token_counts_from_anywhere(shop: Shop) -> None:
    boss = shop.admin_once()
    bearer = {"Authorization": f"Bearer {boss.token}"}
    for session in (Session(boss, **bearer), Session(boss, Sec_Fetch_Site="cross-site", Origin=LISTED, **bearer)):
        assert session.connect().startswith("40/orders,{")


# A client's own inventions


@pytest.mark.parametrize("event", RESERVED)
def test_an_event_with_a_reserved_name_ends_its_own_line_and_leaves_nothing(shop: Shop, event: str) -> None:
    boss, attacker = shop.admin_once(), customer(shop)
    before = connected(boss)
    session = Session(attacker).connected()
    packet = f'42/orders,["{event}",{{}},{{"token":"{attacker.token}"}}]'
    session.send("\x1e".join([packet] * 10))
    eventually(lambda: session.receive().status == 400)
    eventually(lambda: connected(boss) == before)
    again = Session(attacker).connected()  # a binary event's name is no way around it
    again.send(f'451-/orders,["{event}",{{"_placeholder":true,"num":0}}]\x1ebAA==')
    eventually(lambda: again.receive().status == 400)
    eventually(lambda: connected(boss) == before)


def test_asking_again_for_the_namespace_is_one_socket(shop: Shop) -> None:
    boss, attacker = shop.admin_once(), customer(shop)
    before = connected(boss)
    session = Session(attacker).connected()
    for _ in range(3):
        assert session.connect({"token": attacker.token}).startswith("44/orders,")
    assert connected(boss) == before + 1
    session.send("1")
    eventually(lambda: connected(boss) == before)


def test_who_left_the_namespace_is_answered_no_more(shop: Shop) -> None:
    boss = shop.admin_once()
    session = Session(boss).connected()
    session.send('41/orders,\x1e42/orders,["ping"]')
    shop.client().place()
    session.send("40/orders,{}")
    assert session.receive().text == UNAUTHORIZED  # and no pong and no order before it


@pytest.mark.parametrize("transports", [WEBSOCKET, POLLING])
def test_only_the_namespaces_there_are(shop: Shop, front_ends: FrontEnds, transports: list[str]) -> None:
    token = shop.admin_once().token
    for namespace, shown, word in (
        ("/", None, "unauthorized"),
        ("/", "forged", "unauthorized"),
        ("/", token, "Invalid namespace"),
        ("/nowhere", None, "Invalid namespace"),
        ("/nowhere", token, "Invalid namespace"),
        ("/orders/", token, "Invalid namespace"),
        ("/admin", token, "Invalid namespace"),
    ):
        front_end = front_ends.open(shop.url, shown, transports, namespace)
        assert front_end.wait_for("connect_error")[0] == word, namespace
        assert front_end.all("connect") == []
        front_end.close()


@pytest.mark.matrix
def test_who_is_in_no_namespace_is_put_out(shop: Shop) -> None:
    boss = shop.admin_once()
    silent, refused, left = (Session(boss) for _ in range(3))
    refused.connect(namespace="")
    left.connected().send("41/orders,")
    deadline = time.monotonic() + 24  # 20 s are given; the first ping would come after 25 s
    for session in (silent, refused, left):
        while session.receive().status == 200:
            assert time.monotonic() < deadline


def connected(boss: Client) -> int:
    found: int = boss.get("/orders/admin/websocket-stats").data["total"]
    return found
