"""Stock per size and colour: taken once, given back once, taken again, and counted anew while customers buy."""

from typing import Any

import pytest

from printalma.catalog import stock
from printalma.catalog.variants import Variant, matching, offered
from printalma.db import transaction
from printalma.lib.errors import Conflict
from tests.catalog.test_products import add, form_of, save, stock_of
from tests.catalog.test_stock import count
from tests.orders.test_placing import at_once
from tests.support import database as db
from tests.support.client import Answer, cart
from tests.support.inside import Inside
from tests.support.server import Shop

GRID = {"S · Blanc": 3, "S · Noir": 0, "M · Blanc": 5}  # M · Noir is not counted


def made(shop: Shop, counts: dict[str, int] = GRID) -> int:
    """A product that is counted by these variants; its id."""
    product = add(shop, name="Polo Kaolack", sizes="S, M", colors="Blanc, Noir", stock="")
    assert recount(shop, product, counts).status == 303
    return product


def cells(fields: dict[str, str]) -> dict[str, int]:
    """The numbers of the grid's cells."""
    numbers = [name.removeprefix("size_") for name in fields if name.startswith("size_")]
    return {" · ".join(filter(None, (fields[f"size_{n}"], fields[f"color_{n}"]))): int(n) for n in numbers}


def typed(fields: dict[str, str], counts: dict[str, Any]) -> dict[str, str]:
    where = cells(fields)
    return fields | {"by_variant": "on"} | {f"stock_{where[name]}": str(n) for name, n in counts.items()}


def recount(shop: Shop, product: int, counts: dict[str, Any]) -> Answer:
    return save(shop, product, typed(form_of(shop, product), counts))


def left(shop: Shop, product: int) -> dict[str, int]:
    query = "SELECT * FROM product_variants WHERE product_id = :id ORDER BY size DESC, color"
    return {Variant(row.size, row.color).label: row.stock for row in db.select(shop.database_url, query, id=product)}


def buy(shop: Shop, product: int, quantity: int = 1, **options: Any) -> Answer:
    line = {"productId": product, "quantity": quantity} | options
    return shop.client().post("/orders/guest", cart(orderItems=[line]))


def move(shop: Shop, order: dict[str, Any], status: str) -> None:
    assert shop.admin_once().patch(f"/orders/{order['id']}/status", {"status": status}).status == 200


def test_the_owner_counts_each_and_the_list_shows_the_sum_and_what_is_gone(shop: Shop) -> None:
    product = made(shop)
    assert left(shop, product) == GRID
    assert stock_of(shop, product) == 8
    fields = form_of(shop, product)
    assert fields["by_variant"] == "on"
    assert cells(fields) == {"S · Blanc": 0, "S · Noir": 1, "M · Blanc": 2, "M · Noir": 3}
    assert (fields["stock_2"], fields["was_2"], fields["stock_3"]) == ("5", "5", "")
    admin = shop.admin_once()
    row = admin.get("/dashboard/products", Cookie=admin.cookie).text.partition(f'id="product-{product}"')[2]
    row = row.partition("</tr>")[0]
    assert ">8<" in row
    assert "<bdi>S · Noir</bdi>" in row
    assert "S · Blanc" not in row
    before = admin.last_event()
    assert save(shop, product, fields).status == 303
    assert admin.last_event() == before  # nothing was typed


def test_an_order_takes_gives_back_once_and_takes_again(shop: Shop) -> None:
    product = made(shop)
    order = buy(shop, product, 2, size="S", color="Blanc").data
    assert (left(shop, product), stock_of(shop, product)) == (GRID | {"S · Blanc": 1}, 6)
    move(shop, order, "CANCELLED")
    assert (left(shop, product), stock_of(shop, product)) == (GRID, 8)
    admin = shop.admin_once()
    path = f"/dashboard/orders/{order['id']}/take-back"
    back = admin.form(path, {"version": "2", "reason": "Erreur"}, Cookie=admin.cookie)
    assert back.status in (200, 303)
    assert (left(shop, product), stock_of(shop, product)) == (GRID | {"S · Blanc": 1}, 6)
    move(shop, order, "REJECTED")
    assert (left(shop, product), stock_of(shop, product)) == (GRID, 8)


