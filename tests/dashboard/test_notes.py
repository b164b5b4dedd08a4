"""What the team notes on an order: in its history at once, and nowhere a customer or a front end looks."""

import pytest

from tests.dashboard.test_order_page import XSS, history, page_of
from tests.orders.test_transitions import move
from tests.support.client import Answer, Client, as_customers_see, cart
from tests.support.server import Shop
from tests.support.stream import stream

SECRET = "Client difficile : rappeler avant 18 h"


def note(admin: Client, order: dict[str, object], text: str, query: str = "", **headers: str) -> Answer:
    path = f"/dashboard/orders/{order['id']}/notes{query}"
    return admin.form(path, {"notes": text, "version": "1"}, Cookie=admin.cookie, **headers)


def test_a_note_is_in_the_history_with_who_and_changes_nothing_else(shop: Shop) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    query = "?list=status%3DPENDING%26sort%3Doldest"
    answer = note(admin, order, f"{SECRET} {XSS}", query)
    assert (answer.status, answer.headers["Location"]) == (303, f"/dashboard/orders/{order['id']}{query}")
    lines = history(page_of(shop, order))
    assert len(lines) == 2
    assert lines[1].startswith("Note interne par Admin PrintAlma")
    assert f"{SECRET} &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in lines[1]
    assert as_customers_see(admin.get(f"/orders/{order['id']}").data) == order  # updatedAt and version too
    assert move(admin, order, "CONFIRMED", version=1).status == 200


def test_a_note_is_told_to_no_customer_and_no_front_end(shop: Shop) -> None:
    admin, somebody = shop.admin_once(), shop.client().register("noted.twice@example.org")
    order = somebody.post("/orders", cart()).data
    listeners = [stream(client) for client in (admin, somebody)]
    for listener in listeners:
        listener.until_beat()
    before = admin.get("/notifications").json["unreadCount"]
    note(admin, order, SECRET)
    move(admin, order, "CONFIRMED")
    for listener in listeners:
        assert listener.told()["data"]["type"] in ("ORDER_STATUS_CHANGED", "MY_ORDER_UPDATED")
    assert admin.get("/notifications").json["unreadCount"] == before + 1
    for client in (admin, somebody):
        for path in (f"/orders/{order['id']}", "/orders/my-orders", "/notifications"):
            assert "difficile" not in client.get(path).text
    assert "difficile" not in admin.get("/orders/admin/all").text


def test_an_order_that_has_ended_still_takes_notes_and_counts_them_all(shop: Shop) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    move(admin, order, "REJECTED", notes="Doublon")
    note(admin, order, "Remboursée")
    page = page_of(shop, order)
    assert "2 notes internes" in page
    assert len(history(page)) == 3
    assert "0 note" not in page_of(shop, shop.client().place())


def test_who_comes_too_late_hears_who_moved_the_order_not_who_noted(shop: Shop) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    move(admin, order, "CONFIRMED")
    note(admin, order, SECRET)
    late = move(admin, order, "CANCELLED", version=1)
    assert late.status == 409
    assert late.json["message"].startswith("Confirmée par Admin PrintAlma il y a")


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "obligatoire"), ("  \n ", "obligatoire"), ("x" * 2001, "2000 caractères au plus"), ("a\x00b", "contrôle")],
    ids=("empty", "blank", "long", "control"),
)
def test_a_note_that_is_none_is_refused_in_words(shop: Shop, text: str, why: str) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    refused = note(admin, order, text, HX_Request="true")
    assert refused.status == 400
    assert "Note interne : " in refused.text
    assert why in refused.text
    assert len(history(page_of(shop, order))) == 1
    assert note(admin, {"id": 987654}, SECRET).status == 404


def test_a_note_reaches_open_pages_without_a_toast(shop: Shop) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    views = (f"/dashboard/orders/{order['id']}", "/dashboard", "/dashboard?status=PENDING")
    page, home, filtered = (admin.dashboard(view) for view in views)
    note(admin, order, SECRET)
    frame = page.wait_for(SECRET)
    assert 'hx-target="#order"' in frame
    for socket in (home, filtered):
        row = socket.wait_for(f'hx-target="#order-{order["id"]}"')
        assert "arrivals" not in row  # it is no new order
        assert SECRET not in row
    for socket in (page, home, filtered):
        assert "data-kind=" not in socket.seen
