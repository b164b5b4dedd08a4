"""Several carts in one transaction: what is refused of them leaves nothing, and the others as they are."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.db import Connection, reading, transactional
from printalma.lib.errors import Conflict, Refused
from printalma.orders.commands import PlaceOrder
from printalma.orders.drafts import Cart
from printalma.orders.placing import Placed, place_all
from tests.support.client import cart
from tests.support.inside import Inside

GUEST: Actor | None = None


def a_cart(*wanted: tuple[int, int], key: str | None = None) -> Cart:
    items = [{"productId": product, "quantity": quantity} for product, quantity in wanted]
    return Cart(PlaceOrder.parse(cart(orderItems=items)), GUEST, key, fingerprint=str(wanted))


def rows(statement: str) -> list[tuple[Any, ...]]:
    with reading() as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]


def number(result: Placed | Refused) -> str:
    assert isinstance(result, Placed)
    return result.details.order.number


@pytest.fixture(autouse=True)
def _inside(database: str) -> Iterator[None]:
    inside = Inside(database)
    with inside.app.test_request_context():
        yield
    inside.close()


def test_the_second_of_three_is_refused() -> None:
    _count_stock({1: 10, 2: 1})
    events = rows("SELECT max(id) FROM events")[0][0]
    carts = [a_cart((1, 2), key="first"), a_cart((1, 3), (2, 5), key="second"), a_cart((2, 1), key="third")]
    first, second, third = place_all(carts)
    assert isinstance(second, Conflict)  # when the first of its products was taken already
    assert int(number(third)[-3:]) == int(number(first)[-3:]) + 1
    assert rows("SELECT number FROM orders ORDER BY id") == [(number(first),), (number(third),)]
    assert rows("SELECT order_id, product_id, quantity FROM order_items ORDER BY id") == [(1, 1, 2), (2, 2, 1)]
    assert rows("SELECT id, stock FROM products WHERE id < 3 ORDER BY id") == [(1, 8), (2, 0)]
    assert rows("SELECT key, order_id FROM idempotency_keys ORDER BY key") == [("first", 1), ("third", 2)]
    assert rows("SELECT orders FROM daily_orders") == [(2,)]
    assert rows("SELECT product_id, quantity FROM daily_products ORDER BY 1") == [(1, 2), (2, 1)]
    assert rows(f"SELECT id, type, order_id FROM events WHERE id > {events} ORDER BY id") == [
        (events + 1, "OrderPlaced", 1),
        (events + 2, "OrderPlaced", 2),
    ]


def test_a_key_that_comes_twice_in_one_go() -> None:
    _count_stock({1: 10, 2: 1})
    carts = [a_cart((2, 5), key="refused"), a_cart((1, 1), key="same"), a_cart((1, 1), key="same")]
    refused, placed, again = place_all(carts)
    assert isinstance(refused, Conflict)
    assert number(placed) == number(again)
    assert isinstance(again, Placed)
    assert again.replayed
    [placed] = place_all([a_cart((1, 1), key="refused")])  # the key of a refused cart is free again
    assert number(placed) != number(again)
    assert rows("SELECT stock FROM products WHERE id = 1") == [(8,)]


@transactional
def _count_stock(tx: Connection, stock: dict[int, int]) -> None:
    for product, pieces in stock.items():
        tx.execute(sa.text("UPDATE products SET stock = :n WHERE id = :product"), {"n": pieces, "product": product})
