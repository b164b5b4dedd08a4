"""The dashboard's socket: who may open it, where it starts, what it gets."""

import json
import re

import pytest
import websocket

from tests.support.client import CART, Client, Dashboard
from tests.support.server import Shop

ARRIVAL = 'hx-target="#arrivals"'  # what the pill over a list counts


def test_a_posted_order_reaches_every_dashboard_once(shop: Shop) -> None:
    admin = shop.admin_once()
    pages = [admin.dashboard() for _ in range(3)]
    order = shop.client().place()
    frames = [page.wait_for(f'id="order-{order["id"]}"') for page in pages]
    assert len(set(frames)) == 1
    assert order["orderNumber"] in frames[0]
    assert "<strong>Nouvelle commande " + order["orderNumber"] in frames[0]
    assert "<bdi>49,80\xa0€</bdi>" in frames[0]  # as the list writes it
    for page in pages:
        assert page.seen.count(f'<tr id="order-{order["id"]}"') == 1
        page.close()


def test_what_happened_between_drawing_and_listening_is_caught_up(shop: Shop) -> None:
    admin = shop.admin_once()
    since = admin.last_event()
    order = shop.client().place()
    page = admin.dashboard(since=since)
    assert f'<tr id="order-{order["id"]}"' in page.seen
    assert page.position() > since


def test_each_frame_carries_a_position_from_which_nothing_is_told_again(shop: Shop) -> None:
    admin = shop.admin_once()
    page = admin.dashboard()
    order = shop.client().place()
    page.wait_for(f'id="order-{order["id"]}"')
    again = admin.dashboard(since=page.position())
    assert "<tr" not in again.seen
    assert again.position() == page.position()


@pytest.mark.parametrize("since", [10**9, 2**53 - 1, 10**40])
def test_a_position_beyond_the_log_redraws_the_list(shop: Shop, since: int) -> None:
    order = shop.client().place()
    page = shop.admin_once().dashboard(since=since)
    assert 'hx-target="#list"' in page.seen
    assert f'<tr id="order-{order["id"]}"' in page.seen
    assert page.position() < 10**9


@pytest.mark.parametrize("hello", ["", "{", "[]", "null", '"hello"', '{"t": "hello", "since": -1}', '{"t": "hi"}'])
def test_an_odd_hello_means_the_default_list_from_now_on(shop: Shop, hello: str) -> None:
    page = shop.admin_once().dashboard(hello=False)
    page.socket.send(hello)
    page.receive()
    order = shop.client().place()
    assert f'<tr id="order-{order["id"]}"' in page.wait_for("<tr")


def test_without_a_hello_the_default_list_is_meant(shop: Shop) -> None:
    page = shop.admin_once().dashboard(hello=False)
    page.receive()
    order = shop.client().place()
    assert f'<tr id="order-{order["id"]}"' in page.wait_for("<tr")


def test_a_page_hears_only_what_it_shows(shop: Shop) -> None:
    admin = shop.admin_once()
    first, second = shop.client().place(), shop.client().place()
    page = admin.dashboard(f"/dashboard/orders/{first['id']}")
    admin.patch(f"/orders/{second['id']}/status", {"status": "CONFIRMED"})
    admin.patch(f"/orders/{first['id']}/status", {"status": "CONFIRMED", "notes": "pour l'équipe"})
    frame = page.wait_for('id="order"')
    assert "pour l&#39;équipe" in frame
    assert second["orderNumber"] in page.seen  # the toast
    assert f'id="order-{second["id"]}"' not in page.seen


def test_a_filtered_list_counts_what_would_be_there_and_marks_what_left(shop: Shop) -> None:
    admin = shop.admin_once()
    order = shop.client().place()
    pending = admin.dashboard("/dashboard?status=PENDING")
    confirmed = admin.dashboard("/dashboard?status=CONFIRMED")
    arrival = f'<data value="{order["id"]}">'
    admin.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    left = pending.wait_for(f'<tr id="order-{order["id"]}"')
    assert 'hx-swap="outerMorph"' in left
    assert "Ne correspond plus au filtre" in left
    assert arrival not in left
    assert arrival in confirmed.wait_for(arrival)
    assert 'hx-swap="afterbegin"' not in pending.seen + confirmed.seen


