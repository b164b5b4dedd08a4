"""Screens that follow sum up the days before today once, and again when anything but a new order has happened."""

import re
from typing import Any

import pytest

from printalma.accounts.policy import EVERYTHING
from printalma.db import reading
from printalma.events import renderings, subscriptions
from printalma.events.log import last_id, since
from printalma.live import frames
from printalma.live.channels import Batch, Page
from printalma.orders import past
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.inside import Inside


@pytest.fixture(scope="module")
def shop(own_shop: Inside) -> Inside:
    """Days are moved here, which others' orders may have."""
    return own_shop


class Follower:
    """What the tailer does: events are told in order, and drawn for a list if one is open."""

    def __init__(self, shop: Inside) -> None:
        self._shop = shop
        with shop.app.app_context(), reading() as connection:
            subscriptions.tell_all(connection)
            self._reached = last_id(connection)

    def counts(self, is_open: bool = True) -> dict[str, int]:
        """What the tiles and tabs of the list say after what has come, as far as they were told."""
        with self._shop.app.test_request_context(), reading() as connection:
            batch = Batch(since(connection, self._reached, 100))
            subscriptions.tell(connection, batch.records)
            self._reached = batch.upto
            view = renderings.view_of("/dashboard", {}, EVERYTHING)
            assert view is not None
            text = frames.texts(Page(view, EVERYTHING).news(connection, batch))[0] if is_open else ""
        found = re.findall(r'hx-target="#(?:count|n)-(\w+)">([\d&#;]+)<', text)
        return {name: int(re.sub(r"&#\d+;", "", n)) for name, n in found}


def of_long_ago(shop: Inside, day: str) -> dict[str, Any]:
    """An order that came on another day, as all others before it."""
    order = shop.client().place()
    for table in ("orders", "daily_orders"):
        db.execute(shop.database_url, f"UPDATE {table} SET day = :day WHERE day > '2026-06'", day=day)
    return order


@pytest.mark.parametrize("is_open", [True, False])
def test_what_becomes_of_an_old_order_is_counted(shop: Inside, is_open: bool) -> None:
    old = of_long_ago(shop, f"2026-01-0{1 + is_open}")
    screen = Follower(shop)
    shop.client().place()
    first = screen.counts()
    assert first["today"] == 1
    shop.client().place()
    assert screen.counts() == {name: n + 1 for name, n in first.items()}
    assert move(shop.admin_once(), old, "CONFIRMED").status == 200
    screen.counts(is_open)
    shop.client().place()
    now = screen.counts()
    assert now["PENDING"] == now["pending"] == first["PENDING"] + 1, "two more came, and one was confirmed"


def test_a_day_that_begins_is_another(shop: Inside) -> None:
    shop.client().place()
    screen = Follower(shop)
    shop.client().place()
    first = screen.counts()
    of_long_ago(shop, "2026-01-03")
    with shop.app.app_context(), reading() as connection:
        tomorrow = past.read(connection, "2030-01-01")
    assert tomorrow.today == 0
    assert tomorrow.pending == first["pending"] + 1
