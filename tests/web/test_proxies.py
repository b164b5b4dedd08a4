"""What the proxies in front say: whose a request is, over what, and what platforms send."""

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import NewDatabase
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE

pytestmark = ON_SQLITE
PLATFORM = {"ALLOW_SQLITE": "1"}
FORBIDDEN = {"message": "Forbidden resource", "error": "Forbidden", "statusCode": 403}
HTTP = ("X-Forwarded-Proto", "http")
Open = Callable[..., Inside]


@pytest.fixture
def shop_with(new_database: NewDatabase) -> Iterator[Open]:
    """Makes shops with other settings on one database."""
    database, opened = new_database(), []

    def make(**settings: Any) -> Inside:
        opened.append(Inside(database, **{**PLATFORM, **settings}))
        return opened[-1]

    yield make
    for inside in opened:
        inside.close()


_serial = itertools.count(1)


def address() -> str:
    """A public address nobody had before: requests are counted for as long as this process lives."""
    n = next(_serial)
    return f"203.0.{n >> 8}.{n & 255}"


def posts(inside: Inside, sent: str, peer: str = "10.9.9.9") -> int:
    """The status of an empty guest order, which is counted for its address."""
    headers = [("Content-Type", "application/json"), ("X-Forwarded-For", sent)]
    return inside.ask("POST", "/orders/guest", headers, b"{}", peer).status


# What a platform's routers send for a client; "client" and "spoof" stand for addresses.
SENT = [
    ({"DYNO": "web.1"}, "{client}"),
    ({"DYNO": "web.1"}, "{spoof}, {client}"),
    ({"SCALINGO_APPLICATION_ID": "a", "CONTAINER": "web-1"}, "{client}"),
    ({"RENDER": "true"}, "{client}, 172.70.247.28"),
    ({"RENDER": "true"}, "{client}, 172.70.247.28, 10.19.6.53"),
    ({"RENDER": "true"}, "{spoof},{client}, 172.71.95.118, 10.19.64.237"),
    ({"RAILWAY_ENVIRONMENT": "production"}, "{client}, 152.233.33.1"),
    ({"FLY_APP_NAME": "shop"}, "{client}, 2a09:8280:1::af:1aa1:0"),
    ({"FLY_APP_NAME": "shop"}, "{spoof}, {client}, 2a09:8280:1::af:1aa1:0"),
    ({"TRUSTED_PROXIES": "1"}, "{spoof}, {client}:50123"),
    ({"TRUSTED_PROXIES": "2"}, "{client}, 198.51.100.7"),
    ({"TRUSTED_PROXIES": "3"}, "{client}"),
]


@pytest.mark.parametrize(("settings", "form"), SENT, ids=str)
def test_each_customer_has_a_limit_of_their_own(shop_with: Open, settings: dict[str, str], form: str) -> None:
    """Whatever a client says of itself, and whichever of the platform's machines it comes through."""
    inside = shop_with(GUEST_ORDERS_PER_MINUTE="2", **settings)
    client, stranger = address(), address()
    one = [form.format(client=client, spoof=address()) for _ in range(3)]
    other = form.format(client=stranger, spoof=address())
    assert [posts(inside, sent, f"10.0.0.{n}") for n, sent in enumerate(one)] == [400, 400, 429]
    assert posts(inside, other) == 400


@pytest.mark.parametrize(("most", "statuses"), [("2", [201, 201, 429]), ("0", [201] * 12)])
def test_an_address_registers_so_often(shop_with: Open, most: str, statuses: list[int]) -> None:
    inside, peer = shop_with(REGISTRATIONS_PER_HOUR=most), address()
    who = {"password": "Sesame-2026", "firstName": "Awa", "lastName": "Sow"}
    bodies = [json.dumps(who | {"email": f"awa{n}@example.org"}).encode() for n in range(len(statuses))]
    sent = [("Content-Type", "application/json")]
    assert [inside.ask("POST", "/auth/register", sent, body, peer).status for body in bodies] == statuses


