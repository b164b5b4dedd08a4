"""A list by what customers are called, and by how far orders have come: the same on either database."""

import base64
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from printalma.tidying import service
from printalma.tidying.tasks import all_tasks
from tests.conftest import NewDatabase
from tests.dashboard.test_board import page, walk
from tests.mending.test_mending import mend
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.client import Client
from tests.support.inside import Inside

# As they come in a list, letters before accents: a locale has its own mind of "É", "œ", "-" and of capitals.
NAMES = (
    *("ABDOU Fall", "Abdoù Fall", "amadou", "Ámbar", "Anne-Marie B", "Anne Marie C", "Élodie", "elodie N", "ÉMILE"),
    *("N'Guessan Koffi", "Ngu Essan", "Œdipe", "Oumar", "Ousmane", "Zoé", "zoé B", "Ñuno Zu"),
    *("مريم", "王芳"),
)


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    with Inside(new_database(), tmp_path_factory.mktemp("sorted")) as shop:
        yield shop


def placed(shop: Inside, name: str) -> dict[str, Any]:
    first, _, last = name.partition(" ")
    return shop.client().place(shippingDetails={"firstName": first, "lastName": last, "street": "1 rue"})


def listed(shop: Inside, query: str) -> list[int]:
    return list(itertools.chain(*walk(shop, f"{query}&size=20")))


def heads(who: Client, query: str) -> dict[str, tuple[str, str]]:
    """What each head of a list that sorts says: how it is sorted now, and what a click asks for."""
    text = who.get(f"/dashboard?{query}", Cookie=who.cookie).text
    found = re.findall(r'<th scope="col"\s+class="(\w+)"(?: aria-sort="(\w+)")?>\s*<a href="[^"]*?sort=(\w+)"', text)
    return {name: (now, then) for name, now, then in found}


def test_customers_come_in_the_order_of_letters(shop: Inside) -> None:
    named = {name: placed(shop, name)["id"] for name in (*NAMES[::2], *NAMES[1::2])}
    twice = placed(shop, "amadou")["id"]
    by_name = sorted(NAMES, key=lambda name: (folded_by_hand(name), named[name]))
    wanted = [named[name] for name in by_name]
    wanted.insert(wanted.index(named["amadou"]) + 1, twice)
    others = [placed(shop, "zz")["id"] for _ in range(25)]
    there = wanted[: wanted.index(named["مريم"])] + others + wanted[wanted.index(named["مريم"]) :]
    assert listed(shop, "sort=a_z") == there
    assert listed(shop, "sort=z_a") == there[::-1]
    assert listed(shop, "sort=a_z&status=PENDING") == there
    _, links, _ = page(shop, "sort=a_z&size=20")
    second, back, _ = page(shop, links["next"])
    assert second == there[20:40]
    assert page(shop, back["prev"])[0] == there[:20]


def place(sort: str, value: object) -> str:
    """The cursor of an order, as an address has it."""
    return base64.urlsafe_b64encode(json.dumps([sort, value, 1]).encode()).decode().rstrip("=")


def folded_by_hand(name: str) -> str:
    for letters, plain in (("ÁÀÂáàâ", "a"), ("Éé", "e"), ("ùÙ", "u"), ("Ññ", "n"), ("Œœ", "oe"), ("'", ""), ("-", " ")):
        name = re.sub(f"[{letters}]", plain, name)
    return name.lower()


def test_a_name_that_is_mended_has_its_place_and_one_from_before_too(shop: Inside) -> None:
    order, boss = placed(shop, "Zz Last"), shop.admin_once()
    assert mend(boss, order, name="Aa Première").status == 303
    assert listed(shop, "sort=a_z")[0] == order["id"]
    db.execute(shop.database_url, "UPDATE orders SET name_key = ''")
    every = listed(shop, "sort=a_z")
    assert sorted(every) == every
    assert len(every) == len(set(every)) > 20, "each is there once, by its id"
    db.execute(shop.database_url, "DELETE FROM tidying")
    with shop.app.app_context():
        [task] = [task for task in all_tasks() if task.name == "sorts"]
        while service.step(task):
            pass
    assert listed(shop, "sort=a_z")[0] == order["id"]


def test_orders_come_by_how_far_they_have_come(shop: Inside) -> None:
    boss = shop.admin_once()
    steps: tuple[tuple[str, ...], ...] = (
        *((), ("CONFIRMED",), ("CONFIRMED", "PROCESSING"), ("REJECTED",), ("CANCELLED",)),
        *(("CONFIRMED", "PROCESSING", "SHIPPED"), ("CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED")),
    )
    for way in steps * 4:
        order = placed(shop, "Par étape")
        for status in way:
            move(boss, order, status)
    stages = ("PENDING", "CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED", "CANCELLED", "REJECTED")
    rows = db.select(shop.database_url, "SELECT id, status FROM orders")
    there = [row.id for row in sorted(rows, key=lambda row: (stages.index(row.status), row.id))]
    assert listed(shop, "sort=first_status") == there
    assert listed(shop, "sort=last_status") == there[::-1]
    some = [row.id for row in rows if row.status in ("REJECTED", "CONFIRMED", "SHIPPED")]
    three = "status=REJECTED&status=CONFIRMED&status=SHIPPED"
    assert listed(shop, f"sort=first_status&period=today&{three}") == [each for each in there if each in some]
    last = page(shop, "sort=last_status&size=20")[1]["next"]
    assert page(shop, page(shop, last)[1]["prev"])[0] == there[::-1][:20]


def test_each_head_says_how_the_list_is_sorted(shop: Inside) -> None:
    boss = shop.admin_once()
    plain = {"customer": "a_z", "received": "oldest", "state": "first_status", "amount": "largest"}
    assert heads(boss, "") == {name: ("descending" if name == "received" else "", n) for name, n in plain.items()}
    for query, name, now, then in (
        ("sort=a_z", "customer", "ascending", "z_a"),
        ("sort=z_a", "customer", "descending", "a_z"),
        ("sort=first_status", "state", "ascending", "last_status"),
        ("sort=last_status", "state", "descending", "first_status"),
    ):
        assert heads(boss, query)[name] == (now, then)
        assert boss.get(f"/dashboard?{query}", Cookie=boss.cookie).text.count("aria-sort=") == 1
    assert set(heads(boss, "q=awa&sort=a_z")) == {"received"}, "what is found by words is sorted by date"


def test_a_place_that_no_page_gave_begins_at_the_beginning(shop: Inside) -> None:
    first = page(shop, "sort=a_z&size=20")[0]
    for value in ("\0", "\ud800", "a" * 61, 1):
        assert page(shop, f"sort=a_z&size=20&after={place('customer', value)}")[0] == first
    assert page(shop, f"sort=first_status&size=20&after={place('stage', 'NONE')}")[0]
