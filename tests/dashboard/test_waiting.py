"""An order that waits too long is told by its age's colour, by the shop's own limits."""

import re

import pytest

from tests.shop.test_settings import form_of, save
from tests.support import database as db
from tests.support.client import Client
from tests.support.inside import Inside
from tests.support.matrix import ON_POSTGRES

pytestmark = ON_POSTGRES

HOUR = 3_600_000


@pytest.fixture
def admin(shop: Inside) -> Client:
    return shop.admin_once()


def waiting(shop: Inside, hours: int) -> int:
    """The id of an order that came so many hours ago."""
    order_id: int = shop.client().place()["id"]
    change = "UPDATE orders SET created_at = created_at - :ms WHERE id = :id"
    db.execute(shop.database_url, change, ms=hours * HOUR + 1000, id=order_id)
    return order_id


def shown(admin: Client, order_id: int) -> str | None:
    """How the list shows the order's age."""
    page = admin.get(f"/dashboard?q={order_id}&size=100", Cookie=admin.cookie).text
    page = page if f'<tr id="order-{order_id}"' in page else admin.get("/dashboard", Cookie=admin.cookie).text
    row = re.search(rf'<tr id="order-{order_id}".*?</tr>', page, re.DOTALL)
    assert row
    found = re.search(r'<time[^>]*class="(\w+)"', row[0])
    assert bool(found) == ("au-delà de votre limite" in row[0]), "whoever sees no colour reads it"
    return found and found[1]


def test_an_order_is_late_and_then_overdue(shop: Inside, admin: Client) -> None:
    assert [shown(admin, waiting(shop, hours)) for hours in (0, 23, 24, 47, 48, 16_000)] == [
        *(None, None, "late", "late", "overdue", "overdue")
    ]


def test_what_is_to_be_sent_has_limits_of_its_own_and_what_is_sent_none(shop: Inside, admin: Client) -> None:
    order_id = waiting(shop, 80)
    seen = []
    for status in ("CONFIRMED", "PROCESSING", "SHIPPED"):
        assert admin.patch(f"/orders/{order_id}/status", {"status": status}).status == 200
        seen.append(shown(admin, order_id))
    assert seen == ["late", "late", None]


def test_the_shop_says_how_long_is_too_long(shop: Inside, admin: Client) -> None:
    order_id = waiting(shop, 5)
    page = admin.get("/dashboard", Cookie=admin.cookie).text
    assert "de votre limite de 4 h" not in page
    usual = form_of(admin)
    assert save(admin, confirmLate="4", confirmOverdue="0").status == 303
    assert shown(admin, order_id) == "late"
    page = admin.get("/dashboard", Cookie=admin.cookie).text
    assert page.count("en attente au-delà de votre limite de 4 h") >= 2, "a tooltip, and words for who sees none"
    assert save(admin, confirmOverdue="5").status == 303
    assert shown(admin, order_id) == "overdue"
    for wrong in ("-1", "10000", "", "deux", "1e308", "4\x00", "4.5", "9" * 100_000):
        assert save(admin, confirmLate=wrong).status == 400, wrong[:20]
    assert shown(admin, order_id) == "overdue"
    assert save(admin, **{name: usual[name] for name in ("confirmLate", "confirmOverdue")}).status == 303
