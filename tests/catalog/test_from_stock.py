"""No more is given back than was taken: what is counted may change while an order is on its way."""

from typing import Any

import pytest

from tests.catalog.test_products import add, form_of, save, stock_of
from tests.catalog.test_variants import left, made, move, recount
from tests.mending.test_mending import items_of, mend
from tests.orders.test_taking_back import take_back
from tests.support import database as db
from tests.support.inside import Inside


def ordered(shop: Inside, product: int, quantity: int = 2, **options: str) -> dict[str, Any]:
    return shop.client().place(orderItems=[{"productId": product, "quantity": quantity} | options])


def count(shop: Inside, product: int, stock: str) -> None:
    assert save(shop, product, form_of(shop, product) | {"stock": stock}).status == 303


def from_stock(shop: Inside, order: dict[str, Any]) -> list[int | None]:
    return [line.from_stock for line in items_of(shop, order)]


def test_what_was_not_counted_then_is_not_given_back(shop: Inside) -> None:
    product = add(shop, stock="")
    order = ordered(shop, product)
    count(shop, product, "10")
    move(shop, order, "CANCELLED")
    assert stock_of(shop, product) == 10
    assert take_back(shop.admin_once(), order, version="2").status == 200
    assert (stock_of(shop, product), from_stock(shop, order)) == (10, [0]), "as it was before"


def test_what_is_counted_no_longer_is_not_given_back(shop: Inside) -> None:
    product = add(shop, stock="10")
    order = ordered(shop, product)
    assert from_stock(shop, order) == [2]
    count(shop, product, "")
    move(shop, order, "CANCELLED")
    assert stock_of(shop, product) is None
    assert take_back(shop.admin_once(), order, version="2").status == 200
    count(shop, product, "10")
    assert shop.admin_once().patch(f"/orders/{order['id']}/status", {"status": "CANCELLED"}).status == 200
    assert (stock_of(shop, product), from_stock(shop, order)) == (10, [0])


def test_a_size_that_was_not_counted_then_is_not_given_back(shop: Inside) -> None:
    product = made(shop, {"S · Blanc": 3})
    order = ordered(shop, product, 2, size="m", color="Noir")
    assert recount(shop, product, {"S · Blanc": 3, "M · Noir": 5}).status == 303
    line = items_of(shop, order)[0].id
    assert mend(shop.admin_once(), order, **{f"size_{line}": "M"}).status == 303
    assert left(shop, product) == {"S · Blanc": 3, "M · Noir": 5}, "it is the same size"
    move(shop, order, "CANCELLED")
    assert left(shop, product) == {"S · Blanc": 3, "M · Noir": 5}


def test_what_was_taken_of_the_whole_is_given_back_to_its_size(shop: Inside) -> None:
    product = add(shop, name="Polo", sizes="S, M", colors="Blanc, Noir", stock="10")
    order = ordered(shop, product, 2, size="M", color="Blanc")
    assert recount(shop, product, {"S · Blanc": 3, "M · Blanc": 5}).status == 303
    move(shop, order, "CANCELLED")
    assert left(shop, product) == {"S · Blanc": 3, "M · Blanc": 7}


@pytest.mark.parametrize(
    ("quantity", "stock", "has"),
    [(1, 10, 0), (3, 9, 1), (2, 10, 0)],
    ids=["fewer", "more", "as many"],
)
def test_a_line_that_had_nothing_takes_what_is_added(shop: Inside, quantity: int, stock: int, has: int) -> None:
    admin, product = shop.admin_once(), add(shop, stock="")
    order = ordered(shop, product)
    count(shop, product, "10")
    line = items_of(shop, order)[0].id
    assert mend(admin, order, **{f"quantity_{line}": str(quantity), "name": "Ndeye Fall"}).status == 303
    assert (stock_of(shop, product), from_stock(shop, order)) == (stock, [has])
    move(shop, order, "CANCELLED")
    assert stock_of(shop, product) == 10


def test_of_a_part_that_was_taken_as_much_is_kept_as_can_be(shop: Inside) -> None:
    admin, product = shop.admin_once(), add(shop, stock="")
    order = ordered(shop, product, 3)
    line = items_of(shop, order)[0].id
    count(shop, product, "10")
    for quantity, stock, has in ((5, 8, 2), (4, 8, 2), (1, 9, 1), (2, 8, 2)):
        assert mend(admin, order, **{f"quantity_{line}": str(quantity)}).status == 303
        assert (stock_of(shop, product), from_stock(shop, order)) == (stock, [has])


def test_another_size_is_taken_in_place_of_one_that_was_not_counted(shop: Inside) -> None:
    admin, product = shop.admin_once(), made(shop, {"S · Blanc": 3})
    order = ordered(shop, product, 2, size="M", color="Noir")
    line = items_of(shop, order)[0].id
    assert mend(admin, order, **{f"size_{line}": "S", f"color_{line}": "Blanc"}).status == 303
    assert (left(shop, product), from_stock(shop, order)) == ({"S · Blanc": 1}, [2])
    assert mend(admin, order, **{f"size_{line}": "M", f"color_{line}": "Noir"}).status == 303
    assert (left(shop, product), from_stock(shop, order)) == ({"S · Blanc": 3}, [0])


def test_a_dropped_line_s_pieces_are_the_new_one_s(shop: Inside) -> None:
    admin, product = shop.admin_once(), add(shop, name="Bonnet Thiès", stock="10")
    order = ordered(shop, product, 2)
    line = items_of(shop, order)[0].id
    assert mend(admin, order, product_new1="Bonnet Thiès", quantity_new1="2", **{f"drop_{line}": "on"}).status == 303
    assert (stock_of(shop, product), from_stock(shop, order)) == (8, [2])
    move(shop, order, "CANCELLED")
    assert stock_of(shop, product) == 10


def test_a_line_of_before_this_was_kept_had_all(shop: Inside) -> None:
    product = add(shop, stock="10")
    order = ordered(shop, product)
    db.execute(shop.database_url, "UPDATE order_items SET from_stock = NULL WHERE order_id = :id", id=order["id"])
    move(shop, order, "CANCELLED")
    assert stock_of(shop, product) == 10
    assert take_back(shop.admin_once(), order, version="2").status == 200
    assert (stock_of(shop, product), from_stock(shop, order)) == (8, [2])
