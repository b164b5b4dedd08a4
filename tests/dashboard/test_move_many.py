"""Moving several orders at once from the list: each by itself, over HTTP, as the page's forms send it."""

import re
from collections import defaultdict
from typing import Any

from tests.orders.test_placing import at_once
from tests.orders.test_transitions import move, order_in
from tests.support import database as db
from tests.support.client import Answer, Client
from tests.support.server import Shop

ANSWERS: dict[str, list[tuple[str, str]]] = defaultdict(list) | {
    "CANCELLED": [("asked", "CANCELLED"), ("reason", "Rupture de stock")],
}


def send(admin: Client, *orders: dict[str, Any] | str, status: str = "CONFIRMED", **headers: str) -> Answer:
    """What the list's form sends when these orders are ticked, and what it is asked then is answered."""
    seen = [o if isinstance(o, str) else f"{o['id']}:{o['version']}" for o in orders]
    fields = [("status", status), *(("order", each) for each in seen), *ANSWERS[status]]
    return admin.form("/dashboard/orders/move", fields, Cookie=admin.cookie, **headers)


def page(admin: Client, *orders: dict[str, Any] | str, **changes: str) -> str:
    """The fragments a page with JavaScript gets for the same."""
    answer = send(admin, *orders, HX_Request="true", HX_Current_URL=f"{admin.url}/dashboard", **changes)
    assert answer.status == 200, answer.text
    return answer.text


def statuses(admin: Client, *orders: dict[str, Any]) -> list[str]:
    return [admin.get(f"/orders/{order['id']}").data["status"] for order in orders]


def moves(shop: Shop, order: dict[str, Any]) -> int:
    """How often the log says that the order changed its status."""
    asked = "SELECT id FROM events WHERE order_id = :id AND type = 'OrderStatusChanged'"
    return len(db.select(shop.database_url, asked, id=order["id"]))


def test_each_moves_by_itself_and_is_told_by_itself(shop: Shop) -> None:
    admin = shop.admin_once()
    free, shipped, delivered = (order_in(shop, status) for status in ("PENDING", "SHIPPED", "DELIVERED"))
    stale = shop.client().place()
    move(admin, stale, "REJECTED")
    told = page(admin, free, shipped, stale, delivered, "999999:1")
    assert statuses(admin, free, shipped, stale, delivered) == ["CONFIRMED", "SHIPPED", "REJECTED", "DELIVERED"]
    assert f"{free['orderNumber']} : Confirmée." in told
    assert "4 commandes n&#39;ont pas changé" in told
    assert "Rejetée par Admin PrintAlma il y a" in told
    assert "Une commande «\u00a0Expédiée\u00a0» ne peut pas devenir «\u00a0Confirmée\u00a0»" in told
    assert "Une commande «\u00a0Livrée\u00a0» ne change plus de statut" in told
    assert re.search(r"Commande n° 999999</a>\s*<bdi>Commande introuvable", told)
    assert f'data-done="{free["id"]}"' in told
    for order in (free, shipped, stale, delivered):
        assert re.search(rf'<hx-partial hx-target="#order-{order["id"]}" hx-swap="outerMorph">\s*<tr', told)


def test_the_same_again_changes_nothing_and_is_no_conflict(shop: Shop) -> None:
    admin = shop.admin_once()
    orders = [shop.client().place() for _ in range(3)]
    first = page(admin, *orders)
    since = admin.last_event()
    assert page(admin, *orders).split('id="order-')[0] == first.split('id="order-')[0]
    assert "3 commandes passées à «\u00a0Confirmée\u00a0»" in first
    assert admin.last_event() == since
    assert [moves(shop, order) for order in orders] == [1, 1, 1]


def test_two_at_once_move_each_order_once(shop: Shop) -> None:
    admin = shop.admin_once()
    orders = [shop.client().place() for _ in range(10)]
    at_once(6, lambda n: send(admin, *orders, status=("CONFIRMED", "REJECTED")[n % 2]))
    assert [moves(shop, order) for order in orders] == [1] * 10
    assert set(statuses(admin, *orders)) <= {"CONFIRMED", "REJECTED"}


def test_stock_goes_back_once_for_each_cancelled(shop: Shop) -> None:
    admin = shop.admin_once()
    before = db.select(shop.database_url, "SELECT stock FROM products WHERE id = 2")[0].stock
    orders = [shop.client().place(orderItems=[{"productId": 2, "quantity": 2}]) for _ in range(3)]
    for _ in range(2):
        page(admin, *orders, status="CANCELLED")
    assert db.select(shop.database_url, "SELECT stock FROM products WHERE id = 2")[0].stock == before


def test_without_javascript_the_list_comes_back_and_says_what_happened(shop: Shop) -> None:
    admin = shop.admin_once()
    order, gone = shop.client().place(), order_in(shop, "DELIVERED")
    fields = [("step", f"{order['id']}:1:CONFIRMED"), ("list", "status=PENDING&sort=oldest")]
    answer = admin.form("/dashboard/orders/move", fields, Cookie=admin.cookie)
    assert (answer.status, answer.headers["Location"]) == (303, "/dashboard?status=PENDING&sort=oldest")
    assert statuses(admin, order) == ["CONFIRMED"]
    session = (send(admin, gone).headers["Set-Cookie"] or "").split(";")[0]
    told = admin.get("/dashboard", Cookie=f"{admin.cookie}; {session}").text
    assert f"{gone['orderNumber']} : Une commande «\u00a0Livrée\u00a0» ne change plus de statut" in told


def test_many_refusals_fit_in_a_cookie(shop: Shop) -> None:
    admin = shop.admin_once()
    answer = send(admin, *(f"{10**9 + n}:1" for n in range(100)))
    session = (answer.headers["Set-Cookie"] or "").split(";")[0]
    assert len(session) < 4000
    told = admin.get("/dashboard", Cookie=f"{admin.cookie}; {session}").text
    assert "95 autres commandes n&#39;ont pas changé" in told


def test_a_hundred_at_most_and_nothing_else_than_orders(shop: Shop) -> None:
    admin = shop.admin_once()
    order = shop.client().place()
    ticked = f"{order['id']}:1"
    for seen, status in (
        ([], "CONFIRMED"),
        ([ticked] + [f"{10**9 + n}:1" for n in range(100)], "CONFIRMED"),
        ([ticked, "1"], "CONFIRMED"),
        ([ticked, "x:1"], "CONFIRMED"),
        ([ticked, f"{order['id']}:-1"], "CONFIRMED"),
        ([ticked], "LOST"),
        ([ticked], ""),
    ):
        answer = send(admin, *seen, status=status)
        assert (answer.status, answer.headers["Location"]) == (303, "/dashboard"), (seen, status)
    assert statuses(admin, order) == ["PENDING"]
    assert send(admin, ticked, ticked, ticked).status == 303
    assert moves(shop, order) == 1
    to_elsewhere = [("list", "//evil.example/?status=PENDING&q=https://evil.example")]
    answer = admin.form("/dashboard/orders/move", to_elsewhere, Cookie=admin.cookie)
    assert answer.headers["Location"] == "/dashboard?q=https%3A%2F%2Fevil.example"


def test_another_site_cannot_move_anything(shop: Shop) -> None:
    admin = shop.admin_once()
    order = shop.client().place()
    assert send(admin, order, Origin="https://evil.example").status == 403
    assert statuses(admin, order) == ["PENDING"]