@pytest.mark.parametrize("settings", [{}, {"CONTAINER": "1"}, {"DYNO": "web.1", "TRUSTED_PROXIES": "0"}], ids=str)
def test_nobody_is_believed_where_nobody_is_named(shop_with: Open, settings: dict[str, str]) -> None:
    inside = shop_with(GUEST_ORDERS_PER_MINUTE="2", **settings)
    peer = address()
    assert [posts(inside, f"192.0.2.{n}", peer) for n in range(3)] == [400, 400, 429]
    assert posts(inside, "192.0.2.1", f"::ffff:{peer}") == 429, "the same address, on a socket for both protocols"
    answer = inside.ask("GET", "/login", [("X-Forwarded-Proto", "http")])
    assert answer.status == 200, "nor is anybody sent to HTTPS on that word"


def test_what_came_over_http_is_sent_on_or_refused(shop_with: Open) -> None:
    inside = shop_with(DYNO="web.1")
    for path in ("/login", "/dashboard?q=a%20b&page=2", "/"):
        for method in ("GET", "HEAD"):
            answer = inside.ask(method, path, [HTTP])
            assert (answer.status, answer.headers["Location"]) == (308, f"https://shop.example{path}")
            assert answer.headers["Set-Cookie"] is None
    page = inside.ask("GET", "/api-docs", [HTTP, ("Accept", "text/html,*/*;q=0.8")])
    assert (page.status, page.headers["Location"]) == (308, "https://shop.example/api-docs")
    for method, path in (("GET", "/orders/test-auth"), ("POST", "/auth/login"), ("POST", "/orders/guest")):
        refused = inside.ask(method, path, [HTTP, ("Content-Type", "application/json")], b"{}")
        assert (refused.status, refused.json) == (403, FORBIDDEN)
    assert inside.ask("POST", "/login", [HTTP]).status == 403, "a password has been read on the way: it is no use"
    upgrade = [HTTP, ("Upgrade", "websocket"), ("Connection", "Upgrade")]
    upgrade += [("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")]
    for path in ("/dashboard/live", "/orders/live", "/socket.io/?EIO=4&transport=websocket"):
        assert inside.ask("GET", path, [*upgrade, ("Origin", "http://shop.example")]).status == 403
    assert inside.ask("GET", "/socket.io/?EIO=4&transport=polling", [HTTP]).status == 403


def test_who_asks_from_inside_is_answered(shop_with: Open) -> None:
    inside = shop_with(DYNO="web.1")
    for path, status in (("/healthz", 503), ("/livez", 200)):
        assert inside.ask("GET", path, [HTTP]).status == status, "the platform would restart a shop that is well"
    for path, status in (("/login", 200), ("/orders/test-auth", 401), ("/healthz", 503)):  # no tailer runs here
        assert inside.ask("GET", path).status == status
        assert inside.ask("GET", path, [("X-Forwarded-Proto", "https")]).status == status


def test_only_over_https_is_https_insisted_on(shop_with: Open) -> None:
    inside = shop_with(DYNO="web.1")
    secure = inside.ask("GET", "/login", [("X-Forwarded-Proto", "https")])
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert inside.ask("GET", "/login").headers["Strict-Transport-Security"] is None
    hops = shop_with(TRUSTED_PROXIES="2")
    for sent in ("https", "https,http", "HTTPS", "wss", "http,https,http"):  # the outer one spoke to the browser
        assert hops.ask("GET", "/login", [("X-Forwarded-Proto", sent)]).status == 200, sent
    assert hops.ask("GET", "/login", [("X-Forwarded-Proto", "https,http,http")]).status == 308


def test_an_owner_may_want_plain_http_in_the_house(shop_with: Open) -> None:
    inside = shop_with(TRUSTED_PROXIES="1", SHOP_URL="http://shop.lan")
    assert inside.ask("GET", "/login", [HTTP]).status == 200


def test_a_host_is_not_what_a_client_makes_up(shop_with: Open) -> None:
    made_up = [("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", "1")]
    for settings, address in (({}, "https://shop.example"), ({"SHOP_URL": "https://my.shop"}, "https://my.shop")):
        inside = shop_with(DYNO="web.1", **settings)
        cookie = ("Cookie", f"auth_token={inside.token()}")
        form = [cookie, ("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded")]
        invited = inside.ask("POST", "/dashboard/team/invitations", [*form, *made_up], b"label=Awa&role=ADMIN")
        told = [cookie, ("Cookie", invited.headers["Set-Cookie"].partition(";")[0].replace("auth_token", ""))]
        page = inside.ask("GET", "/dashboard/team", [("Cookie", f"{told[0][1]}; {told[1][1]}"), *made_up])
        assert f"{address}/invitation?token=" in page.text
        assert "evil.example" not in page.text
