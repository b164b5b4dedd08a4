"""Who takes care of an order: taken by opening and by hand, given back, and gone with who had it."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from printalma.accounts.policy import EVERYTHING
from printalma.db import reading, transaction
from printalma.events import log
from printalma.events.types import OrderHoldersChanged
from printalma.holding import service
from printalma.holding.service import AWAY, FORGOTTEN, Look
from printalma.lib import clock
from printalma.orders import holders
from tests.accounts.people import admin, customer
from tests.conftest import NewDatabase
from tests.dashboard.test_order_page import history, page_of
from tests.orders.test_transitions import move
from tests.support.client import Answer, Client
from tests.support.inside import Inside

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase) -> Iterator[Inside]:
    """One without a server beside it, which would write down itself who is there, by its own clock."""
    with Inside(new_database(), TRUSTED_PROXIES="1") as shop:
        yield shop


def hold(who: Client, *orders: str, act: str = "take", **headers: str) -> Answer:
    body = [("order", each) for each in orders] + [("act", act)]
    return who.form("/dashboard/orders/hold", body, Cookie=who.cookie, **headers)


def attend(
    shop: Inside, looks: Collection[Look], process: str = "one", after: timedelta = timedelta(0), **more: Any
) -> None:
    """What a server process writes down, so long from now."""
    moment = clock.now() + after
    with shop.app.app_context(), patch.object(service, "now", lambda: moment):
        present = more.get("present", {user_id for _, user_id in looks})
        transaction(partial(service.attend, process=process, looks=dict.fromkeys(looks, EVERYTHING), present=present))


def holder(shop: Inside, order: dict[str, Any]) -> int | None:
    with shop.app.app_context(), reading() as connection:
        found = holders.of(connection, [order["id"]]).get(order["id"])
    return found.person.user_id if found else None


def told(shop: Inside, order: dict[str, Any]) -> int:
    """How many events there have been about who has the order."""
    with shop.app.app_context(), reading() as connection:
        records = log.since(connection, max(0, log.last_id(connection) - 500), 500)
    events = [record.event for record in records]
    return sum(order["id"] in event.orders for event in events if isinstance(event, OrderHoldersChanged))


@pytest.fixture
def awa(shop: Inside) -> Client:
    return admin(shop)


@pytest.fixture
def moussa(shop: Inside) -> Client:
    return admin(shop)


@pytest.fixture
def order(shop: Inside) -> dict[str, Any]:
    return shop.client().place()


def test_who_opens_an_order_that_nobody_has_takes_it_and_who_looks_later_does_not(
    shop: Inside, awa: Client, moussa: Client, order: dict[str, Any]
) -> None:
    look, other = (order["id"], awa.user["id"]), (order["id"], moussa.user["id"])
    attend(shop, {look})
    assert holder(shop, order) == awa.user["id"]
    attend(shop, {look, other})
    attend(shop, {other}, after=9 * MINUTE)
    assert holder(shop, order) == awa.user["id"]
    page = moussa.get(f"/dashboard/orders/{order['id']}", Cookie=moussa.cookie).text
    assert "<bdi>Awa Diop</bdi> s&#39;en occupe" in page
    assert "Prendre le relais" in page
    attend(shop, {other}, after=AWAY + 10 * MINUTE)
    assert holder(shop, order) is None  # nor does it fall to who only looks


def test_that_somebody_is_still_there_costs_no_event(
    shop: Inside, awa: Client, moussa: Client, order: dict[str, Any]
) -> None:
    look = order["id"], awa.user["id"]
    for minute in range(30):
        attend(shop, {look}, after=minute * MINUTE)
    assert holder(shop, order) == awa.user["id"]
    assert told(shop, order) == 1
    attend(shop, (), after=31 * MINUTE)  # the page is closed: nobody else looks, so nobody is told
    assert told(shop, order) == 1
    attend(shop, (), after=31 * MINUTE + AWAY - MINUTE)
    assert holder(shop, order) == awa.user["id"]
    attend(shop, (), after=31 * MINUTE + AWAY + MINUTE)
    assert holder(shop, order) is None
    assert told(shop, order) == 2
    page = history(page_of(shop, order))
    assert len(page) == 1  # it is no part of the order's history


def test_who_says_so_keeps_it_as_long_as_they_are_at_any_page(shop: Inside, awa: Client, order: dict[str, Any]) -> None:
    assert hold(awa, f"{order['id']}:").status == 303
    attend(shop, (), present={awa.user["id"]}, after=9 * MINUTE)
    attend(shop, (), present=(), after=18 * MINUTE)
    assert holder(shop, order) == awa.user["id"]
    attend(shop, (), present=(), after=20 * MINUTE)
    assert holder(shop, order) is None


def test_it_is_given_back_by_who_has_it_alone_and_opening_does_not_take_it_again(
    shop: Inside, awa: Client, moussa: Client, order: dict[str, Any]
) -> None:
    look = order["id"], awa.user["id"]
    attend(shop, {look})
    hold(moussa, f"{order['id']}:", act="give")
    assert holder(shop, order) == awa.user["id"]
    hold(awa, f"{order['id']}:{awa.user['id']}", act="give")
    attend(shop, {look}, after=MINUTE)
    assert holder(shop, order) is None
    # The server was started anew, and her page came back to another process of it.
    attend(shop, {look}, process="two", after=MINUTE + timedelta(seconds=30))
    assert holder(shop, order) is None


def test_of_two_who_take_one_at_once_the_second_hears_it_and_may_take_over(
    shop: Inside, awa: Client, moussa: Client, order: dict[str, Any]
) -> None:
    assert hold(awa, f"{order['id']}:", HX_Request="true").status == 200
    late = hold(moussa, f"{order['id']}:", HX_Request="true")
    assert "Awa Diop vient de la prendre." in late.text.replace("&#39;", "'")
    assert f'id="holder-{order["id"]}"' in late.text
    assert holder(shop, order) == awa.user["id"]
    hold(moussa, f"{order['id']}:{awa.user['id']}")
    assert holder(shop, order) == moussa.user["id"]


def test_an_order_that_has_ended_is_nobodys(shop: Inside, awa: Client, order: dict[str, Any]) -> None:
    hold(awa, f"{order['id']}:")
    move(awa, order, "REJECTED")
    assert holder(shop, order) is None
    refused = hold(awa, f"{order['id']}:", HX_Request="true")
    assert "terminée" in refused.text
    attend(shop, {(order["id"], awa.user["id"])})
    assert holder(shop, order) is None
    assert "</bdi> s&#39;en occupe" not in page_of(shop, order)


def test_lists_of_what_is_mine_and_of_what_waits_for_somebody(
    shop: Inside, awa: Client, moussa: Client, order: dict[str, Any]
) -> None:
    def listed(who: Client, which: str) -> bool:
        page = who.get(f"/dashboard?holder={which}&size=100", Cookie=who.cookie).text
        return f'id="order-{order["id"]}"' in page

    assert (listed(awa, "me"), listed(moussa, "me"), listed(awa, "nobody")) == (False, False, True)
    hold(awa, f"{order['id']}:")
    assert (listed(awa, "me"), listed(moussa, "me"), listed(awa, "nobody")) == (True, False, False)
    assert listed(awa, "anything")  # an address may be of any age
    row = awa.get("/dashboard", Cookie=awa.cookie).text
    assert f'id="holder-{order["id"]}" class="holder" data-holder="{awa.user["id"]}"' in row


def test_no_front_end_and_no_customer_hears_of_it(shop: Inside, awa: Client) -> None:
    somebody = customer(shop)
    order = somebody.place()
    before = awa.get("/notifications").json["unreadCount"]
    hold(awa, f"{order['id']}:")
    attend(shop, {(order["id"], awa.user["id"])})
    assert awa.get("/notifications").json["unreadCount"] == before
    for path in ("/orders/my-orders", f"/orders/{order['id']}", "/notifications"):
        assert "holder" not in somebody.get(path).text
    for path in ("/orders/my-orders?holder=nobody", "/orders/my-orders?holder=nonsense"):
        assert somebody.get(path).json["data"] == somebody.get("/orders/my-orders").json["data"]
    assert hold(somebody, f"{order['id']}:").status == 403


def test_who_looks_is_told_to_who_looks_too(shop: Inside, awa: Client, moussa: Client, order: dict[str, Any]) -> None:
    looks = {(order["id"], awa.user["id"]), (order["id"], moussa.user["id"])}
    path = f"/dashboard/orders/{order['id']}"
    attend(shop, {(order["id"], awa.user["id"])})
    events = told(shop, order)
    attend(shop, looks)
    assert told(shop, order) == events + 1
    assert f'data-looker="{moussa.user["id"]}"' in awa.get(path, Cookie=awa.cookie).text
    # A process that was killed says nothing any more, and what it said is over.
    attend(shop, (), process="two", after=FORGOTTEN + MINUTE)
    assert "data-looker" not in awa.get(path, Cookie=awa.cookie).text


def test_a_clock_that_was_wrong_keeps_nobody_at_an_order(shop: Inside, awa: Client, order: dict[str, Any]) -> None:
    attend(shop, {(order["id"], awa.user["id"])}, after=timedelta(days=365))
    attend(shop, (), process="two")
    assert holder(shop, order) is None


@pytest.mark.parametrize(
    "said", ["", "x:", "\x00:", "9" * 20 + ":", "1e308:", ":", "-1:", "\ud800:".encode("utf-8", "surrogatepass")]
)
def test_what_names_no_order_takes_none(shop: Inside, awa: Client, said: str | bytes) -> None:
    assert awa.form("/dashboard/orders/hold", [("order", said)], Cookie=awa.cookie).status == 400
    assert hold(awa, "999999999999999:", HX_Request="true").status == 200
    assert awa.form("/dashboard/orders/hold", {}, Cookie=awa.cookie).status == 400
