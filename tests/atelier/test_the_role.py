"""Whoever works at the press sees what is to be made, its sheets and its pictures: no price, no telephone number, no
other page, no word of what happens to orders."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from printalma.accounts import policy
from printalma.accounts.policy import Role
from printalma.db import reading
from printalma.events import log, renderings
from printalma.live.channels import BellRoom, Page, Room, Stream
from printalma.live.dashboard_socket import PlainPage
from tests.accounts.people import PASSWORD, customer
from tests.atelier.people import PAGE, items_of, move, page, tick
from tests.conftest import NewDatabase
from tests.mending.test_mending import mend
from tests.support import database as db
from tests.support.client import Client
from tests.support.inside import Inside

PHONE = "+221 77 987 65 43"
PRICE = "13 579"
EMAIL = "cliente.secrete@example.org"
SECRETS = (PHONE, PHONE.replace(" ", ""), "77 987 65 43", "779876543", "13579", PRICE, "27158", EMAIL, "Félix Faure")


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = {"SHOP_CURRENCY": "XOF", "TRUSTED_PROXIES": "1"}
    with Inside(new_database(), tmp_path_factory.mktemp("role"), **settings) as shop:
        yield shop


@pytest.fixture(scope="module")
def order(shop: Inside, boss: Client) -> dict[str, Any]:
    """One that has been through much."""
    line = {"productId": 424242, "quantity": 2, "unitPrice": 13579, "size": "M", "color": "Rouge"}
    found = boss.place(orderItems=[line], phoneNumber=PHONE, email=EMAIL, notes="Sonner deux fois")
    db.execute(shop.database_url, "UPDATE orders SET marks = '' WHERE id = :id", id=found["id"])
    for status in ("CONFIRMED", "PROCESSING"):
        boss.patch(f"/orders/{found['id']}/status", {"status": status, "notes": "à soigner"})
    mend(boss, found, city="Thiès")
    return found


def closed(text: str) -> list[str]:
    shown = re.sub(r"[\u00a0\u202f]", " ", text)
    return [secret for secret in SECRETS if secret in shown]


def test_its_pages_have_no_price_and_no_telephone_number(
    shop: Inside, press: Client, boss: Client, order: dict[str, Any]
) -> None:
    [item] = items_of(shop, order)
    since = 0
    read = [
        page(press),
        page(press, f"?order={order['id']}"),
        page(press, "?product=0"),
        tick(press, f"{item}:1:2:yes", since=since).text,
        press.get(f"/dashboard/missed?since={since}&view={PAGE}", Cookie=press.cookie).text,
        press.get(f"/dashboard/missed?since=99999999&view={PAGE}", Cookie=press.cookie).text,
        press.get(f"/dashboard/print?ids={order['id']}&as=sheet", Cookie=press.cookie).text,
        press.get(f"/dashboard/print?ids={order['id']}&as=slip", Cookie=press.cookie).text,
    ]
    for text in read:
        assert closed(text) == []
        assert "CFA" not in re.sub(r"[\w-]{20,}", "", text), "but for what was drawn by lot"
    assert closed(boss.get(f"/dashboard/print?ids={order['id']}&as=slip", Cookie=boss.cookie).text), "the secrets are"


@pytest.mark.parametrize("view", ["/dashboard", "/dashboard/numbers", "/dashboard/nowhere", "", PAGE])
def test_a_socket_of_any_page_says_nothing_of_orders_but_pieces(
    shop: Inside, press: Client, order: dict[str, Any], view: str
) -> None:
    for since in (0, 99_999_999):
        text = press.get(f"/dashboard/missed?since={since}&view={view}", Cookie=press.cookie).text
        assert closed(text) == []
        assert view == PAGE or order["orderNumber"] not in text
        assert "#told" not in text


def test_front_ends_channels_tell_the_press_nothing(shop: Inside, press: Client, order: dict[str, Any]) -> None:
    user_id = press.user["id"]
    sight = policy.sight(Role.ATELIER, user_id)
    assert sight == policy.own(user_id)
    with shop.app.app_context(), reading() as connection:
        cursor = log.last_id(connection)
        for channel in (Stream, Room, BellRoom):
            assert b"orderNumber" not in channel(sight).catch_up(connection, 0, cursor)
        seen = policy.sight(Role.ATELIER, user_id, policy.ATELIER)
        assert order["orderNumber"] not in Page(PlainPage(), seen).missed(connection, 0, cursor)
        assert order["orderNumber"] in Page(PlainPage(), policy.EVERYTHING).missed(connection, 0, cursor)


def test_the_bell_and_the_api_are_a_strangers(press: Client, order: dict[str, Any]) -> None:
    assert press.get("/notifications").data == []
    assert press.get("/notifications/unread-count").json["unreadCount"] == 0
    assert press.get("/orders/my-orders").data["orders"] == []
    assert press.get(f"/orders/{order['id']}").status == 404
    for status in ("SHIPPED", "CANCELLED"):
        assert press.patch(f"/orders/{order['id']}/status", {"status": status}).status in (403, 404)
    assert press.get("/dashboard/notifications", Cookie=press.cookie).status == 403


def test_it_begins_at_the_press_and_is_led_nowhere_else(shop: Inside, press: Client) -> None:
    email = db.select(shop.database_url, "SELECT email FROM users WHERE id = :id", id=press.user["id"])[0].email
    for wanted, to in {"": PAGE, "/dashboard/team": PAGE, f"{PAGE}?order=7": f"{PAGE}?order=7"}.items():
        answer = shop.client().form("/login", {"email": email, "password": PASSWORD, "next": wanted})
        assert (answer.status, answer.headers["Location"]) == (303, to)
    assert press.get("/", Cookie=press.cookie).headers["Location"] == PAGE
    there = page(press)
    led = set(re.findall(r'href="(/dashboard[^"?]*)', there))
    assert led <= {PAGE}
    for path in led:
        assert press.get(path, Cookie=press.cookie).status == 200


def test_it_can_be_given_and_taken(shop: Inside, boss: Client) -> None:
    assert '<option value="ATELIER"' in boss.get("/dashboard/team", Cookie=boss.cookie).text
    somebody = customer(shop)
    db.execute(shop.database_url, "UPDATE users SET role = 'VENDEUR' WHERE id = :id", id=somebody.user["id"])
    fields = {"role": "ATELIER", "form_key": "k" * 20}
    boss.form(f"/dashboard/team/{somebody.user['id']}/role", fields, Cookie=boss.cookie)
    role = db.select(shop.database_url, "SELECT role FROM users WHERE id = :id", id=somebody.user["id"])[0].role
    assert role == "ATELIER"
    assert somebody.get(PAGE, Cookie=somebody.cookie).status == 303, "their rights have ended: they sign in anew"


def test_an_order_that_waits_or_has_ended_is_not_the_press_s(shop: Inside, press: Client, boss: Client) -> None:
    waiting, ended = boss.place(), boss.place()
    boss.patch(f"/orders/{ended['id']}/status", {"status": "CANCELLED"})
    for each in (waiting, ended):
        assert press.get(f"/dashboard/print?ids={each['id']}", Cookie=press.cookie).status == 404
        assert move(press, "send", each["id"], 1).status == 404
        assert move(press, "back", each["id"], 2).status == 404


def test_no_event_is_drawn_for_who_is_not_of_the_team_but_by_a_view_that_draws_itself() -> None:
    seen = policy.sight(Role.ATELIER, 1, policy.ATELIER)
    assert not seen.is_team
    assert not renderings.follows_by_itself(PlainPage())
