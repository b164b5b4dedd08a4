"""How the shop goes: read from counters, and never different from counting the orders."""

import random
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import OpenShop
from tests.support import database as db
from tests.support.client import Client, cart
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

STATUSES = ("PENDING", "CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED", "CANCELLED", "REJECTED")
EARNING = {"CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED"}
PATHS = ("/orders/admin/statistics", "/orders/admin/frontend-statistics")


@pytest.fixture(scope="module")
def shop(own_shop: Inside) -> Inside:
    """What is counted and found is of this file alone."""
    return own_shop


@ON_SQLITE
def test_after_any_moves_the_statistics_equal_a_recount(shop: Shop) -> None:
    admin, chance = shop.admin_once(), random.Random(812)
    orders = [shop.client().place(orderItems=_items(chance)) for _ in range(25)]
    for _ in range(60):
        n = chance.randrange(len(orders))
        moves = orders[n]["allowedTransitions"]
        if moves:
            orders[n] = admin.patch(f"/orders/{orders[n]['id']}/status", {"status": chance.choice(moves)}).data
        _refused_things(shop, orders[n], admin)
    everything = _all_orders(admin)
    found = admin.get(PATHS[0])
    assert found.json["message"] == "Statistiques des commandes récupérées avec succès"
    assert found.data == _recount(everything)
    frontend = admin.get(PATHS[1])
    assert frontend.json["message"] == "Statistiques frontend récupérées avec succès"
    assert frontend.data == found.data | {"recentOrders": frontend.data["recentOrders"]}
    for order, whole in zip(frontend.data["recentOrders"], everything[:5], strict=True):
        assert order == {name: whole[name] for name in order}  # but for what was sent beside


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", pytest.param("Pacific/Pago_Pago", marks=pytest.mark.matrix)])
def test_days_weeks_and_months_are_the_shops(open_shop: OpenShop, database: str, zone: str) -> None:
    today = datetime.now(UTC).astimezone(ZoneInfo(zone)).date()
    history = [_counter(today - timedelta(days=n), status) for n in range(1, 70) for status in STATUSES]
    db.insert(database, "daily_orders", history)
    server = open_shop(database, SHOP_TZ=zone)
    server.client().place()
    found = server.admin().get(PATHS[0]).data
    if datetime.now(UTC).astimezone(ZoneInfo(zone)).date() != today:
        pytest.skip("midnight struck in the shop during the test")
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    assert (found["ordersToday"], found["revenueToday"]) == (1, 0)
    assert found["ordersThisWeek"] == 1 + _orders(history, monday)
    assert found["ordersThisMonth"] == 1 + _orders(history, first)
    assert found["revenueThisMonth"] == round(_revenue(history, first) / 100, 2)
    assert found["totalRevenue"] == round(_revenue(history, date.min) / 100, 2)


def test_statistics_of_no_order_and_of_a_million(open_shop: OpenShop, database: str) -> None:
    """Three years of a busy shop are added up from its counters, at once."""
    admin = open_shop(database).admin()
    assert admin.get(PATHS[1]).data == _recount([]) | {"recentOrders": []}
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=n) for n in range(2, 1100)]
    rows = [_counter(day, status) | {"orders": 131} for day in days for status in STATUSES]
    db.insert(database, "daily_orders", rows)
    assert admin.get(PATHS[1]).data["totalOrders"] == 131 * len(rows) > 1_000_000
    assert min(_seconds(admin, path) for _ in range(20) for path in PATHS) < 0.2


def test_statistics_are_for_admins(shop: Shop) -> None:
    customer = shop.client().register("curious@example.org")
    for path in PATHS:
        assert shop.client().get(path).json == {"message": "Unauthorized", "statusCode": 401}
        assert customer.get(path).json["statusCode"] == 403


def _items(chance: random.Random) -> list[dict[str, int]]:
    return [{"productId": chance.choice((1, 1, 1, 2)), "quantity": chance.randint(1, 2)}]


def _refused_things(shop: Shop, order: dict[str, Any], admin: Client) -> None:
    """What changes nothing must count nothing: the same status again, a forbidden one, a cart that is refused."""
    assert admin.patch(f"/orders/{order['id']}/status", {"status": order["status"]}).status == 200
    assert admin.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED", "version": 999}).status == 409
    assert shop.client().post("/orders/guest", cart(orderItems=[])).status == 400


def _all_orders(admin: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        answer = admin.get(f"/orders/admin/all?limit=100&page={page}").data
        found += answer["orders"]
        if not answer["pagination"]["hasNext"]:
            return found
        page += 1


def _recount(orders: list[dict[str, Any]]) -> dict[str, Any]:
    """All of `orders` came today, in the shop's first minutes."""
    by_status = {status: sum(order["status"] == status for order in orders) for status in STATUSES}
    earned = [round(order["subtotal"] * 100) for order in orders if order["status"] in EARNING]
    due = [order["totalAmount"] for order in orders if order["status"] not in ("CANCELLED", "REJECTED")]
    revenue = sum(earned) / 100
    return {
        "totalOrders": len(orders),
        **{f"{status.lower()}Orders": n for status, n in by_status.items()},
        "totalRevenue": revenue,
        "averageOrderValue": round(sum(earned) / len(earned)) / 100 if earned else 0,
        "ordersToday": len(orders),
        "ordersThisWeek": len(orders),
        "ordersThisMonth": len(orders),
        "revenueToday": revenue,
        "revenueThisMonth": revenue,
        "totalCollected": 0,
        "totalToCollect": round(sum(due), 2),
        "ordersByStatus": by_status,
    }


def _counter(day: date, status: str) -> dict[str, Any]:
    return {"day": day.isoformat(), "status": status, "orders": 1 + day.day % 3, "amount": day.toordinal() % 10_000}


def _orders(history: list[dict[str, Any]], since: date) -> int:
    return sum(row["orders"] for row in history if row["day"] >= since.isoformat())


def _revenue(history: list[dict[str, Any]], since: date) -> int:
    return sum(row["amount"] for row in history if row["day"] >= since.isoformat() and row["status"] in EARNING)


def _seconds(admin: Client, path: str) -> float:
    began = time.perf_counter()
    assert admin.get(path).status == 200
    return time.perf_counter() - began
