"""Several carts in one transaction: what is refused of them leaves nothing, and the others as they are."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.db import Connection, reading, transactional
from printalma.lib.errors import Conflict, Refused
from printalma.orders.commands import PlaceOrder
from printalma.placing.drafts import Cart
from printalma.placing.service import Placed, place_all
from tests.orders import dialect
from tests.support.client import cart
from tests.support.inside import Inside
from tests.support.recount import counted, kept

GUEST: Actor | None = None
BODIES: list[dict[str, Any]] = [dialect.CASH, dialect.PAYDUNYA, dialect.ORANGE_MONEY]


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


def test_all_at_once_are_saved_as_one_after_the_other_would_be() -> None:
    """Of every body that front ends send: the rows are the same, but for what tells two orders apart."""
    bodies = [*BODIES, cart(), cart(email=None, orderItems=[{"productId": 99, "quantity": 3}]), *BODIES[:2]]
    for body in bodies:
        place_all([a_cart_of(body)])
    first = _saved(len(bodies))
    _forget_doubles()
    assert all(isinstance(result, Placed) for result in place_all([a_cart_of(body) for body in bodies]))
    assert _saved(len(bodies)) == first
    assert [mark["mark"] for mark in first["order_marks"]].count("double") == 2
    numbers = [number[-3:] for (number,) in rows("SELECT number FROM orders ORDER BY id")]
    assert numbers == [f"{n:03}" for n in range(1, 2 * len(bodies) + 1)]


def test_counters_of_many_at_once_are_what_a_recount_says(database: str) -> None:
    place_all([a_cart((n % 3 + 1, n % 2 + 1), (1, 1)) for n in range(40)])
    assert kept(database) == counted(database)


def a_cart_of(body: dict[str, Any]) -> Cart:
    return Cart(PlaceOrder.parse(body), GUEST)


def _saved(n: int) -> dict[str, list[dict[str, Any]]]:
    """The rows of the last `n` orders; ids count from the first of them."""
    orders = _rows_of("orders", "id > (SELECT max(id) FROM orders) - :n", n=n)
    first = {"order": orders[0]["id"]}
    found = {"orders": orders}
    for name in ("order_items", "order_texts", "sent_json", "order_marks"):
        found[name] = _rows_of(name, "order_id >= :order", **first)
    item = found["order_items"][0]["id"]
    for row in chain.from_iterable(found.values()):
        if "order_id" in row:
            row["order_id"] -= first["order"]
        if row.get("item_id"):
            row["item_id"] -= item
        if isinstance(row.get("facts"), str):
            row["facts"] = json.loads(row["facts"])
        if "facts" in row and "number" in row["facts"]:
            row["facts"] = {"order": row["facts"]["order"] - first["order"]}
        if "text" in row:  # an order is found by its number
            row["text"] = re.sub(r"cmd\d+", "", row["text"])
    for row in (*orders, *found["order_items"], *found["order_marks"]):
        for name in ("id", "number", "created_at", "updated_at"):
            row.pop(name, None)
    return found


def _rows_of(name: str, where: str, **values: int) -> list[dict[str, Any]]:
    key = {"order_texts": "order_id", "sent_json": "order_id, item_id"}.get(name, "id")
    with reading() as connection:
        found = connection.execute(sa.text(f"SELECT * FROM {name} WHERE {where} ORDER BY {key}"), values)
        return [dict(row._mapping) for row in found]


@transactional
def _forget_doubles(tx: Connection) -> None:
    tx.execute(sa.text("UPDATE orders SET likeness = NULL"))


@transactional
def _count_stock(tx: Connection, stock: dict[int, int]) -> None:
    for product, pieces in stock.items():
        tx.execute(sa.text("UPDATE products SET stock = :n WHERE id = :product"), {"n": pieces, "product": product})
