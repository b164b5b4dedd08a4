"""Lists as front ends read them: pages, cursors, filters, search."""

import base64
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.client import Client, cart
from tests.support.inside import Inside
from tests.support.matrix import ON_BOTH
from tests.support.server import Shop

pytestmark = ON_BOTH

SORTS = ("createdAt", "updatedAt", "totalAmount", "status", "orderNumber")
STATUSES = ("PENDING", "CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED", "CANCELLED", "REJECTED")
ALL = "/orders/admin/all"
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def shop(own_shop: Inside) -> Inside:
    """Its lists are read to their ends: of the orders of other files they would only be longer."""
    return own_shop


@pytest.fixture(scope="module")
def orders(shop: Shop) -> list[dict[str, Any]]:
    """Twenty-three orders, many of them equal in what they can be sorted by."""
    admin = shop.admin_once()
    placed = [shop.client().place(orderItems=[{"productId": 1, "quantity": 1 + n % 3}]) for n in range(23)]
    for order in placed[::2]:
        admin.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    return placed


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize(("sort", "order"), list(itertools.product(SORTS, ("asc", "desc"))))
@pytest.mark.parametrize("dates", ["", "&startDate=2020-01-01&endDate=2090-12-31"])
def test_cursors_and_pages_show_the_same_list(shop: Shop, sort: str, order: str, dates: str) -> None:
    admin = shop.admin_once()
    path = f"{ALL}?limit=4&sortBy={sort}&sortOrder={order}{dates}"
    by_page = list(_pages(admin, path))
    by_cursor = list(_cursors(admin, path))
    assert [_ids(answer) for answer in by_cursor] == [_ids(answer) for answer in by_page]
    assert {answer["pagination"]["total"] for answer in by_cursor} == {len(_flat(by_page))}
    assert [answer["pagination"]["hasNext"] for answer in by_cursor] == [True] * (len(by_page) - 1) + [False]
    assert [answer["pagination"]["hasPrevious"] for answer in by_cursor] == [False] + [True] * (len(by_page) - 1)
    assert len(set(_flat(by_page))) == len(_flat(by_page))


@pytest.mark.usefixtures("orders")
def test_a_list_that_grows_while_it_is_read_shows_nothing_twice(shop: Shop) -> None:
    admin = shop.admin_once()
    before = _flat(_pages(admin, f"{ALL}?limit=100"))
    seen = []
    for answer in _cursors(admin, f"{ALL}?limit=5"):
        seen += _ids(answer)
        shop.client().place()
    assert seen == before


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize("status", STATUSES)
def test_totals_are_what_is_listed(shop: Shop, status: str) -> None:
    admin = shop.admin_once()
    today = datetime.now(PARIS).date()
    day, next_day = today.isoformat(), (today + timedelta(days=1)).isoformat()
    minute_ago = (datetime.now(UTC) - timedelta(minutes=10)).isoformat().replace("+00:00", "Z")
    for query in ("", f"&startDate={day}", f"&startDate={day}&endDate={day}", f"&endDate={next_day}"):
        _total_is_right(admin, f"{ALL}?limit=100&status={status}{query}")
    for query in (
        f"&startDate={next_day}",
        f"&startDate={minute_ago}",
        f"&startDate={day}T00:00:00+00:00",
        "&search=awa",
        f"&endDate={day}T00:00:00Z",
    ):
        _total_is_right(admin, f"{ALL}?limit=100&status={status}{query}")


def test_search_finds_number_name_email_and_phone(shop: Shop) -> None:
    name = {"firstName": "Zoé", "lastName": "Percent%Under_score", "street": "1 rue", "city": "Dakar", "country": "SN"}
    wanted = shop.client().place(shippingDetails=name, email="zoe.rare@example.org", phoneNumber="+221 70 987 00 00")
    shop.client().place()
    for words in (wanted["orderNumber"], "percent%25under_score", "ZOE.RARE@", "987 00".replace(" ", "%20")):
        assert _ids(shop.admin_once().get(f"{ALL}?search={words}").data) == [wanted["id"]]
    assert shop.admin_once().get(f"{ALL}?search=ercent_Under").data["orders"] == []


