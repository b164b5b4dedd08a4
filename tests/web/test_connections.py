"""A page is drawn with one connection: with as many pages as connections, each would wait for another's for ever."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from printalma.db import db
from tests.support.inside import Inside

PAGES: tuple[str, ...] = (
    "",
    "/orders/{order}",
    "/orders/{order}/edit",
    "/products",
    "/products/new",
    "/products/1",
    "/delivery",
)
PAGES += (
    "/delivery/city/new",
    "/payment-methods",
    "/team",
    "/profile",
    "/settings",
    "/devices",
    "/notifications",
)
PAGES += ("/backup", "/refused", "/numbers", "/print?ids={order}")


@contextmanager
def most_at_once(shop: Inside) -> Iterator[list[int]]:
    """How many connections were held at each moment one was taken."""
    held: list[int] = [0]
    with shop.app.app_context():
        engine = db.engine

    def taken(*_: object) -> None:
        held.append(held[-1] + 1)

    def given_back(*_: object) -> None:
        held.append(held[-1] - 1)

    listeners = (("checkout", taken), ("checkin", given_back))
    for name, listener in listeners:
        sa.event.listen(engine.pool, name, listener)
    yield held
    for name, listener in listeners:
        sa.event.remove(engine.pool, name, listener)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_one_connection(common_shop: Inside, page: str) -> None:
    boss, order = common_shop.admin_once(), common_shop.client().place()
    boss.get("/auth/check")  # who is asked for the first time has the file watched, by a connection that stays
    with most_at_once(common_shop) as held:
        answer = boss.get("/dashboard" + page.format(order=order["id"]), Cookie=boss.cookie)
    assert answer.status == 200, answer.text
    assert max(held) == 1
