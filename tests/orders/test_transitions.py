"""Statuses: the whole matrix, two admins at once, and stock given back exactly once."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.orders.test_placing import add_product, at_once
from tests.support import database as db
from tests.support.client import Answer, Client, as_customers_see, cart
from tests.support.server import Shop

LABELS = {
    "PENDING": "En attente",
    "CONFIRMED": "Confirmée",
    "PROCESSING": "En traitement",
    "SHIPPED": "Expédiée",
    "DELIVERED": "Livrée",
    "CANCELLED": "Annulée",
    "REJECTED": "Rejetée",
}
NEXT = {
    "PENDING": ["CONFIRMED", "REJECTED", "CANCELLED"],
    "CONFIRMED": ["PROCESSING", "CANCELLED"],
    "PROCESSING": ["SHIPPED", "CANCELLED"],
    "SHIPPED": ["DELIVERED", "CANCELLED"],
    "DELIVERED": [],
    "CANCELLED": [],
    "REJECTED": [],
}
WAY = {
    "PENDING": [],
    "CONFIRMED": ["CONFIRMED"],
    "PROCESSING": ["CONFIRMED", "PROCESSING"],
    "SHIPPED": ["CONFIRMED", "PROCESSING", "SHIPPED"],
    "DELIVERED": ["CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED"],
    "CANCELLED": ["CANCELLED"],
    "REJECTED": ["REJECTED"],
}
STAMPS = {
    "CONFIRMED": "confirmedAt",
    "SHIPPED": "shippedAt",
    "DELIVERED": "deliveredAt",
    "CANCELLED": "cancelledAt",
}


def move(admin: Client, order: dict[str, Any], status: str, **more: Any) -> Answer:
    return admin.patch(f"/orders/{order['id']}/status", {"status": status, **more})


def order_in(shop: Shop, status: str, **changes: Any) -> dict[str, Any]:
    """A new order that has come to `status`."""
    order = shop.client().place(**changes)
    for step in WAY[status]:
        order = move(shop.admin_once(), order, step).data
    return order


def stock_of(shop: Shop, product: int) -> int:
    found: int = db.select(shop.database_url, "SELECT stock FROM products WHERE id = :id", id=product)[0].stock
    return found


@pytest.mark.parametrize("status", LABELS)
@pytest.mark.parametrize("wanted", LABELS)
def test_the_matrix_of_transitions(shop: Shop, status: str, wanted: str) -> None:
    admin, order = shop.admin_once(), order_in(shop, status)
    assert (order["status"], order["statusLabel"]) == (status, LABELS[status])
    assert order["allowedTransitions"] == NEXT[status]
    before = admin.last_event()
    answer = move(admin, order, wanted)
    found = answer.data
    if wanted in NEXT[status]:
        assert (answer.status, answer.json["message"]) == (200, "Statut de la commande mis à jour avec succès")
        assert (found["status"], found["version"]) == (wanted, order["version"] + 1)
        assert wanted not in STAMPS or found[STAMPS[wanted]].endswith("Z")
        assert admin.last_event() == before + 1
    else:
        same = wanted == status
        assert answer.status == (200 if same else 409)
        assert same or (answer.json["error"], answer.json["statusCode"]) == ("Conflict", 409)
        assert as_customers_see(found) == as_customers_see(order), "an order that did not move is as it was"
        assert admin.last_event() == before
    assert admin.get(f"/orders/{order['id']}").data == found


def test_who_validated_an_order_and_when_it_moved(shop: Shop) -> None:
    admin, order = shop.admin_once(), order_in(shop, "DELIVERED")
    assert order["validatedBy"] == admin.user["id"]
    stamps = [order[name] for name in ("createdAt", "validatedAt", "confirmedAt", "shippedAt", "deliveredAt")]
    assert stamps == sorted(stamps)
    assert order["cancelledAt"] is None
    assert order["version"] == 5


def test_two_admins_with_the_same_version(shop: Shop) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    ways = ("CONFIRMED", "CANCELLED")
    before = admin.last_event()
    answers = at_once(2, lambda n: move(shop.admin(), order, ways[n], version=order["version"]))
    assert sorted(answer.status for answer in answers) == [200, 409]
    won, lost = sorted(answers, key=lambda answer: answer.status)
    label = {"CONFIRMED": "Confirmée", "CANCELLED": "Annulée"}[won.data["status"]]
    assert lost.json["message"].startswith(f"{label} par Admin PrintAlma il y a ")
    assert lost.data == won.data == admin.get(f"/orders/{order['id']}").data
    assert lost.json["success"] is False
    assert admin.last_event() == before + 1


def test_a_version_is_believed_only_while_it_is_true(shop: Shop) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    assert move(admin, order, "CONFIRMED", version=2).status == 409
    assert move(admin, order, "CONFIRMED", version=1).data["version"] == 2
    assert (
        move(admin, order, "PROCESSING", version=1).json["message"].startswith("Confirmée par Admin PrintAlma il y a")
    )
    assert move(admin, order, "PROCESSING").status == 200, "older front ends send no version"


def test_many_admins_confirm_at_once(shop: Shop) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    before = admin.last_event()
    answers = at_once(10, lambda _: move(admin, order, "CONFIRMED"))
    assert {answer.status for answer in answers} == {200}
    assert {answer.data["version"] for answer in answers} == {2}
    assert admin.last_event() == before + 1


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"status": "LOST"}, 400, "status"),
        ({"status": "confirmed"}, 400, "status"),
        ({"status": None}, 400, "status"),
        ({"status": 1}, 400, "status"),
        ({"status": ["CONFIRMED"]}, 400, "status"),
        ({}, 400, "status"),
        ({"status": "CONFIRMED", "version": "1"}, 400, "version"),
        ({"status": "CONFIRMED", "version": 0}, 400, "version"),
        ({"status": "CONFIRMED", "version": 1e300}, 400, "version"),
        ({"status": "CONFIRMED", "version": 10**30}, 400, "version"),
        ({"status": "CONFIRMED", "notes": "x" * 2001}, 400, "notes"),
        ({"status": "CONFIRMED", "notes": "\u0000"}, 400, "notes"),
        ({"status": "CONFIRMED", "version": 2**53 - 1}, 409, None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_move_changes_nothing(shop: Shop, body: dict[str, Any], status: int, field: str | None) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    answer = admin.patch(f"/orders/{order['id']}/status", body)
    assert answer.status == status
    assert field is None or [error["field"] for error in answer.json["errors"]] == [field]
    assert as_customers_see(admin.get(f"/orders/{order['id']}").data) == order


@pytest.mark.parametrize(
    "order_id", ["0", "999999", "999999999999999", "9" * 16, "9" * 400, "-1", "1.0", "%31%00", "é"]
)
def test_an_order_nobody_knows_is_404(shop: Shop, order_id: str) -> None:
    admin, path = shop.admin_once(), f"/orders/{quote(order_id, safe='%')}"
    answers = [
        admin.get(path),
        admin.patch(f"{path}/status", {"status": "CONFIRMED"}),
        admin.delete(f"{path}/cancel"),
        admin.get(f"/dashboard{path}", Cookie=admin.cookie),
        admin.form(f"/dashboard{path}/status", {"status": "CONFIRMED"}, Cookie=admin.cookie),
    ]
    assert [answer.status for answer in answers] == [404] * 5
    assert [answer.json["statusCode"] for answer in answers[:3]] == [404] * 3


@pytest.mark.parametrize("status", ["CANCELLED", "REJECTED"])
def test_stock_is_given_back_exactly_once(shop: Shop, status: str) -> None:
    admin, product = shop.admin_once(), add_product(shop, stock=10)
    lines = [{"productId": product, "quantity": 2}, {"productId": product, "quantity": 1, "size": "M"}]
    order = shop.client().place(orderItems=[*lines, {"productId": 1, "quantity": 5}])
    assert stock_of(shop, product) == 7
    answers = at_once(8, lambda _: move(admin, order, status))
    assert {answer.status for answer in answers} == {200}
    assert stock_of(shop, product) == 10
    assert move(admin, order, "CONFIRMED").status == 409
    assert move(admin, order, status).status == 200
    assert stock_of(shop, product) == 10


def test_an_order_that_goes_its_way_keeps_its_stock(shop: Shop) -> None:
    product = add_product(shop, stock=10)
    order = order_in(shop, "SHIPPED", orderItems=[{"productId": product, "quantity": 4}])
    assert stock_of(shop, product) == 6
    assert move(shop.admin_once(), order, "CANCELLED").status == 200
    assert stock_of(shop, product) == 10


def test_a_customer_and_an_admin_at_once_give_stock_back_once(shop: Shop) -> None:
    admin, product = shop.admin_once(), add_product(shop, stock=100)
    somebody = shop.client().register("both-at-once@example.org")
    item = [{"productId": product, "quantity": 3}]
    orders = [somebody.post("/orders", cart(orderItems=item)).data for _ in range(6)]

    def end(n: int) -> Answer:
        order = orders[n // 2]
        return somebody.delete(f"/orders/{order['id']}/cancel") if n % 2 else move(admin, order, "REJECTED")

    answers = at_once(12, end)
    assert {answer.status for answer in answers} == {200, 409}
    assert sum(answer.status == 200 for answer in answers) == 6
    assert stock_of(shop, product) == 100
