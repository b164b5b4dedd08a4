"""Lines that are none of the catalogue's, and texts as long as they come, wherever an order is shown or counted."""

import re

import pytest

from tests.clearing.test_clearing import here, items_of, page_of, row_of, shop, strange
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.inside import Inside
from tests.support.marks import mark
from tests.support.recount import counted, kept

__all__ = ["shop"]

LONG = "Très long " * 1000


def test_a_line_of_no_product_is_shown_counted_and_put_aside(shop: Inside) -> None:
    boss, order = shop.admin_once(), strange(shop, price=6000)
    told = "UPDATE orders SET announced_total = 9999, shipping_amount = 1500, total = total + 1500 WHERE id = :id"
    db.execute(shop.database_url, told, id=order["id"])
    item = items_of(shop, order)[1]
    db.execute(shop.database_url, "UPDATE order_items SET announced_price = 5000 WHERE id = :id", id=item.id)
    assert shop.app.test_cli_runner().invoke(args=["statistics", "recount"]).exit_code == 0
    text = re.sub(r"\s+", " ", page_of(boss, order))
    assert "Hors catalogue · <bdi>vendor:245</bdi>" in text
    assert "annoncé au client : 5" in text
    assert "annoncé au client : 9" in text
    for kind in ("slip", "sheet"):
        paper = boss.get(f"/dashboard/print?ids={order['id']}&as={kind}", Cookie=boss.cookie)
        assert "Hors catalogue" in paper.text
    for status in ("CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED"):
        assert move(boss, order, status).status == 200
    for path in ("/dashboard", "/dashboard/numbers", "/dashboard/products", "/dashboard/notifications"):
        assert boss.get(path, Cookie=boss.cookie).status == 200
    for path in ("/orders/admin/statistics", "/orders/admin/frontend-statistics", "/orders/admin/all?limit=100"):
        assert boss.get(path).status == 200
    assert "Article n° 245" in boss.get("/dashboard/orders.csv", Cookie=boss.cookie).text
    assert kept(shop.database_url) == counted(shop.database_url)


@pytest.mark.parametrize("path", ["", "list", "slip", "sheet"])
def test_what_is_very_long_is_cut_and_the_whole_is_on_the_order_s_page(shop: Inside, path: str) -> None:
    boss, order = shop.admin_once(), strange(shop)
    columns = ("shipping_name", "customer", "shipping_street", "shipping_city", "phone", "carrier", "notes")
    named = ", ".join(f"{column} = :long" for column in columns)
    db.execute(shop.database_url, f"UPDATE orders SET {named} WHERE id = :id", long=LONG, id=order["id"])
    item = items_of(shop, order)[1]
    spoken = "UPDATE order_items SET product_name = :long, size = :long, reference = :long WHERE id = :id"
    db.execute(shop.database_url, spoken, long=LONG, id=item.id)
    mark(shop.database_url, order["id"], "article", item.id, why="unknown", reference=LONG[:120])
    addresses = {"": here(order), "list": "/dashboard"}
    address = addresses.get(path, f"/dashboard/print?ids={order['id']}&as={path}")
    text = boss.get(address, Cookie=boss.cookie).text
    whole = text.count(LONG.strip())
    assert whole == 0 if path else whole > 5
    assert row_of(shop, order).marks == "article"
