"""A list that follows new orders draws the same rows whether it has them from whoever placed them or reads them."""

from collections.abc import Iterator, Sequence

import pytest
import sqlalchemy as sa

from printalma.accounts.policy import EVERYTHING
from printalma.dashboard.list_page import OrderList
from printalma.db import Connection, reading, transaction
from printalma.events import log
from printalma.events.log import Record
from printalma.events.types import OrderPlaced
from printalma.orders import queries
from printalma.orders.commands import PlaceOrder
from printalma.orders.listing.filters import OrderFilters
from printalma.placing import just_placed
from printalma.placing.drafts import Cart
from printalma.placing.service import Placed, place_all
from tests.orders import dialect
from tests.support.client import cart
from tests.support.inside import Inside

PLAIN = OrderList(OrderFilters(EVERYTHING))


@pytest.fixture(autouse=True)
def _inside(database: str) -> Iterator[None]:
    inside = Inside(database)
    with inside.app.test_request_context():
        yield
    inside.close()


def placed(*bodies: dict[str, object]) -> list[int]:
    results = place_all([Cart(PlaceOrder.parse(body), None, fingerprint="", size=1) for body in bodies])
    return [each.details.order.id for each in results if isinstance(each, Placed)]


def told(connection: Connection) -> list[Record]:
    return [record for record in log.since(connection, 0, log.MAX_BEHIND) if isinstance(record.event, OrderPlaced)]


def drawn(connection: Connection) -> str:
    return PLAIN.follow(connection, told(connection))


def watched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The orders that are read from here on."""
    read: list[int] = []
    rows = queries.rows

    def watch(connection: Connection, ids: Sequence[int]) -> list[queries.OrderRow]:
        read.extend(ids)
        return rows(connection, ids)

    monkeypatch.setattr(queries, "rows", watch)
    return read


def test_what_is_kept_is_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = placed(cart(), dialect.CASH, dialect.PAYDUNYA, dialect.ORANGE_MONEY, cart(phoneNumber="x"))
    read = watched(monkeypatch)
    with reading() as connection:
        fast = drawn(connection)
        assert not read
        log._recent.clear()
        log.ahead.forget()
        slow = drawn(connection)
        assert sorted(read) == ids
    assert fast == slow
    assert all(f'id="order-{order_id}"' in fast for order_id in ids)


def test_an_order_of_which_more_is_told_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = placed(cart(), cart(notes="later"))
    with reading() as connection:
        again = told(connection)[0].event
    transaction(lambda tx: log.append(tx, again, None))  # as anything that happens to it
    read = watched(monkeypatch)
    with reading() as connection:
        found = just_placed.orders(connection, told(connection))
    assert read == [first]
    assert [order.id for order in found] == [second, first]


def test_what_another_log_says_is_read() -> None:
    """Ids come again when a copy is put back; their marks do not."""
    placed(cart())
    with reading() as connection:
        [before] = told(connection)
        assert any(before.event is kept for kept in log._recent.values())
        connection.execute(sa.text("UPDATE events SET mark = mark + 1 WHERE id = :id"), {"id": before.id})
        [after] = told(connection)
        assert after.event is not before.event
        assert after == before
