"""An order's page: its history, its notes for the team, and forms that work without JavaScript."""

import json
import re
from functools import partial
from typing import get_type_hints

import pytest

from printalma.dashboard import progress
from printalma.db import transaction
from printalma.events import log
from printalma.events.reading import read
from printalma.events.types import TYPES
from printalma.orders.models import Status
from tests.conftest import OpenShop
from tests.orders.test_transitions import move
from tests.support.client import Client, as_customers_see, cart
from tests.support.server import Shop

NOTE = "Client rappelé : <b>livrer</b> après 18 h"
XSS = "<script>alert('x')</script>"


def page_of(shop: Shop, order: dict[str, object]) -> str:
    admin = shop.admin_once()
    answer = admin.get(f"/dashboard/orders/{order['id']}", Cookie=admin.cookie)
    assert answer.status == 200
    return answer.text


def history(page: str) -> list[str]:
    """The lines of the history, as a reader sees them."""
    listed = re.search(r'<section class="card history">.*?</ol>', page, re.DOTALL)
    assert listed
    lines = re.findall(r"<li.*?</li>", listed[0], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines]


def test_the_history_is_read_from_the_log(shop: Shop) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    move(admin, order, "CONFIRMED", notes=NOTE)
    move(admin, order, "CONFIRMED", notes="says nothing new")
    move(admin, order, "PROCESSING")
    move(admin, order, "DELIVERED")
    lines = history(page_of(shop, order))
    assert len(lines) == 3
    assert "Awa Diop" in lines[0]
    assert "Confirmée" in lines[1]
    assert "Admin PrintAlma" in lines[1]
    assert "&lt;b&gt;livrer&lt;/b&gt; après 18 h" in lines[1]
    assert "En traitement" in lines[2]
    assert "says nothing new" not in page_of(shop, order)


def test_a_note_for_the_team_is_in_no_json(shop: Shop) -> None:
    admin, somebody = shop.admin_once(), shop.client().register("noted@example.org")
    order = somebody.post("/orders", cart()).data
    answers = [move(admin, order, "CONFIRMED", notes=NOTE)]
    answers += [client.get(f"/orders/{order['id']}") for client in (admin, somebody)]
    answers += [admin.get("/orders/admin/all"), somebody.get("/orders/my-orders")]
    answers += [move(admin, order, "REJECTED")]
    for answer in answers:
        assert "18 h" not in answer.text
        assert "Confirmée" in answer.text
    assert "18 h" in page_of(shop, order)


@pytest.mark.parametrize("field", ["firstName", "lastName", "company", "street", "apartment", "city", "country"])
def test_a_script_in_an_address_is_text(shop: Shop, field: str) -> None:
    details = cart()["shippingDetails"] | {field: XSS}
    order = shop.client().place(shippingDetails=details)
    assert_text(shop, page_of(shop, order), order)


