"""How many orders a search says it has found, where more hold the words than are looked at."""

import pytest

from printalma.orders.listing import facets, page, selection
from tests.orders.test_transitions import move
from tests.support.client import CART, Client
from tests.support.inside import Inside

MOST = 20  # in place of ten thousand
STREET = "Chemin des Zébus"


@pytest.fixture
def boss(own_shop: Inside, monkeypatch: pytest.MonkeyPatch) -> Client:
    for module in (page, selection, facets):
        monkeypatch.setattr(module, "MAX_COUNT", MOST)
    return own_shop.admin_once()


def place(shop: Inside, n: int, street: str = STREET) -> list[int]:
    client = shop.client()
    return [client.place(shippingDetails=CART["shippingDetails"] | {"street": street})["id"] for _ in range(n)]


def test_a_search_of_many_is_counted_among_the_newest(own_shop: Inside, boss: Client) -> None:
    """Of a street whose oldest orders were cancelled, a page of pending ones once said that it had none and more."""
    for order_id in place(own_shop, MOST + 5):
        assert move(boss, {"id": order_id}, "CANCELLED").status == 200
    place(own_shop, MOST + 5, "Impasse du Lac")
    pending = place(own_shop, 12)
    asked = boss.get("/orders/admin/all?status=PENDING&search=zebus&limit=10").data
    assert [order["id"] for order in asked["orders"]] == pending[:1:-1]
    assert (asked["pagination"]["total"], asked["pagination"]["totalIsExact"]) == (12, False)
    text = boss.get("/dashboard?status=PENDING&q=zebus&size=20", Cookie=boss.cookie).text
    assert '<strong id="total">12 ' in text
    tabs = boss.get("/dashboard?q=zebus&size=20", Cookie=boss.cookie).text
    assert '<span class="n" id="n-PENDING">12+</span>' in tabs


def test_no_page_shows_more_orders_than_it_says_there_are(own_shop: Inside, boss: Client) -> None:
    """None of the newest holds the words, and the index finds a page of them all the same."""
    place(own_shop, MOST + 5, "Quai Perdu")
    place(own_shop, MOST + 5, "Boulevard du Port")
    asked = boss.get("/orders/admin/all?status=PENDING&search=perdu&limit=10&page=2").data
    assert len(asked["orders"]) == 10
    assert (asked["pagination"]["total"], asked["pagination"]["totalIsExact"]) == (20, False)
    beyond = boss.get("/orders/admin/all?status=PENDING&search=perdu&limit=15&page=9").status
    assert beyond == 400, "pages reach as far as is counted"


def test_what_the_index_finds_of_few_is_counted_exactly(own_shop: Inside, boss: Client) -> None:
    few = place(own_shop, 3, "Venelle Unique")
    place(own_shop, MOST + 5, "Boulevard du Port")
    asked = boss.get("/orders/admin/all?status=PENDING&search=venelle").data
    assert [order["id"] for order in asked["orders"]] == few[::-1]
    assert (asked["pagination"]["total"], asked["pagination"]["totalIsExact"]) == (3, True)


def test_pages_of_what_the_index_finds_of_few_follow_each_other(own_shop: Inside, boss: Client) -> None:
    few = []
    for _ in range(8):
        few += place(own_shop, 1, "Traverse Bleue")
        place(own_shop, 3, "Boulevard du Port")
    assert move(boss, {"id": few[3]}, "CANCELLED").status == 200
    for order, listed in (("asc", few), ("desc", few[::-1])):
        path = f"/orders/admin/all?search=traverse%20bleue&limit=3&sortOrder={order}"
        pages = [boss.get(f"{path}&page={n}").data for n in (1, 2, 3)]
        behind = boss.get(f"{path}&cursor={pages[0]['pagination']['nextCursor']}").data
        assert [order["id"] for page in pages for order in page["orders"]] == listed
        assert behind["orders"] == pages[1]["orders"]
        assert {(page["pagination"]["total"], page["pagination"]["totalIsExact"]) for page in pages} == {(8, True)}
    pending = boss.get("/orders/admin/all?status=PENDING&search=traverse").data
    assert [order["id"] for order in pending["orders"]] == [*few[:3], *few[4:]][::-1]
    tabs = boss.get("/dashboard?q=traverse", Cookie=boss.cookie).text
    assert '<span class="n" id="n-PENDING">7</span>' in tabs
    assert '<span class="n" id="n-CANCELLED">1</span>' in tabs
    third = boss.get(f"/dashboard/orders/{few[2]}?list=q%3Dtraverse", Cookie=boss.cookie).text
    assert all(f"/dashboard/orders/{few[n]}?list=q" in third for n in (1, 3))


def test_what_very_many_hold_is_counted_among_the_newest(own_shop: Inside, boss: Client) -> None:
    """Their index would take long to find them all: the newest say that it is more than twice of what is counted."""
    everywhere = place(own_shop, 2 * MOST + 5)
    asked = boss.get("/orders/admin/all?search=zebus&limit=15").data
    assert [order["id"] for order in asked["orders"]] == everywhere[:-16:-1]
    assert (asked["pagination"]["total"], asked["pagination"]["totalIsExact"]) == (MOST, False)
