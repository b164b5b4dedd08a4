"""GET /orders/admin/all: pages, filters, sorts, and what is refused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import NewDatabase
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.client import Answer
from tests.support.inside import Inside
from tests.support.server import Server

KIRITIMATI = ZoneInfo("Pacific/Kiritimati")  # 14 hours ahead: a shop that counts its days in UTC is found out
NAMES = ["Zoé Ndiaye", "Awa Diop", "Moussa 100%", "O_Brien", "Awa Sow", "Chloé Fall", "Yanis"]


@pytest.fixture(scope="module")
def orders(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """Seven orders, oldest first, on seven days of the shop; `shop` is beside them."""
    with Inside(new_database(), SHOP_TZ=str(KIRITIMATI)) as shop:
        placed = []
        for n, name in enumerate(NAMES):
            first, _, last = name.partition(" ")
            details = {"firstName": first, "lastName": last, "street": "1 rue", "city": "Dakar", "country": "Sénégal"}
            items = [{"productId": 1, "quantity": (n * 3) % 7 + 1}]
            order = shop.client().place(shippingDetails=details, orderItems=items, email=f"Buyer{n}@example.org")
            noon = datetime(2026, 3, 1 + n, 12, tzinfo=KIRITIMATI)
            change = "UPDATE orders SET created_at = :at WHERE id = :id"
            db.execute(shop.database_url, change, at=int(noon.timestamp() * 1000), id=order["id"])
            placed.append(order)
        for n in (1, 3):
            move(shop.admin_once(), placed[n], "CONFIRMED")
        yield [shop.admin_once().get(f"/orders/{order['id']}").data | {"shop": shop} for order in placed]


def listed(orders: list[dict[str, Any]], query: str = "") -> Answer:
    server: Server = orders[0]["shop"]
    return server.admin_once().get(f"/orders/admin/all?{query}")


def found(orders: list[dict[str, Any]], query: str) -> list[int]:
    """Which of `orders` a query finds, by their places in it, in the answer's order."""
    answer = listed(orders, query)
    assert answer.status == 200, answer.text
    places = {order["id"]: n for n, order in enumerate(orders)}
    return [places[order["id"]] for order in answer.data["orders"]]


def test_newest_first_ten_to_a_page(orders: list[dict[str, Any]]) -> None:
    answer = listed(orders)
    assert answer.json["message"] == "Commandes récupérées avec succès"
    assert [order | {"shop": orders[0]["shop"]} for order in answer.data["orders"]] == orders[::-1]
    pagination = {"total": 7, "page": 1, "limit": 10, "totalPages": 1, "hasNext": False, "hasPrevious": False}
    assert answer.data["pagination"] | pagination == answer.data["pagination"]


