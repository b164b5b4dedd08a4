"""What a mark keeps from happening to an order, and what it does not."""

import re
from typing import Any

import pytest

from tests.dashboard.test_move_many import page, statuses
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.forms import form
from tests.support.marks import MARKS, mark
from tests.support.server import Shop


def marked(shop: Shop, *names: str) -> dict[str, Any]:
    """A new order with these marks."""
    order: dict[str, Any] = shop.client().place()
    for name in names:
        mark(shop.database_url, order["id"], name)
    return order


def marks_of(shop: Shop, order: dict[str, Any]) -> str:
    found: str = db.select(shop.database_url, "SELECT marks FROM orders WHERE id = :id", id=order["id"])[0].marks
    return found


@pytest.mark.parametrize("name", MARKS)
def test_an_unknown_article_and_an_open_price_keep_an_order_from_being_confirmed(shop: Shop, name: str) -> None:
    admin, order = shop.admin_once(), marked(shop, name)
    blocks = name in ("article", "price")
    allowed = admin.get(f"/orders/{order['id']}").data["allowedTransitions"]
    assert allowed == ["CONFIRMED"] * (not blocks) + ["REJECTED", "CANCELLED"]
    answer = move(admin, order, "CONFIRMED")
    assert answer.status == (409 if blocks else 200)
    if blocks:
        label = {"article": "Article", "price": "Prix"}[name]
        assert answer.json["message"] == f"À vérifier avant de confirmer : {label}"
        assert answer.json["errors"] == [{"field": name, "message": label}]
        assert (answer.data["status"], answer.data["version"]) == ("PENDING", 1)
        assert move(admin, order, "REJECTED").status == 200


def test_several_move_and_the_marked_ones_say_why_not(shop: Shop) -> None:
    admin = shop.admin_once()
    free, noted, held = marked(shop), marked(shop, "contact"), marked(shop, "artwork", "price", "article")
    told = page(admin, free, noted, held)
    assert statuses(admin, free, noted, held) == ["CONFIRMED", "CONFIRMED", "PENDING"]
    assert "2 commandes passées à «\u00a0Confirmée\u00a0»" in told
    assert "À vérifier avant de confirmer : Article, Prix" in told


def test_an_ended_order_is_no_work_and_has_its_marks_again_when_it_comes_back(shop: Shop) -> None:
    admin, order = shop.admin_once(), marked(shop, "contact", "price")
    for end in ("CANCELLED", "REJECTED"):
        here = f"/dashboard/orders/{order['id']}"
        ended = move(admin, order, end).data
        assert marks_of(shop, order) == ""
        back = form(admin.get(here, Cookie=admin.cookie).text, f"{here}/take-back").filled(reason="Par erreur")
        assert admin.form(f"{here}/take-back", back, Cookie=admin.cookie).status == 303
        assert ended["status"] == end
        assert marks_of(shop, order) == "price contact"
    open_ = "SELECT id FROM order_marks WHERE order_id = :id AND cleared_at IS NULL"
    assert len(db.select(shop.database_url, open_, id=order["id"])) == 2


def listed(shop: Shop, query: str, *orders: dict[str, Any]) -> list[bool]:
    """Which of these orders the list has."""
    admin = shop.admin_once()
    text = admin.get(f"/dashboard?{query}&size=100", Cookie=admin.cookie).text
    return [f'<tr id="order-{order["id"]}"' in text for order in orders]


def waiting(shop: Shop) -> int:
    """How many orders wait for a look, as the bar says."""
    admin = shop.admin_once()
    found = re.search(r'id="n-to-check">(\d+)<', admin.get("/dashboard", Cookie=admin.cookie).text)
    assert found
    return int(found[1])


def test_a_list_of_what_is_to_be_checked(shop: Shop) -> None:
    admin, before = shop.admin_once(), waiting(shop)
    free, priced, called = marked(shop), marked(shop, "price"), marked(shop, "contact", "double")
    named = "UPDATE orders SET payment_method = 'Bons d''achat' WHERE id = :id"
    db.execute(shop.database_url, named, id=called["id"])  # a way to pay of which the list knows nothing
    every = free, priced, called
    assert waiting(shop) == before + 2
    assert listed(shop, "marks=open", *every) == [False, True, True]
    assert listed(shop, "marks=price", *every) == [False, True, False]
    assert listed(shop, "marks=price&marks=double", *every) == [False, True, True]
    assert listed(shop, "marks=open&status=PENDING&period=today&sort=largest", *every) == [False, True, True]
    assert listed(shop, "marks=open&payment=PAYTECH", *every) == [False, False, False]
    assert listed(shop, "marks=contact&q=Diop", *every) == [False, False, True]
    assert listed(shop, "marks=lost", *every) == [True, True, True], "what makes no sense is ignored"
    found = admin.get("/orders/admin/all?limit=100&marks=double").data["orders"]
    assert [order["id"] in {each["id"] for each in found} for order in every] == [False, False, True]
    assert admin.get("/orders/admin/all?marks=lost").status == 400


def test_a_row_and_a_line_of_the_file_name_the_marks(shop: Shop) -> None:
    admin, order = shop.admin_once(), marked(shop, "artwork", "price")
    text = admin.get("/dashboard?marks=open", Cookie=admin.cookie).text
    row = text.partition(f'<tr id="order-{order["id"]}"')[2].partition("</tr>")[0]
    assert re.findall(r'class="mark" title="([^"]+)"', row) == ["Prix", "Sans visuel"]
    assert re.search(r'<a class=button [^>]*#to-check"\s+title="À vérifier avant de confirmer : Prix"', row)
    assert ":CONFIRMED" not in row, "the step is not offered"
    file = admin.get("/dashboard/orders.csv?marks=artwork", Cookie=admin.cookie).text.splitlines()
    line = next(line for line in file if order["orderNumber"] in line)
    cells = dict(zip(file[0].split(";"), line.split(";"), strict=True))
    assert cells["À vérifier"].strip('"') == "Prix, Sans visuel"
