"""What runs out is told once, when it does: on open pages, at the bell, to phones."""

import json
import re
from typing import Any

from tests.catalog.test_products import add, form_of, save
from tests.catalog.test_variants import made
from tests.support import database as db
from tests.support.client import Answer, cart
from tests.support.inside import Inside

LOW = 10  # the shop's limit, where none is set


def buy(shop: Inside, product: int, quantity: int, **options: str) -> Answer:
    answer = shop.client().post(
        "/orders/guest", cart(orderItems=[{"productId": product, "quantity": quantity, **options}])
    )
    assert answer.status == 201, answer.text
    return answer


def told(shop: Inside, product: int) -> list[tuple[int, list[str]]]:
    rows = db.select(shop.database_url, "SELECT data FROM events WHERE type = 'ProductRanLow' ORDER BY id")
    found: list[dict[str, Any]] = [row.data if isinstance(row.data, dict) else json.loads(row.data) for row in rows]
    return [(each["left"], each["gone"]) for each in found if each["product_id"] == product]


def bell(shop: Inside) -> str:
    admin = shop.admin_once()
    return admin.get("/dashboard/notifications", Cookie=admin.cookie).text


def test_a_fall_is_told_once_not_with_each_order(shop: Inside) -> None:
    product = add(shop, name="Sac Kermel", stock=str(LOW + 2))
    buy(shop, product, 1)
    assert told(shop, product) == []
    order = buy(shop, product, 3).data
    buy(shop, product, 1)
    buy(shop, product, LOW - 4)
    assert told(shop, product) == [(LOW - 2, [])]
    assert re.search(rf'<a href="/dashboard/products/{product}">Bientôt épuisé : Sac Kermel</a>', bell(shop))
    admin = shop.admin_once()
    assert admin.patch(f"/orders/{order['id']}/status", {"status": "CANCELLED"}).status == 200
    assert save(shop, product, form_of(shop, product) | {"stock": str(LOW + 1)}).status == 303
    buy(shop, product, 1)
    assert told(shop, product) == [(LOW - 2, []), (LOW, [])], "it was there again, and fell again"


def test_two_orders_that_wait_together_and_a_refused_one_tell_once(shop: Inside) -> None:
    product = add(shop, stock=str(LOW + 1))
    lines = [{"productId": product, "quantity": 1}, {"productId": product, "quantity": 1}]
    assert shop.client().post("/orders/guest", cart(orderItems=lines)).status == 201
    refused = shop.client().post("/orders/guest", cart(orderItems=[{"productId": product, "quantity": 900}]))
    assert refused.status == 409
    assert told(shop, product) == [(LOW - 1, [])]


def test_the_last_of_a_size_is_told(shop: Inside) -> None:
    product = made(shop)
    for _ in range(2):
        buy(shop, product, 2, size="M", color="Blanc")
    assert told(shop, product) == [], "it was low before, and there is one of the size"
    buy(shop, product, 1, size="M", color="Blanc")
    assert told(shop, product) == [(3, ["M · Blanc"])]
    assert "reste 3 · épuisé en M · Blanc" in bell(shop)


def test_open_pages_follow_the_number(shop: Inside) -> None:
    admin = shop.admin_once()
    product = add(shop, name="Tasse Ndar", stock=str(LOW + 1))
    page = admin.dashboard(since=admin.last_event())
    known = re.search(r'class="ending" aria-hidden="true">(\d+)<', bell(shop))
    n = int(known[1]) if known else 0
    order = buy(shop, product, 1).data
    frame = page.wait_for('hx-target="#ending"')
    assert f'aria-hidden="true">{n + 1}</span>' in frame
    assert "Bientôt épuisé : Tasse Ndar" in frame
    assert admin.patch(f"/orders/{order['id']}/status", {"status": "CANCELLED"}).status == 200
    back = page.wait_for('hx-target="#ending"')
    assert f'aria-hidden="true">{n}</span>' in back or n == 0
