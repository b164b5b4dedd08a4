"""The page of numbers, and the counters behind it, which never differ from counting the orders."""

import random
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from tests.conftest import OpenShop
from tests.support import database as db
from tests.support.client import Client
from tests.support.inside import Inside, flask
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

ATTACK = "</title></svg><script>alert(1)</script>\"'{{ 7 * 7 }}"


def test_after_any_moves_the_page_tells_what_a_recount_tells(shop: Shop) -> None:
    admin, chance = shop.admin_once(), random.Random(5)
    orders = [shop.client().place(orderItems=_items(chance)) for _ in range(15)]
    for _ in range(35):
        n = chance.randrange(len(orders))
        if moves := orders[n]["allowedTransitions"]:
            orders[n] = admin.patch(f"/orders/{orders[n]['id']}/status", {"status": chance.choice(moves)}).data
    page = _page(admin, "?period=today")
    earning = [order for order in orders if order["confirmedAt"] and order["status"] != "CANCELLED"]
    revenue = sum(round(order["totalAmount"] * 100) for order in earning)
    assert _sums(page, "hours") == [len(orders), revenue]
    assert _sums(page, "products") == [*_kept(orders), revenue]
    assert {row[0]: row[1] for row in _table(page, "statuses")} == {
        label: str(sum(order["statusLabel"] == label for order in orders))
        for label in (row[0] for row in _table(page, "statuses"))
    }
    assert 'id="chart-days"' not in page  # a single day has hours, not days
    assert _sums(_page(admin, "?period=7d"), "days") == [len(orders), revenue]


@ON_SQLITE
def test_a_day_is_compared_with_as_much_of_the_day_before(database: str, open_shop: OpenShop) -> None:
    """In a shop where it is about noon, and which counts in francs."""
    ahead = 12 - datetime.now(UTC).hour
    server = open_shop(database, SHOP_TZ=f"Etc/GMT{-ahead:+d}", SHOP_CURRENCY="XOF")
    db.execute(database, "UPDATE products SET price = 12500 WHERE id = 1")
    admin = server.admin()
    orders = [server.client().place(orderItems=[{"productId": 1, "quantity": 1}]) for _ in range(5)]
    for order in orders[:4]:
        assert admin.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"}).status == 200
    hour = 3_600_000
    for order, earlier in ((orders[0], 26 * hour), (orders[1], 24 * hour + 90_000), (orders[2], 21 * hour)):
        _move_back(database, order["id"], earlier)
    flask(database, "statistics", "recount")
    page = _page(admin, "?period=today")
    summary = _text(page, 'id="summary"', "</section>")
    assert "Commandes 2 Chiffre d'affaires 12 500 F CFA Panier" in summary, "two orders are not 100 % of anything"
    assert "Elle comptait 2 commandes et 25 000 F CFA." in summary
    assert re.search(r"arrêtée au même moment : le \d+(er)? \S+ jusqu'à 1[123]:\d\d\.", summary)
    assert "Délai de confirmation < 1 min" in summary
    everything = _text(page, "<main", "</main>")
    assert "Chiffre d'affaires (F CFA)" in everything
    assert "12 500,00" not in everything


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2025-10-26", {"De 2 h à 3 h": 4}), ("2025-03-30", {"De 1 h à 2 h": 2, "De 3 h à 4 h": 2})],
    ids=["of 25 hours", "of 23 hours"],
)
def test_hours_are_those_of_the_shops_clock(shop: Shop, day: str, hours: dict[str, int]) -> None:
    """At 00:30 and 01:30 in UTC, between which clocks are changed in Paris; and one of the neighbouring days."""
    midnight = int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp()) // 900
    rows = [{"quarter": midnight + n, "orders": 2, "revenue": 5} for n in (-20, 2, 6, 110)]
    db.insert(shop.database_url, "quarter_orders", rows)
    page = _page(shop.admin_once(), f"?from={day}&to={day}")
    assert {row[0]: int(row[1]) for row in _table(page, "hours") if row[1] != "0"} == hours