def test_what_is_gone_is_refused_by_name_and_takes_nothing(shop: Shop) -> None:
    product = made(shop)
    lines = [{"productId": product, "quantity": n, "size": "S", "color": "Blanc"} for n in (2, 2)]
    several = [{"productId": product, "quantity": 1, "size": "M", "color": "Blanc"}, *lines]
    for answer in (
        buy(shop, product, 1, size="S", color="Noir"),
        shop.client().post("/orders/guest", cart(orderItems=several)),
    ):
        assert answer.status == 409
    assert "Polo Kaolack (S · Noir)" in buy(shop, product, 1, size="S", color="Noir").json["message"]
    assert (left(shop, product), stock_of(shop, product)) == (GRID, 8)


def test_a_size_and_a_colour_are_known_however_they_are_written(shop: Shop) -> None:
    product = add(shop, sizes="Été long, M", colors="Bleu Nuit", stock="")
    recount(shop, product, {"Été long · Bleu Nuit": 9})
    assert buy(shop, product, 1, size=" ETE  long", color="bleu nuit").status == 201
    assert left(shop, product) == {"Été long · Bleu Nuit": 8}


@pytest.mark.parametrize("options", [{}, {"size": "M", "color": "Noir"}, {"size": "XXL", "color": "Blanc"}])
def test_what_is_not_counted_is_taken_without_end(shop: Shop, options: dict[str, str]) -> None:
    product = made(shop)
    order = buy(shop, product, 50, **options).data
    assert left(shop, product) == GRID
    move(shop, order, "CANCELLED")
    assert (left(shop, product), stock_of(shop, product)) == (GRID, 8)


def test_a_product_without_colours_does_not_care_which_is_sent(shop: Shop) -> None:
    product = add(shop, sizes="A3, A2", colors="", stock="")
    recount(shop, product, {"A3": 2, "A2": 4})
    assert buy(shop, product, 1, size="a3", color="Standard").status == 201
    assert left(shop, product) == {"A3": 1, "A2": 4}


def test_what_was_sold_while_somebody_counted_stays_sold(shop: Shop) -> None:
    product = made(shop)
    fields = form_of(shop, product)
    assert buy(shop, product, 2, size="M", color="Blanc").status == 201
    assert save(shop, product, typed(fields, {"M · Blanc": 15})).status == 303
    assert (left(shop, product)["M · Blanc"], stock_of(shop, product)) == (13, 16)
    fields = form_of(shop, product)
    assert save(shop, product, typed(fields, {"S · Blanc": "", "M · Blanc": 0})).status == 303
    assert (left(shop, product), stock_of(shop, product)) == ({"S · Noir": 0, "M · Blanc": 0}, 0)
    late = typed(fields, {"M · Blanc": 20}) | {"form_key": "another"}
    assert save(shop, product, late).status == 409  # somebody saved it meanwhile


@pytest.mark.parametrize("wrong", ["-1", "1,5", "beaucoup", "1000001"])
def test_what_is_no_count_is_said_and_changes_nothing(shop: Shop, wrong: str) -> None:
    product = made(shop)
    answer = recount(shop, product, {"S · Blanc": wrong})
    assert answer.status == 400
    assert f'value="{wrong}"' in answer.text
    assert left(shop, product) == GRID


def test_a_size_taken_off_the_list_stays_counted_until_it_is_emptied(shop: Shop) -> None:
    product = made(shop)
    assert save(shop, product, form_of(shop, product) | {"sizes": "M"}).status == 303
    assert (left(shop, product), stock_of(shop, product)) == (GRID, 8)
    assert list(cells(form_of(shop, product))) == ["M · Blanc", "M · Noir", "S · Blanc", "S · Noir"]
    assert recount(shop, product, {"S · Blanc": "", "S · Noir": ""}).status == 303
    assert (left(shop, product), stock_of(shop, product)) == ({"M · Blanc": 5}, 5)
    assert list(cells(form_of(shop, product))) == ["M · Blanc", "M · Noir"]


