"""Thumbnails where people look: the rows of the list, the bell. Front ends' bells have words alone."""

import re

import pytest

from tests.accounts.people import customer
from tests.pictures import kept
from tests.support.client import Client, cart
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE
from tests.support.server import ADMIN

pytestmark = ON_SQLITE

WAITS = "<span></span>"


@pytest.fixture
def admin(shop: Inside) -> Client:
    return shop.client().sign_in(*ADMIN)


@pytest.fixture
def order_id(shop: Inside) -> int:
    placed: int = shop.client().place()["id"]
    return placed


def image(digest: str) -> str:
    return f'<img src="/pictures/{digest}/thumbnail" alt="" loading="lazy">'


def cell(text: str, order_id: int) -> str | None:
    """What the picture's cell of the order's row holds; None where there is no such row."""
    row = re.search(rf'<tr id="order-{order_id}".*?</tr>', text, re.DOTALL)
    return row and re.sub(r"\s*\n\s*", "", re.search(r"<td class=picture>(.*?)<th", row[0], re.DOTALL)[1])  # type: ignore[index]


def missed(admin: Client, since: int, view: str = "/dashboard") -> str:
    answer = admin.get(f"/dashboard/missed?since={since}&view={view}", Cookie=admin.cookie)
    assert answer.status == 200
    return answer.text


def test_a_row_shows_what_its_order_is(shop: Inside, admin: Client, order_id: int) -> None:
    pages = ("/dashboard", f"/dashboard?q={order_id}&size=100", "/dashboard?status=PENDING")
    seen = lambda: {cell(admin.get(page, Cookie=admin.cookie).text, order_id) for page in pages}  # noqa: E731
    assert seen() == {""}
    kept.name(shop.database_url, order_id, f"https://pictures.example/{order_id}")
    assert seen() == {WAITS}
    digest = kept.arrive(shop.database_url, f"https://pictures.example/{order_id}", 1)
    assert seen() == {image(digest)}
    kept.lose(shop.database_url, f"https://pictures.example/{order_id}")
    assert seen() == {""}


def test_a_row_has_it_however_it_is_drawn(shop: Inside, admin: Client) -> None:
    since = admin.last_event()
    line = {"productId": 1, "quantity": 1, "mockupUrl": "https://pictures.example/2.jpg"}
    placed = shop.client().place(orderItems=[line])
    digest = kept.shown(shop.database_url, placed["id"], 2)
    assert cell(missed(admin, since), placed["id"]) == image(digest)
    since = admin.last_event()
    step = {"step": f"{placed['id']}:1:CONFIRMED"}
    answer = admin.form("/dashboard/orders/move", step, Cookie=admin.cookie, HX_Request="true")
    assert cell(answer.text, placed["id"]) == image(digest)
    assert cell(missed(admin, since), placed["id"]) == image(digest)
    assert cell(missed(admin, since, "/dashboard?status=CONFIRMED"), placed["id"]) in (image(digest), None)
    assert image(digest) in missed(admin, 2**53 - 1)  # drawn anew


def test_a_picture_that_comes_is_no_news(shop: Inside, admin: Client, order_id: int) -> None:
    """Nothing else of the row is touched: somebody may be at work on it."""
    kept.name(shop.database_url, order_id, f"https://pictures.example/{order_id}")
    since = admin.last_event()
    digest = kept.arrive(shop.database_url, f"https://pictures.example/{order_id}", 3, [order_id, 999_999])
    told = missed(admin, since)
    assert f'hx-target="#order-{order_id} .picture"' in told
    assert image(digest) in told
    assert "<tr" not in told
    for loud in ("#told", "#total", 'id="count-', "#arrivals"):
        assert loud not in told, told
    assert "/thumbnail" not in missed(admin, since, "/dashboard/products")


def test_the_bell_shows_what_its_order_is(shop: Inside, admin: Client) -> None:
    buyer = customer(shop)
    placed, bare = (buyer.post("/orders", cart()).data for _ in range(2))
    digest = kept.shown(shop.database_url, placed["id"], 4)
    kept.name(shop.database_url, bare["id"], "https://pictures.example/on-its-way.png")
    shop.admin_once().patch(f"/orders/{placed['id']}/status", {"status": "CONFIRMED"})
    page = admin.get("/dashboard/notifications", Cookie=admin.cookie).text
    entries = re.findall(r'<li id="news-.*?</li>', page, re.DOTALL)
    shown = {
        order["id"]: [image(digest) in each for each in entries if order["orderNumber"] in each]
        for order in (placed, bare)
    }
    assert shown == {placed["id"]: [True], bare["id"]: [False]}  # one's own doing is no news
    for reader in (shop.admin_once(), buyer):
        assert "pictures" not in reader.get("/notifications").text