@pytest.mark.parametrize(
    "changes",
    [
        {"phoneNumber": XSS},
        {"notes": XSS},
        {"orderItems": [{"productId": 1, "quantity": 1, "size": XSS}]},
        {"orderItems": [{"productId": 1, "quantity": 1, "color": XSS}]},
        {"shippingDetails": ..., "shippingAddress": XSS},
        {"phoneNumber": '"><img src=x onerror=alert(1)>'},
        {"email": "a'onclick=alert(1)@example.org"},
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_script_in_an_order_is_text(shop: Shop, changes: dict[str, object]) -> None:
    order = shop.client().place(**changes)
    assert_text(shop, page_of(shop, order), order)


def assert_text(shop: Shop, page: str, order: dict[str, object]) -> None:
    """Neither the order's page, nor the list, nor what is pushed to them holds a tag that somebody typed."""
    admin = shop.admin_once()
    pushed = ""
    for view in ("/dashboard", f"/dashboard/orders/{order['id']}"):
        socket = admin.dashboard(view, since=0)
        pushed += socket.seen
        socket.close()
    for text in (page, admin.get("/dashboard", Cookie=admin.cookie).text, pushed):
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert json.dumps(order)


def test_a_form_without_javascript_moves_the_order_and_comes_back(shop: Shop) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    fields = {"status": "CONFIRMED", "version": "1", "notes": "Vu"}
    answer = admin.form(f"/dashboard/orders/{order['id']}/status", fields, Cookie=admin.cookie)
    assert (answer.status, answer.headers["Location"]) == (303, f"/dashboard/orders/{order['id']}")
    assert admin.get(f"/orders/{order['id']}").data["status"] == "CONFIRMED"
    assert "Vu" in history(page_of(shop, order))[1]


def test_a_form_that_comes_too_late_says_who_was_first(shop: Shop) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    move(admin, order, "CONFIRMED")
    late = {"status": "CANCELLED", "version": "1", "notes": ""}
    path = f"/dashboard/orders/{order['id']}/status"
    answer = admin.form(path, late, Cookie=admin.cookie)
    assert answer.status == 303
    session = answer.headers["Set-Cookie"].partition(";")[0]
    page = admin.get(answer.headers["Location"], Cookie=f"{admin.cookie}; {session}")
    assert "Confirmée par Admin PrintAlma il y a" in page.text
    by_htmx = admin.form(path, late, Cookie=admin.cookie, HX_Request="true")
    assert by_htmx.status == 409
    assert "Confirmée par Admin PrintAlma il y a" in by_htmx.text
    assert admin.get(f"/orders/{order['id']}").data["status"] == "CONFIRMED"


@pytest.mark.parametrize(
    "fields", [{}, {"status": "LOST"}, {"status": "CONFIRMED", "notes": "x" * 2001}], ids=lambda value: str(value)[:40]
)
def test_a_form_that_means_nothing_changes_nothing(shop: Shop, fields: dict[str, str]) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    path = f"/dashboard/orders/{order['id']}/status"
    assert admin.form(path, fields, Cookie=admin.cookie).status == 303
    assert admin.form(path, fields, Cookie=admin.cookie, HX_Request="true").status == 400
    assert as_customers_see(admin.get(f"/orders/{order['id']}").data) == order


def test_the_history_has_words_for_whatever_happens_to_an_order(database: str, open_shop: OpenShop) -> None:
    """What was forgotten once stood there as a second "Commande passée"."""
    shop, said = open_shop(database), {"new": "CONFIRMED", "act": "received", "paper": "slip", "currency": "EUR"}
    order, admin = shop.client().place(), shop.admin_once()
    of_orders = {name for name, kind in TYPES.items() if "order_id" in get_type_hints(kind)} - {"OrderPlaced"}
    with shop.app.app_context():
        for name in of_orders:
            event = read(name, said | {"order_id": order["id"]})
            transaction(partial(log.append, event=event, actor_id=admin.user["id"]))
    lines = history(page_of(shop, order))
    assert len(lines) == 1 + len(of_orders)
    assert sum("Commande passée" in line for line in lines) == 1
    assert not any("version plus récente" in line for line in lines)


@pytest.mark.parametrize("version", ["", "x", "-1", "0", "9" * 16])
@pytest.mark.parametrize("act", ["status", "pay", "give-back", "take-back"])
def test_a_form_whose_version_never_was_is_a_conflict(shop: Shop, act: str, version: str) -> None:
    """A move whose version could not be read was once made from whatever the order had become."""
    admin, order = shop.admin_once(), shop.client().place()
    path, now = f"/dashboard/orders/{order['id']}", move(admin, order, "CONFIRMED").data
    fields = {"status": "PROCESSING", "amount": "1", "note": "Reçu", "version": version}
    assert admin.form(f"{path}/{act}", fields, Cookie=admin.cookie, HX_Request="true").status == 409
    assert admin.get(f"/orders/{order['id']}").data == now


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=999999", "page=" + "9" * 30, "status=LOST", "status=%00"])
def test_the_list_takes_any_query(shop: Shop, query: str) -> None:
    admin = shop.admin_once()
    assert admin.get(f"/dashboard?{query}&{query}", Cookie=admin.cookie).status == 200


def test_the_list_is_filtered_and_paged(shop: Shop) -> None:
    admin: Client = shop.admin_once()
    order = shop.client().place()
    move(admin, order, "REJECTED")
    rejected = admin.get("/dashboard?status=REJECTED", Cookie=admin.cookie).text
    pending = admin.get("/dashboard?status=PENDING", Cookie=admin.cookie).text
    row = f'id="order-{order["id"]}"'
    assert row in rejected
    assert row not in pending
    assert order["orderNumber"] in rejected


def test_a_status_beside_the_way_leads_back_to_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is beside it today. One that was tried made the page an error."""
    way = [Status.PENDING, Status.CONFIRMED, Status.SHIPPED, Status.DELIVERED]
    monkeypatch.setattr(progress, "_way", lambda: way)
    admin, order = shop.admin_once(), shop.client().place()
    move(admin, order, "CONFIRMED")
    move(admin, order, "PROCESSING")
    shown = re.findall(r'<li class="((?:done|now|ahead) \w+)"', page_of(shop, order))
    assert shown == ["done pending", "done confirmed", "now processing", "ahead shipped", "ahead delivered"]