def test_switched_off_the_sum_is_what_the_product_has(shop: Shop) -> None:
    product = made(shop)
    order = buy(shop, product, 2, size="S", color="Blanc").data
    fields = form_of(shop, product)
    del fields["by_variant"]
    assert save(shop, product, fields).status == 303
    assert (left(shop, product), stock_of(shop, product)) == ({}, 6)
    move(shop, order, "CANCELLED")
    assert stock_of(shop, product) == 8
    refused = add(shop, sizes="", colors="", stock="4")
    answer = save(shop, refused, form_of(shop, refused) | {"by_variant": "on"})
    assert (answer.status, "Donnez d&#39;abord des tailles" in answer.text) == (400, True)


def test_the_lists_own_count_is_not_for_a_sum(shop: Shop) -> None:
    product = made(shop)
    assert count(shop, product, "8", "9", HX_Request="true").status == 409
    assert left(shop, product) == GRID


def test_a_corrected_line_moves_from_one_size_to_another(shop: Inside) -> None:
    product, whole = made(shop), add(shop, stock="4")
    had, wanted = (product, "M", "Blanc", 2), (product, "s", "blanc", 3)
    with shop.app.app_context():
        transaction(lambda tx: stock.correct(tx, [had, (whole, "S", "Blanc", 1)], [wanted, (whole, "M", "Noir", 3)]))
        assert (left(shop, product), stock_of(shop, product)) == (GRID | {"M · Blanc": 7, "S · Blanc": 0}, 7)
        assert stock_of(shop, whole) == 2
        with pytest.raises(Conflict):
            transaction(lambda tx: stock.correct(tx, [had], [wanted]))
    assert (left(shop, product), stock_of(shop, product)) == (GRID | {"M · Blanc": 7, "S · Blanc": 0}, 7)


def test_of_two_who_want_the_last_piece_one_gets_it(shop: Shop) -> None:
    product = made(shop, {"S · Blanc": 5, "M · Blanc": 100})
    answers = at_once(12, lambda _: buy(shop, product, 1, size="S", color="Blanc"))
    assert sorted(answer.status for answer in answers) == [201] * 5 + [409] * 7
    assert (left(shop, product), stock_of(shop, product)) == ({"S · Blanc": 0, "M · Blanc": 100}, 100)


def test_two_products_in_opposite_order_never_deadlock(shop: Shop) -> None:
    sizes = [{"size": size, "color": "Blanc"} for size in ("S", "M")]
    both = [made(shop, {"S · Blanc": 500, "M · Blanc": 500}) for _ in range(2)]

    def bought(n: int) -> Answer:
        lines = [{"productId": product, "quantity": 1} | size for product in both for size in sizes]
        return shop.client().post("/orders/guest", cart(orderItems=lines[:: 1 if n % 2 else -1]))

    assert {answer.status for answer in at_once(16, bought)} == {201}
    assert [left(shop, product) for product in both] == [{"S · Blanc": 484, "M · Blanc": 484}] * 2


def test_open_lists_follow(shop: Shop) -> None:
    product = made(shop)
    shelf = shop.admin_once().dashboard("/dashboard/products")
    assert buy(shop, product, 3, size="S", color="Blanc").status == 201
    fragment = shelf.wait_for(f'id="stock-{product}"').partition(f'id="stock-{product}"')[2]
    assert "<bdi>S · Blanc</bdi>" in fragment.partition("</hx-partial>")[0]


def test_a_line_means_the_variant_that_says_most_of_it() -> None:
    known = [Variant("M", "Blanc"), Variant("M", ""), Variant("", "Noir")]
    for line, found in (
        (Variant("m", "BLANC"), known[0]),
        (Variant("M", "Rouge"), known[1]),
        (Variant("XXL", "noir"), known[2]),
        (Variant("XXL", "Rouge"), None),
    ):
        assert matching(line, known) == found


def test_a_size_spelled_anew_keeps_its_count() -> None:
    counted = {Variant("ete", ""): 3, Variant("Vieux", ""): 1}
    assert offered(["Été", "M"], [], counted) == [Variant("ete", ""), Variant("M", ""), Variant("Vieux", "")]
    assert offered([], [], {}) == []