@pytest.mark.usefixtures("orders")
def test_what_is_searched_for_by_words_is_found_by_date(shop: Shop) -> None:
    admin = shop.admin_once()
    assert admin.get(f"{ALL}?sortBy=totalAmount").data["pagination"]["sortBy"] == "totalAmount"
    for order in ("asc", "desc"):
        path = f"{ALL}?limit=7&search=awa&sortBy=totalAmount&sortOrder={order}"
        by_page, by_cursor = list(_pages(admin, path)), list(_cursors(admin, path))
        assert {answer["pagination"]["sortBy"] for answer in by_page} == {"createdAt"}
        assert _flat(by_page) == _flat(by_cursor) == sorted(_flat(by_page), reverse=order == "desc")
        assert by_page[0]["pagination"]["total"] == len(_flat(by_page)) > 7
        assert by_page[0]["pagination"]["totalIsExact"]


def test_a_cursor_opens_no_other_list(shop: Shop) -> None:
    """It is a place, not a permission: behind somebody else's, a customer still reads only their own orders."""
    awa, moussa = (shop.client().register(f"{name}.cursor@example.org") for name in ("awa", "moussa"))
    mine = [awa.post("/orders", cart()).data["id"] for _ in range(2)]
    for _ in range(2):
        moussa.post("/orders", cart())
    cursor = shop.admin_once().get(f"{ALL}?limit=1").data["pagination"]["nextCursor"]
    found = awa.get(f"/orders/my-orders?cursor={cursor}").data
    assert _ids(found) == mine[::-1]
    assert found["pagination"]["total"] == 2


BAD = ["x", "%00", "e30", "W10", "a" * 300, "%C3%A9%C3%A9"]
MADE = [
    ["createdAt", 1, -1], ["createdAt", "1", 1], ["createdAt", 1, 2**64], ["createdAt", 1, True], ["createdAt", 1, 1.5],
    ["createdAt", 10**15, 1], ["updatedAt", 10**15, 1], ["updatedAt", "2026", 1], ["totalAmount", 2**70, 1],
    ["status", "GOLD", 1], ["status", {}, 1],
    ["orderNumber", "\u0000", 1], ["orderNumber", "x" * 25, 1], ["nothing", 1, 1], [[], 1, 1], ["createdAt", 1],
]  # fmt: skip


def test_no_word_of_somebodys_own_is_a_cursor(shop: Shop) -> None:
    made = [base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode() for cursor in MADE]
    for cursor in BAD + made:
        for sort in SORTS:
            answer = shop.admin_once().get(f"{ALL}?sortBy={sort}&cursor={cursor}")
            assert answer.status == 400, (sort, cursor)
            assert [error["field"] for error in answer.json["errors"]] == ["cursor"]


def test_a_cursor_belongs_to_its_sort(shop: Shop) -> None:
    for _ in range(2):
        shop.client().place()
    cursor = shop.admin_once().get(f"{ALL}?limit=1").data["pagination"]["nextCursor"]
    assert shop.admin_once().get(f"{ALL}?limit=1&sortBy=totalAmount&cursor={cursor}").status == 400


def _pages(client: Client, path: str) -> Iterator[dict[str, Any]]:
    for page in itertools.count(1):
        answer = client.get(f"{path}&page={page}").data
        yield answer
        if not answer["pagination"]["hasNext"]:
            assert page == max(answer["pagination"]["totalPages"], 1)
            return


def _cursors(client: Client, path: str) -> Iterator[dict[str, Any]]:
    cursor = ""
    while cursor is not None:
        answer = client.get(f"{path}&cursor={cursor}").data
        yield answer
        cursor = answer["pagination"]["nextCursor"]


def _total_is_right(admin: Client, path: str) -> None:
    answers = list(_cursors(admin, path))
    assert answers[0]["pagination"]["total"] == len(_flat(answers)), path


def _ids(answer: dict[str, Any]) -> list[int]:
    return [order["id"] for order in answer["orders"]]


def _flat(answers: Any) -> list[int]:
    return [order_id for answer in answers for order_id in _ids(answer)]
