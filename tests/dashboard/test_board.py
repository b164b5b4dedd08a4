"""The dashboard's list on a shop of some thousand orders: filters, sorts and pages that arrivals do not disturb."""

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click import ClickException

from tests.conftest import NewDatabase
from tests.support import database as db
from tests.support import warm
from tests.support.inside import Inside, fill
from tests.support.matrix import ON_POSTGRES, ON_SQLITE
from tests.support.server import Shop, environment

MANY = 1500
PARIS = ZoneInfo("Europe/Paris")
Row = Any
BY: dict[str, Callable[[Row], Any]] = {
    "newest": lambda row: -row.id,
    "oldest": lambda row: row.id,
    "largest": lambda row: (-row.total, -row.id),
    "smallest": lambda row: (row.total, row.id),
    "updated": lambda row: (-row.updated_at, -row.id),
    "a_z": lambda row: (folded(row.customer), row.id),
    "z_a": lambda row: ([*(-ord(letter) for letter in folded(row.customer)), 1], -row.id),
    "first_status": lambda row: (STAGES.index(row.status), row.id),
    "last_status": lambda row: (-STAGES.index(row.status), -row.id),
}
STAGES: tuple[str, ...] = ("PENDING", "CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED", "CANCELLED", "REJECTED")
OPEN = ("PENDING", "CONFIRMED", "PROCESSING", "SHIPPED")


def folded(name: str) -> str:
    """A name without accents, capitals and apostrophes."""
    letters = unicodedata.normalize("NFKD", name).lower().replace("'", "").replace("-", " ")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def is_due(row: Row) -> bool:
    """Whether something is awaited of it."""
    return row.payment_status == "DUE" and row.status not in ("CANCELLED", "REJECTED")


FILTERS: dict[str, Callable[[Row], bool]] = {
    "": lambda _: True,
    "status=PENDING&status=CANCELLED": lambda row: row.status in ("PENDING", "CANCELLED"),
    "payment=OTHER&payment=PAYTECH": lambda row: row.payment_method != "CASH_ON_DELIVERY",
    "status=CANCELLED&payment=OTHER": lambda row: (row.status, row.payment_method) == ("CANCELLED", "OTHER"),
    "paymentStatus=PAID&status=DELIVERED": lambda row: (row.payment_status, row.status) == ("PAID", "DELIVERED"),
    "paymentStatus=DUE&paymentStatus=PAID&payment=CASH_ON_DELIVERY": lambda row: (
        row.payment_method == "CASH_ON_DELIVERY" and (row.payment_status == "PAID" or is_due(row))
    ),
    "holder=nobody": lambda row: row.status in OPEN,
    "holder=nobody&paymentStatus=DUE": lambda row: row.status in OPEN and is_due(row),
    "from=2026-02-01&to=2026-07-31&paymentStatus=DUE&paymentStatus=PAID": lambda row: (
        "2026-02-01" <= row.day <= "2026-07-31" and (row.payment_status == "PAID" or is_due(row))
    ),
    "q=dakar&paymentStatus=PAID": lambda row: (row.shipping_city, row.payment_status) == ("Dakar", "PAID"),
    "q=dakar": lambda row: row.shipping_city == "Dakar",
    "q=dakar&status=CANCELLED": lambda row: (row.shipping_city, row.status) == ("Dakar", "CANCELLED"),
    "q=dakar&status=DELIVERED&payment=OTHER": lambda row: (
        (row.shipping_city, row.status, row.payment_method) == ("Dakar", "DELIVERED", "OTHER")
    ),
}


