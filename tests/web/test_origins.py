"""Whose page asks: our own by whatever name, a listed one, one next door, or a stranger's."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import NewDatabase
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE

pytestmark = ON_SQLITE
Open = Callable[..., Inside]
JSON = ("Content-Type", "application/json")


@pytest.fixture(scope="module")
def shop_with(new_database: NewDatabase) -> Iterator[Open]:
    """Shops with other settings on one database; the same settings are the same shop."""
    database, opened = new_database(), {}

    def make(**settings: Any) -> Inside:
        key = tuple(settings.items())
        if key not in opened:
            opened[key] = Inside(database, **settings)
        return opened[key]

    yield make
    for inside in opened.values():
        inside.close()


# What the server is told, what it is asked as, whose page asks, and whether that is our own.
OURS: list[tuple[dict[str, str], dict[str, str], str, bool]] = [
    ({}, {"Host": "shop.example"}, "http://shop.example", True),
    ({}, {"Host": "shop.example:80"}, "http://shop.example", True),
    ({}, {"Host": "shop.example:443"}, "https://shop.example", True),
    ({}, {"Host": "SHOP.example"}, "https://shop.example", True),
    ({}, {"Host": "[::1]:3004"}, "http://[::1]:3004", True),
    ({}, {"Host": "shop.example"}, "https://shop.example", True),  # a proxy nobody told us of
    ({}, {"Host": "shop.example"}, "http://shop.example:8080", False),
    ({}, {"Host": "shop.example:443"}, "http://shop.example", False),
    ({}, {"Host": "shop.example"}, "http://shop.example.evil.example", False),
    ({}, {"Host": "127.0.0.1:3004"}, "http://shop.example", False),
    ({}, {"Host": "127.0.0.1:3004", "X-Forwarded-Host": "shop.example"}, "http://shop.example", False),
    ({"TRUSTED_PROXIES": "1"}, {"Host": "x", "X-Forwarded-Host": "shop.example"}, "http://shop.example", True),
    ({"TRUSTED_PROXIES": "1"}, {"Host": "x", "X-Forwarded-Host": "a, shop.example"}, "https://shop.example", True),
    ({"TRUSTED_PROXIES": "1"}, {"Host": "x", "X-Forwarded-Host": "shop.example"}, "http://evil.example", False),
    ({"SHOP_URL": "https://shop.example"}, {"Host": "127.0.0.1:3004"}, "https://shop.example", True),
    ({"SHOP_URL": "https://shop.example"}, {"Host": "127.0.0.1:3004"}, "http://shop.example", False),
    ({"TRUSTED_PROXIES": "1"}, {"X-Forwarded-Proto": "https"}, "https://shop.example", True),
    ({"TRUSTED_PROXIES": "1"}, {"X-Forwarded-Proto": "https"}, "http://shop.example", False),
]


@pytest.mark.parametrize(("settings", "asked", "page", "ours"), OURS, ids=str)
def test_our_own_page_writes_by_whatever_name(
    shop_with: Open, settings: dict[str, str], asked: dict[str, str], page: str, ours: bool
) -> None:
    inside = shop_with(**settings)
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": page} | asked
    answer = inside.ask("POST", "/login", form.items())
    assert answer.status == (400 if ours else 403)


def test_a_page_behind_a_proxy_that_hides_the_host_says_what_to_set(shop_with: Open) -> None:
    form = [("Content-Type", "application/x-www-form-urlencoded"), ("Host", "127.0.0.1:3004")]
    page = shop_with().ask("POST", "/login", [*form, ("Origin", "http://shop.example")], b"").text
    for word in ("http://shop.example", "127.0.0.1:3004", "proxy_set_header Host", "SHOP_URL=http://shop.example"):
        assert word in page
    page = shop_with().ask("POST", "/login", [*form, ("Origin", "http://x<b>"), ("Sec-Fetch-Site", "cross-site")]).text
    assert "SHOP_URL" not in page, "a browser that says more is believed"
    assert "<b>" not in page


NEXT_DOOR = [
    ("localhost:3004", "http://localhost:5173", True),
    ("127.0.0.1:3004", "http://localhost:3000", True),
    ("localhost:3004", "http://127.0.0.1:8080", True),
    ("[::1]:3004", "http://localhost:5173", True),
    ("localhost:3004", "https://localhost:5173", True),
    ("localhost:3004", "http://evil.example", False),
    ("localhost:3004", "http://localhost.evil.example:5173", False),
    ("192.168.1.5:3004", "http://192.168.1.5:5173", False),
    ("shop.example", "http://localhost:5173", False),
    ("localhost:3004", "null", False),
]


@pytest.mark.parametrize(("host", "page", "listed"), NEXT_DOOR)
def test_a_page_on_another_port_of_this_machine_may_use_tokens(
    shop_with: Open, host: str, page: str, listed: bool
) -> None:
    inside = shop_with()
    said = [("Host", host), ("Origin", page)]
    asked = [*said, ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "authorization")]
    for answer in (
        inside.ask("OPTIONS", "/orders/admin/all", asked),
        inside.ask("GET", "/orders/admin/all", [*said, ("Authorization", f"Bearer {inside.token()}")]),
        inside.ask("POST", "/auth/login", [*said, JSON], b"{}"),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == (page if listed else None)
    polling = inside.ask("GET", "/socket.io/?EIO=4&transport=polling", said)
    assert polling.status == (200 if listed else 400)


def test_its_cookie_does_not_count(shop_with: Open) -> None:
    """Browsers take another port for the same site, and send the cookie along for whoever's page."""
    inside = shop_with()
    cookie = ("Cookie", f"auth_token={inside.token()}")
    there = [("Host", "localhost:3004"), ("Origin", "http://localhost:5173"), cookie]
    assert inside.ask("GET", "/orders/admin/all", there).status == 401
    assert inside.ask("POST", "/orders", [*there, JSON], b"{}").status == 401
    assert inside.ask("POST", "/dashboard/settings", there).status == 303, "to the sign-in page"
    own = [("Host", "localhost:3004"), ("Origin", "http://localhost:3004"), cookie]
    assert inside.ask("GET", "/orders/admin/all", own).status == 200