@pytest.mark.parametrize(
    ("query", "places", "pagination"),
    [
        ("limit=3", [6, 5, 4], {"page": 1, "limit": 3, "totalPages": 3, "hasNext": True, "hasPrevious": False}),
        ("limit=3&page=2", [3, 2, 1], {"page": 2, "limit": 3, "totalPages": 3, "hasNext": True, "hasPrevious": True}),
        ("limit=3&page=3", [0], {"page": 3, "limit": 3, "totalPages": 3, "hasNext": False, "hasPrevious": True}),
        ("limit=3&page=4", [], {"page": 4, "limit": 3, "totalPages": 3, "hasNext": False, "hasPrevious": True}),
        ("limit=7", [6, 5, 4, 3, 2, 1, 0], {"totalPages": 1, "hasNext": False}),
        ("limit=1&page=1000000", [], {"page": 1_000_000, "totalPages": 7}),
        ("limit=100", [6, 5, 4, 3, 2, 1, 0], {"limit": 100}),
        ("page=2&page=1&limit=5", [1, 0], {"page": 2}),
        ("status=SHIPPED", [], {"total": 0, "totalPages": 0, "hasNext": False, "hasPrevious": False}),
    ],
)
def test_pages(orders: list[dict[str, Any]], query: str, places: list[int], pagination: dict[str, Any]) -> None:
    assert found(orders, query) == places
    told = listed(orders, query).data["pagination"]
    assert told | pagination == told


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("status=CONFIRMED", [3, 1]),
        ("status=PENDING&search=awa", [4]),
        ("status=&search=&startDate=&endDate=", [6, 5, 4, 3, 2, 1, 0]),
        ("unknown=1&status=CONFIRMED", [3, 1]),
        ("search=AWA", [4, 1]),
        ("search=buyer5%40", [5]),
        ("search=%20diop%20", [1]),
        ("search=%25", [2]),
        ("search=_", [3]),
        ("search=%5C", []),
        ("search=%27%20OR%201%3D1%20--", []),
        ("search=%2B221", [6, 5, 4, 3, 2, 1, 0]),
        ("startDate=2026-03-05", [6, 5, 4]),
        ("endDate=2026-03-02", [1, 0]),
        ("startDate=2026-03-03&endDate=2026-03-03", [2]),
        ("startDate=2026-03-04&endDate=2026-03-03", []),
        ("startDate=2026-03-03T12:00:00%2B14:00", [6, 5, 4, 3, 2]),
        ("startDate=2026-03-02T22:00:00Z", [6, 5, 4, 3, 2]),
        ("startDate=2026-03-02T22:00:00.001Z", [6, 5, 4, 3]),
        ("startDate=2026-03-03T12:00:01", [6, 5, 4, 3]),
        ("endDate=2026-03-02T22:00:00Z", [1, 0]),
        ("startDate=1970-01-01&endDate=9998-12-31", [6, 5, 4, 3, 2, 1, 0]),
        ("sortBy=createdAt&sortOrder=asc&limit=2", [0, 1]),
        ("sortBy=orderNumber&sortOrder=asc&limit=2", [0, 1]),
        ("sortBy=totalAmount&sortOrder=ASC", [0, 5, 3, 1, 6, 4, 2]),
        ("sortBy=totalAmount", [2, 4, 6, 1, 3, 5, 0]),
        ("sortBy=updatedAt&limit=2", [3, 1]),
        ("sortBy=status&sortOrder=asc&limit=3", [1, 3, 0]),
    ],
)
def test_filters_and_sorts(orders: list[dict[str, Any]], query: str, places: list[int]) -> None:
    assert found(orders, query) == places


def test_an_order_is_found_by_its_number(orders: list[dict[str, Any]]) -> None:
    assert found(orders, f"search={orders[4]['orderNumber'].lower()}") == [4]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=1.5", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("page=0", "page"),
        ("page=1000001", "page"),
        ("page=%00", "page"),
        ("status=LOST", "status"),
        ("status=pending", "status"),
        ("status=%ED%A0%80", "status"),
        ("sortBy=password_hash", "sortBy"),
        ("sortBy=id;DROP%20TABLE%20orders", "sortBy"),
        ("sortOrder=up", "sortOrder"),
        ("startDate=yesterday", "startDate"),
        ("startDate=2026-02-30", "startDate"),
        ("startDate=0001-01-01", "startDate"),
        ("endDate=9999-12-31", "endDate"),
        ("endDate=9999-12-31T23:59:59-14:00", "endDate"),
        ("endDate=inf", "endDate"),
        ("endDate=1e300", "endDate"),
        ("endDate=%00", "endDate"),
        ("search=%00", "search"),
        ("search=" + "x" * 101, "search"),
    ],
)
def test_a_query_that_means_nothing_is_400_and_names_the_field(
    orders: list[dict[str, Any]], query: str, field: str
) -> None:
    answer = listed(orders, query)
    if len(query) > 4000:
        assert answer.status in (400, 414)
        return
    assert answer.status == 400, answer.text
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert answer.json["message"] == "Données invalides"


def test_odd_bytes_in_a_query_are_only_not_found(orders: list[dict[str, Any]]) -> None:
    for query in ("search=%ff%fe", "search=%ED%A0%80", "search=" + quote("🎁"), "%00=%00", "&&&", "=", "search=%"):
        assert listed(orders, query).status == 200, query


def test_order_numbers_count_the_days_of_the_shop(orders: list[dict[str, Any]]) -> None:
    before, after = (datetime.now(UTC) + timedelta(minutes=m) for m in (-5, 0))
    days = {moment.astimezone(KIRITIMATI).strftime("%Y%m%d") for moment in (before, after)}
    assert {order["orderNumber"][3:11] for order in orders} <= days
    assert all(order["orderNumber"].startswith("CMD") for order in orders)


def test_a_day_with_more_than_999_orders_counts_on(orders: list[dict[str, Any]]) -> None:
    shop: Server = orders[0]["shop"]
    db.execute(shop.database_url, "UPDATE daily_numbers SET last = 998")
    numbers = [shop.client().place()["orderNumber"] for _ in range(3)]
    assert [number[11:] for number in numbers] == ["999", "1000", "1001"]