@pytest.fixture(scope="module")
def filled(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """A shop of two years."""
    database = new_database()
    fill(database, MANY)
    with Inside(database, tmp_path_factory.mktemp("filled")) as shop:
        yield shop


def page(server: Shop, query: str) -> tuple[list[int], dict[str, str], str]:
    """The orders of a page of the list, the addresses of its neighbours, and what it says of their number."""
    admin = server.admin_once()
    text = admin.get(f"/dashboard?{query}", Cookie=admin.cookie).text
    links = dict(re.findall(r'rel="(prev|next)" href="/dashboard\??([^"]*)"', text.replace("&amp;", "&")))
    told = re.search(r'<strong id="total">([^<]*)</strong>', text)
    return (
        [int(found) for found in re.findall(r'<tr id="order-(\d+)"', text)],
        links,
        told[1].replace("\u202f", "") if told else "",
    )


def walk(server: Shop, query: str, direction: str = "next") -> Iterator[list[int]]:
    """Page after page."""
    while True:
        ids, links, _ = page(server, query)
        yield ids
        if direction not in links:
            return
        query = links[direction]


def rows(server: Shop) -> list[Row]:
    return list(db.select(server.database_url, "SELECT * FROM orders"))


# What is found by words is by date, whatever is asked for: one other sort says so.
SHOWN = [
    (sort, query)
    for sort, query in itertools.product(BY, FILTERS)
    if "q=" not in query or sort in ("newest", "oldest", "largest")
]


@ON_SQLITE
@pytest.mark.parametrize(("sort", "query"), SHOWN)
def test_every_list_is_what_its_address_says(filled: Shop, sort: str, query: str) -> None:
    shown = "newest" if "q=" in query and sort != "oldest" else sort  # what is found by words is sorted by date
    wanted = [row.id for row in sorted(filter(FILTERS[query], rows(filled)), key=BY[shown])]
    assert len(wanted) > 0
    ids, links, told = page(filled, f"{query}&sort={sort}&size=20")
    assert ids == wanted[:20]
    assert ("next" in links) == (len(wanted) > 20)
    if links:
        assert told == f"{len(wanted)} commandes"
        second, back, _ = page(filled, links["next"])
        assert second == wanted[20:40]
        assert page(filled, back["prev"])[0] == wanted[:20]


@ON_SQLITE
def test_periods_are_days_of_the_shop(filled: Shop) -> None:
    today = datetime.now(PARIS).date()
    monday = today - timedelta(days=today.weekday())
    everything = sorted(rows(filled), key=lambda row: -row.id)
    for query, first, last in (
        ("period=today", today, today),
        ("period=yesterday", today - timedelta(1), today - timedelta(1)),
        ("period=week", monday, today),
        ("period=month", today.replace(day=1), today),
        (f"from={today - timedelta(400)}&to={today - timedelta(390)}", today - timedelta(400), today - timedelta(390)),
        (f"from={today - timedelta(390)}&to={today - timedelta(400)}", today - timedelta(400), today - timedelta(390)),
        (f"to={today - timedelta(700)}", datetime.min.date(), today - timedelta(700)),
        ("from=2031-01-01", datetime(2031, 1, 1).date(), datetime.max.date()),
    ):
        wanted = [row.id for row in everything if first.isoformat() <= row.day <= last.isoformat()]
        assert list(itertools.chain(*walk(filled, f"{query}&size=100"))) == wanted, query


@ON_SQLITE
def test_pages_show_everything_once_while_orders_arrive(filled: Shop) -> None:
    before = [row.id for row in sorted(rows(filled), key=BY["newest"])][:300]
    seen: list[int] = []
    for ids in itertools.islice(walk(filled, "size=20"), 15):
        seen += ids
        filled.client().place()
    assert seen == before
    _, links, _ = page(filled, "size=100")
    _, last_links, _ = page(filled, links["next"])
    last = last_links["next"]
    back = list(walk(filled, last, "prev"))
    assert len(set(itertools.chain(*back))) == 200 + len(page(filled, last)[0])
    assert back[-1] == page(filled, "size=100")[0], "in front of the second page is the first, with what has arrived"


ASKED = """
import sqlalchemy as sa
import wsgi
from printalma.db import reading
from printalma.orders import queries
from printalma.accounts.policy import EVERYTHING
from printalma.orders.listing import page, selection
from printalma.orders.listing.asked import ListOrders
from printalma.orders.listing.filters import SORTS, OrderFilters
from printalma.config import settings
page.FEW = page.SORTED = {few}
page.LOOKED_AT = selection.LOOKED_AT = {near}
with wsgi.app.app_context(), reading() as connection:
    zone = settings().shop_tz
    texts = dict(connection.execute(sa.text("SELECT order_id, text FROM order_texts")).all())
    months = {{"from": ["2025-09-01"], "to": ["2026-03-31"]}}
    for query in (
        {{}},
        {{"q": ["dakar"]}},
        {{"q": ["da"]}},
        {{"q": ["xy"]}},
        {{"q": ["dakar"], "status": ["CANCELLED"]}},
        {{"payment": ["OTHER"]}},
        months,
        months | {{"status": ["DELIVERED"], "payment": ["PAYTECH"]}},
    ):
        for sort in SORTS if not query.get("q") else ("newest", "oldest", "largest"):
            asked = OrderFilters.parse(query | {{"sort": [sort]}}, EVERYTHING)
            listed = [order.id for chunk in page.matching(connection, asked, zone, 170) for order in chunk]
            assert page.matches(connection, asked, range(1, 900), zone) == set(listed) & set(range(1, 900))
            if asked.search and not asked.chosen:
                assert {{n for n, text in texts.items() if asked.search in text}} == set(listed)
            for n in (0, 1, len(listed) // 2, len(listed) - 1) if listed else ():
                order = queries.by_id(connection, listed[n])
                beside = page.neighbours(connection, asked, order, zone)
                assert beside == ([None, *listed][n], [*listed, None][n + 1]), (asked, n, beside)
            assert page.page(connection, asked, zone).total == len(listed)
    delivered, since = {{"status": "DELIVERED"}}, {{"startDate": "2025-09-01"}}
    for query in ({{}}, delivered, since, {{"search": "dakar"}}, {{"search": "da"}}):
        for more in ({{}}, {{"sortOrder": "asc"}}, {{"sortBy": "totalAmount"}}):
            pages = [ListOrders.parse(query | more | {{"page": str(n), "limit": "37"}}) for n in (1, 5, 12, 3000)]
            whole = selection.Selection(connection, pages[0].filters(EVERYTHING), zone)
            listed = page._find(whole, pages[0].keyset, 5000)
            for asked in pages:
                found, skip = page.numbered(connection, asked, zone, EVERYTHING), (asked.page - 1) * 37
                assert [order.id for order in found.orders] == listed[skip : skip + 37], asked
                assert (found.total, found.more) == (len(listed), False), asked
print("as it should be")
"""


@pytest.mark.matrix
@ON_POSTGRES
@pytest.mark.parametrize(
    ("few", "near"),
    [pytest.param(20_000, 5000, id="small"), pytest.param(100, 20, id="large")],
)
def test_neighbours_matches_and_the_whole_list_agree(filled: Shop, few: int, near: int) -> None:
    """Also by the ways that only a large shop's lists take, which a small one's can be made to."""
    script = ASKED.format(few=few, near=near)
    asked = warm.run(["python", "-c", script], environment(filled.database_url))
    assert asked.stdout == "as it should be\n", asked.stderr


@ON_SQLITE
def test_a_filled_shop_adds_up(filled: Shop) -> None:
    """Counters, numbers, history and log are what they would be had the orders come one by one."""
    url = filled.database_url
    counted = db.select(url, "SELECT status, day, count(*), sum(total) FROM orders GROUP BY status, day ORDER BY 1, 2")
    kept = db.select(url, "SELECT status, day, orders, amount FROM daily_orders WHERE orders > 0 ORDER BY 1, 2")
    assert [tuple(map(str, row)) for row in kept] == [tuple(map(str, row)) for row in counted]
    events = db.select(url, "SELECT count(*), min(id), max(id), (SELECT last FROM log_position) FROM events")[0]
    assert (events[0], events[0]) == (events[2] - events[1] + 1, events[3])
    moved = db.select(url, "SELECT sum(version - 1) FROM orders")[0][0]
    assert db.select(url, "SELECT count(*) FROM events WHERE type = 'OrderStatusChanged'")[0][0] == moved
    assert {row.status for row in rows(filled)} >= {"PENDING", "SHIPPED", "DELIVERED", "CANCELLED", "REJECTED"}
    admin = filled.admin_once()
    delivered = next(row for row in rows(filled) if row.status == "DELIVERED")
    history = admin.get(f"/dashboard/orders/{delivered.id}", Cookie=admin.cookie).text
    assert [word in history for word in ("Confirmée", "En traitement", "Expédiée", "Livrée")] == [True] * 4
    stale = admin.patch(f"/orders/{delivered.id}/status", {"status": "CANCELLED", "version": 1})
    assert stale.status == 409
    number = filled.client().place()["orderNumber"]
    assert len(db.select(url, "SELECT id FROM orders WHERE number = :n", n=number)) == 1


@ON_SQLITE
def test_a_shop_with_orders_is_not_filled(filled: Shop) -> None:
    with pytest.raises(ClickException, match="a déjà des commandes"):
        fill(filled.database_url, 10)