@pytest.mark.parametrize("settings", [{"DYNO": "web.1"}, {"CONTAINER": "1"}], ids=str)
def test_on_a_platform_nobody_is_next_door(shop_with: Open, settings: dict[str, str]) -> None:
    inside = shop_with(ALLOW_SQLITE="1", **settings)
    answer = inside.ask("GET", "/healthz", [("Host", "localhost:3004"), ("Origin", "http://localhost:5173")])
    assert answer.headers["Access-Control-Allow-Origin"] is None


def test_the_log_says_who_was_refused_and_what_to_set_once(shop_with: Open, caplog: pytest.LogCaptureFixture) -> None:
    inside = shop_with(CORS_ORIGINS="https://boutique.example", SHOP_NAME="Which no other test asks")
    cookie = ("Cookie", f"auth_token={inside.token()}")
    with caplog.at_level(logging.WARNING, "printalma"):
        for _ in range(3):
            inside.ask("GET", "/healthz", [("Origin", "https://reader.example")])
            inside.ask("POST", "/orders", [("Origin", "https://writer.example"), cookie, JSON], b"{}")
            inside.ask("POST", "/login", [("Origin", "https://form.example")])
            inside.ask("GET", "/socket.io/?EIO=4&transport=polling", [("Origin", "https://socket.example")])
            inside.ask("GET", "/healthz", [("Origin", f"https://forged.example\x85\x9b31mCRITICAL {'x' * 500}")])
            inside.ask("GET", "/healthz", [("Origin", "https://boutique.example")])
    lines = [record.getMessage() for record in caplog.records if "was refused" in record.getMessage()]
    for name in ("reader", "writer", "form", "socket", "forged"):
        told = [line for line in lines if f"https://{name}.example" in line]
        assert len(told) == 1, name
        assert "CORS_ORIGINS" in told[0]
        assert "SHOP_URL" in told[0]
        assert told[0].isprintable()
        assert len(told[0]) < 500
    assert len(lines) == 5