def test_a_search_hears_of_what_it_finds(shop: Shop) -> None:
    admin = shop.admin_once()
    found = admin.dashboard("/dashboard?q=Ndiaye&period=today")
    yesterdays = admin.dashboard("/dashboard?q=Ndiaye&period=yesterday")
    other = shop.client().place()
    order = shop.client().place(shippingDetails=CART["shippingDetails"] | {"lastName": "NDIAYE"})
    found.wait_for(f'<data value="{order["id"]}">')
    yesterdays.wait_for(order["orderNumber"])  # the toast
    assert ARRIVAL not in yesterdays.seen
    admin.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    moved = found.wait_for(f'<tr id="order-{order["id"]}"')
    assert "Ne correspond plus au filtre" not in moved
    assert ARRIVAL not in moved, "it was in the list already"
    assert f'order-{other["id"]}"' not in found.seen + yesterdays.seen


def test_a_page_that_comes_to_another_list_says_hello_again(shop: Shop) -> None:
    admin = shop.admin_once()
    page = admin.dashboard("/dashboard?status=SHIPPED")
    between = shop.client().place()
    page.wait_for(between["orderNumber"])
    page.socket.send(json.dumps({"t": "hello", "since": page.position() - 1, "view": "/dashboard"}))
    assert f'<tr id="order-{between["id"]}"' in page.wait_for("<tr")
    order = shop.client().place()
    assert f'<tr id="order-{order["id"]}"' in page.wait_for("<tr")
    assert ARRIVAL not in page.seen


def test_the_numbers_above_a_list_are_of_that_list(shop: Shop) -> None:
    admin = shop.admin_once()
    views = ("/dashboard", "/dashboard?status=PENDING", "/dashboard?period=yesterday")
    everything, pending, yesterday = (admin.dashboard(view) for view in views)
    order = shop.client().place()
    counted = admin.get("/orders/admin/statistics").data
    for page, total in ((everything, counted["totalOrders"]), (pending, counted["pendingOrders"]), (yesterday, 0)):
        page.wait_for(order["orderNumber"])
        waiting = counted["pendingOrders"] if page is not yesterday else 0
        assert f'<hx-partial hx-target="#n-PENDING">{waiting}</hx-partial>' in page.seen
        assert re.search(rf'#total">{total} commandes?<', page.seen), page.seen


def test_a_script_in_a_name_is_text_in_every_fragment(shop: Shop) -> None:
    admin = shop.admin_once()
    page = admin.dashboard()
    evil = {"firstName": "<script>alert(1)</script>", "street": "<evil>", "city": "<evil>", "country": "<evil>"}
    order = shop.client().place(shippingDetails=evil, notes="</td><img src=x onerror=alert(2)>")
    page.wait_for(f'id="order-{order["id"]}"')
    opened = admin.dashboard(f"/dashboard/orders/{order['id']}", since=2**53 - 1)
    for seen in (page.seen, opened.seen):
        assert "&lt;script&gt;" in seen
        assert not re.search("<script|<img|<evil", seen)


def test_nobody_but_an_admin_gets_more_than_4401(shop: Shop) -> None:
    customer = shop.client().register("page-reader@example.org")
    for caller in (customer, Client(shop.url)):
        page = Dashboard(caller, "/dashboard", 0, hello=False)
        assert page.wait_for_close() == 4401
        assert page.seen == ""


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_another_sites_page_cannot_open_it(shop: Shop, origin: str | None) -> None:
    options = {"origin": origin} if origin else {"suppress_origin": True}
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        shop.admin_once().dashboard(**options)
    assert refused.value.status_code == 403


def test_missed_fragments_are_the_same_over_http(shop: Shop) -> None:
    admin = shop.admin_once()
    since = admin.last_event()
    order = shop.client().place()
    page = admin.dashboard(since=since)
    answer = admin.get(f"/dashboard/missed?since={since}&view=/dashboard", Cookie=admin.cookie)
    assert answer.status == 200
    assert answer.text == page.seen
    assert f'<tr id="order-{order["id"]}"' in answer.text


def test_a_binary_and_an_oversized_message_do_no_harm(shop: Shop) -> None:
    page = shop.admin_once().dashboard()
    page.socket.send_binary(b"\xff\xfe")
    page.socket.send(json.dumps({"t": "hello", "view": "x" * 100_000}))
    other = shop.admin_once().dashboard()
    order = shop.client().place()
    other.wait_for(f'id="order-{order["id"]}"')
