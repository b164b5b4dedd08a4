"""What a mark keeps from happening to an order, and what it does not."""

from typing import Any

import pytest

from tests.orders.test_move_many import page, statuses
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.forms import form
from tests.support.marks import MARKS, mark
from tests.support.server import Server


def marked(shop: Server, *names: str) -> dict[str, Any]:
    """A new order with these marks."""
    order: dict[str, Any] = shop.client().place()
    for name in names:
        mark(shop.database_url, order["id"], name)
    return order


def marks_of(shop: Server, order: dict[str, Any]) -> str:
    found: str = db.select(shop.database_url, "SELECT marks FROM orders WHERE id = :id", id=order["id"])[0].marks
    return found


@pytest.mark.parametrize("name", MARKS)
def test_an_unknown_article_and_an_open_price_keep_an_order_from_being_confirmed(shop: Server, name: str) -> None:
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


def test_several_move_and_the_marked_ones_say_why_not(shop: Server) -> None:
    admin = shop.admin_once()
    free, noted, held = marked(shop), marked(shop, "contact"), marked(shop, "artwork", "price", "article")
    told = page(admin, free, noted, held)
    assert statuses(admin, free, noted, held) == ["CONFIRMED", "CONFIRMED", "PENDING"]
    assert "2 commandes passées à « Confirmée »" in told
    assert "À vérifier avant de confirmer : Article, Prix" in told


def test_an_ended_order_is_no_work_and_has_its_marks_again_when_it_comes_back(shop: Server) -> None:
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
