"""What runs out is told once, when it does: on open pages, at the bell, to phones."""

import json
import re
from typing import Any

from tests.catalog.test_products import add, form_of, save
from tests.catalog.test_variants import made
from tests.mending.test_mending import mend
from tests.orders.test_taking_back import take_back
from tests.support import database as db
from tests.support.client import Answer, Client, cart
from tests.support.forms import form
from tests.support.inside import Inside
from tests.support.server import Shop

LOW = 10  # the shop's limit, where none is set


def buy(shop: Inside, product: int, quantity: int, **options: str) -> Answer:
    answer = shop.client().post(
        "/orders/guest", cart(orderItems=[{"productId": product, "quantity": quantity, **options}])
    )
    assert answer.status == 201, answer.text
    return answer


def told(shop: Shop, product: int) -> list[tuple[int, list[str]]]:
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


def test_a_correction_that_takes_the_last_ones_tells(shop: Inside) -> None:
    boss, product = shop.admin_once(), add(shop, name="Pagne Ndar", stock=str(LOW + 2))
    order = buy(shop, product, 1).data
    item = order["orderItems"][0]["id"]
    page = boss.dashboard(since=boss.last_event())
    assert mend(boss, order, **{f"quantity_{item}": "4"}).status == 303
    assert told(shop, product) == [(LOW - 2, [])]
    frame = page.wait_for("Bientôt épuisé : Pagne Ndar")
    assert 'hx-target="#ending"' in frame
    assert mend(boss, order, **{f"quantity_{item}": "5"}).status == 303
    assert mend(boss, order, **{f"quantity_{item}": "1"}).status == 303
    assert told(shop, product) == [(LOW - 2, [])], "it was low before, and there is more again"
    page.wait_for('hx-target="#ending"')
    refused = mend(boss, order, **{f"quantity_{item}": "900"})
    assert refused.status == 409
    assert told(shop, product) == [(LOW - 2, [])]


def test_a_cancellation_that_is_taken_back_tells_again(shop: Inside) -> None:
    boss, product = shop.admin_once(), add(shop, name="Boubou Ndar", stock=str(LOW + 1))
    order = buy(shop, product, 1).data
    gone = boss.patch(f"/orders/{order['id']}/status", {"status": "CANCELLED"}).data
    page = boss.dashboard(since=boss.last_event())
    assert take_back(boss, gone).status == 200
    assert told(shop, product) == [(LOW, []), (LOW, [])]
    page.wait_for("Bientôt épuisé : Boubou Ndar")
    last = db.select(shop.database_url, "SELECT type, actor_id FROM events ORDER BY id DESC LIMIT 2")
    assert [(row.type, row.actor_id is None) for row in last] == [
        ("ProductRanLow", True),
        ("OrderStatusTakenBack", False),
    ]


def test_a_mark_that_is_settled_takes_and_tells(shop: Inside) -> None:
    boss, product = shop.admin_once(), made(shop)
    order = buy(shop, product, 5, size="M", color="bleuâtre").data
    assert told(shop, product) == [], "nobody knows what to take"
    found = re.search(rf'action="(/dashboard/orders/{order["id"]}/marks/\d+/choose)"', page_of(boss, order))
    assert found is not None
    sent = form(page_of(boss, order), found[1]).filled(choice="Blanc")
    assert boss.form(found[1], sent, Cookie=boss.cookie).status == 303
    assert told(shop, product) == [(3, ["M · Blanc"])]


def page_of(who: Client, order: dict[str, Any]) -> str:
    return who.get(f"/dashboard/orders/{order['id']}", Cookie=who.cookie).text


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
