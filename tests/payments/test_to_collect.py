"""What carriers have still to bring: by day and carrier, as a page and as a file."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from printalma.accounts.policy import EVERYTHING
from printalma.db import reading, table
from printalma.orders.models import Order
from printalma.payments import queries
from printalma.payments.queries import Asked
from tests.conftest import NewDatabase
from tests.payments.test_paying import move, note, placed, plain
from tests.support import database as db
from tests.support.client import Client
from tests.support.inside import Inside

PAGE = "/dashboard/to-collect"
TODAY = datetime.now(UTC)


@pytest.fixture
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    with Inside(new_database(), tmp_path_factory.mktemp("collecting"), SHOP_CURRENCY="XOF", SHOP_TZ="UTC") as shop:
        yield shop


def sent(shop: Inside, carrier: str | None, days_ago: int = 0, **changes: Any) -> dict[str, Any]:
    order = placed(shop, **changes)
    move(shop, order, "CONFIRMED", "PROCESSING", "SHIPPED")
    at = int((TODAY - timedelta(days=days_ago)).timestamp() * 1000)
    said = "UPDATE orders SET carrier = :carrier, shipped_at = :at WHERE id = :id"
    db.execute(shop.database_url, said, carrier=carrier, at=at, id=order["id"])
    return order


def page(who: Client, query: str = "") -> str:
    return plain(who.get(f"{PAGE}{query}", Cookie=who.cookie).text)


def sums(text: str) -> list[tuple[str, ...]]:
    table = re.search(r'class="sums">.*?<tbody>(.*?)</tbody>', text, re.DOTALL)
    rows = re.findall("<tr>(.*?)</tr>", table[1], re.DOTALL) if table else []
    return [
        tuple(re.sub("<[^>]+>", " ", cell).strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL))
        for row in rows
    ]


def listed(text: str) -> list[int]:
    return [int(found) for found in re.findall(r'id="collect-(\d+)"', text)]


def test_what_is_to_collect_is_summed_up_by_day_and_carrier(shop: Inside) -> None:
    admin = shop.admin_once()
    tiak, other, old = sent(shop, "Tiak Tiak"), sent(shop, "Tiak Tiak"), sent(shop, None, days_ago=3)
    for order, state in ((sent(shop, "Tiak Tiak"), "paid"), (sent(shop, "Yobante"), "lost")):
        note(admin, order) if state == "paid" else move(shop, order, "CANCELLED")
    sent(shop, "Tiak Tiak", paymentMethod="WAVE")  # a gateway will say
    placed(shop)  # not on its way
    note(admin, other, amount="5000")
    move(shop, old, "DELIVERED")  # the API does not ask: it stays to collect
    today, then = (f"{day:%d/%m/%Y}" for day in (TODAY, TODAY - timedelta(days=3)))
    text = page(admin)
    assert sums(text) == [(today, "Tiak Tiak", "2", "19 000 F CFA"), (then, "Sans transporteur", "1", "12 000 F CFA")]
    assert "31 000 F CFA à encaisser sur 3 commandes expédiées" in text
    assert listed(text) == [*sorted([tiak["id"], other["id"]], reverse=True), old["id"]]
    assert listed(page(admin, "?carrier=Tiak+Tiak")) == sorted([tiak["id"], other["id"]], reverse=True)
    assert listed(page(admin, "?carrier=")) == listed(page(admin, f"?day={TODAY - timedelta(days=3):%Y-%m-%d}"))
    assert listed(page(admin, "?day=never&carrier=Personne")) == []


def test_the_file_has_every_order_of_the_page(shop: Inside) -> None:
    admin = shop.admin_once()
    order = sent(shop, "=Tiak", shippingDetails={"firstName": "Awa", "street": "Rue 10", "city": "Dakar"})
    note(admin, order, amount="5000")
    sent(shop, "Yobante")
    answer = admin.get(f"{PAGE}.csv?carrier=%3DTiak", Cookie=admin.cookie)
    assert "attachment" in (answer.headers["Content-Disposition"] or "")
    head, line = answer.text.splitlines()
    assert head.endswith("Total;Déjà payé;À encaisser;Devise")
    assert line.startswith(f"{TODAY:%d/%m/%Y};'=Tiak;{order['orderNumber']};Awa;")
    assert line.endswith("12000;5000;7000;XOF")
    assert len(admin.get(f"{PAGE}.csv", Cookie=admin.cookie).text.splitlines()) == 3


def test_an_index_holds_what_is_to_collect(shop: Inside) -> None:
    """However many orders a shop has, only the open ones are looked at."""
    if shop.database_url.startswith("postgresql"):
        pytest.skip("its planner knows that the table is small")
    with shop.app.app_context(), reading() as connection:
        asked = queries.PARTS.where(*Asked(EVERYTHING).checks()).order_by(table(Order).c.shipped_at.desc())
        text = str(asked.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    assert "ix_orders_owed" in str(plan)
    assert "TEMP B-TREE" not in str(plan)


@pytest.mark.parametrize("query", ["day=0001-01-01", "day=9999-12-31", "day=2026-11-27T09:00:00", "carrier=a%00b"])
def test_an_address_of_nonsense_is_answered(shop: Inside, query: str) -> None:
    """Years at either end of the calendar, and a letter that PostgreSQL does not take, were a 500."""
    sent(shop, "Yobanté")
    admin = shop.admin_once()
    for path in (PAGE, f"{PAGE}.csv"):
        assert admin.get(f"{path}?{query}", Cookie=admin.cookie).status == 200