def test_a_products_name_stays_a_name(shop: Shop) -> None:
    db.execute(shop.database_url, "UPDATE products SET name = :name WHERE id = 2", name=ATTACK)
    order = shop.client().place(orderItems=[{"productId": 2, "quantity": 1}])
    page = _page(shop.admin_once(), "")
    assert "<script>alert" not in page
    assert ATTACK in [row[0] for row in _table(page, "products")]
    for query in (f"?period={ATTACK}", f"?from={ATTACK}&to=2026-01-01", "?from=2001-01-01&to=2001-01-02"):
        assert "<script>alert" not in _page(shop.admin_once(), query.replace(" ", "+").replace("{", "%7B"))
    assert order["status"] == "PENDING"


def test_an_empty_period_says_so_and_htmx_gets_only_what_changes(shop: Shop) -> None:
    admin = shop.admin_once()
    empty = _page(admin, "?from=2001-01-01&to=2001-01-31")
    assert empty.count("Rien sur cette période.") == 6
    assert "hx-get" not in empty  # what is over is not asked for again
    answer = admin.get("/dashboard/numbers", Cookie=admin.cookie, HX_Request="true")
    assert answer.text.lstrip().startswith("<hx-partial")
    assert "<h1" not in answer.text


@ON_SQLITE
def test_tiles_follow_orders(common_shop: Inside) -> None:
    admin = common_shop.admin_once()
    socket = admin.dashboard("/dashboard/numbers?period=7d")
    order = common_shop.client().place()
    pushed = socket.wait_for('id="tile-today"')
    assert order["orderNumber"] in pushed
    assert "chart-days" not in pushed
    before = _text(pushed, 'id="tile-today"', "</article>")
    admin.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    assert _text(socket.wait_for('id="tile-today"'), 'id="tile-today"', "</article>") != before


def _items(chance: random.Random) -> list[dict[str, int]]:
    return [{"productId": chance.choice((1, 2, 3)), "quantity": chance.randint(1, 2)}]


def _page(admin: Client, query: str) -> str:
    answer = admin.get(f"/dashboard/numbers{query}", Cookie=admin.cookie)
    assert answer.status == 200
    return answer.text


def _table(page: str, name: str) -> list[list[str]]:
    body = page.split(f'id="table-{name}"', 1)[1].split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("<tr>")[1:]]
    return [[unescape(re.sub(r"</?bdi>", "", cell)) for cell in row] for row in rows]


def _sums(page: str, name: str) -> list[int]:
    """The sums of a table's columns; amounts in cents."""
    columns = list(zip(*_table(page, name), strict=True))[1:]
    return [sum(int(re.sub(r"\D", "", cell)) for cell in column) for column in columns]


def _kept(orders: list[dict[str, Any]]) -> tuple[int, int]:
    """Orders by product and pieces, without what was called off."""
    kept = [order for order in orders if order["status"] not in ("CANCELLED", "REJECTED")]
    named = sum(len({item["productId"] for item in order["orderItems"]}) for order in kept)
    return named, sum(item["quantity"] for order in kept for item in order["orderItems"])


def _text(page: str, begin: str, end: str) -> str:
    """The words between `begin` and `end`, with plain spaces."""
    part = page.split(begin, 1)[1].split(">", 1)[1].split(end, 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", part)).split())


def _move_back(database: str, order_id: int, milliseconds: int) -> None:
    """As if the order had come that much earlier, on the day before."""
    today = db.select(database, "SELECT day FROM orders WHERE id = :id", id=order_id)[0]
    yesterday = (datetime.fromisoformat(today.day).date().toordinal()) - 1
    day = datetime.fromordinal(yesterday).date().isoformat()
    shifted = "created_at = created_at - :ms, confirmed_at = confirmed_at - :ms"
    db.execute(
        database, f"UPDATE orders SET day = :day, {shifted} WHERE id = :id", day=day, ms=milliseconds, id=order_id
    )
