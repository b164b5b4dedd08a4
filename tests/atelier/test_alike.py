"""What is printed alike stands together, with its picture; and a sheet's code leads to its order."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import segno

from tests.atelier.people import items_of, ordered, page, ticks_of
from tests.conftest import NewDatabase
from tests.orders import dialect
from tests.pictures import kept
from tests.support import database as db
from tests.support.client import Client
from tests.support.inside import Inside


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    with Inside(new_database(), tmp_path_factory.mktemp("alike"), TRUSTED_PROXIES="1", SHOP_CURRENCY="XOF") as shop:
        yield shop


def group_of(text: str, item: int) -> str:
    """The group that a line stands in."""
    before = text[: text.index(f'id="l-{item}"')]
    found: list[str] = re.findall(r'<section class="group" id="g-(\w+)"', before)
    return found[-1]


def groups(shop: Inside, press: Client, boss: Client, *lines: dict[str, Any]) -> list[str]:
    """The group of each line, each of an order of its own."""
    orders = [ordered(shop, boss, line) for line in lines]
    there = page(press)
    return [group_of(there, items_of(shop, order)[0]) for order in orders]


def drawn(name: str, **changes: Any) -> dict[str, Any]:
    """A line with a picture that a customer has drawn onto it."""
    element = {"id": name, "type": "image", "imageUrl": f"https://host.example/{name}.png", "x": 0.5, "y": 0.4}
    return dialect.plain() | {"designElementsByView": {"3-7": [element | changes]}, "size": "M", "color": "Noir"}


def test_one_artwork_on_one_article_is_one_group(shop: Inside, press: Client, boss: Client) -> None:
    mine = drawn("club")
    again = drawn("club", id="drawn anew")
    found = groups(
        shop,
        press,
        boss,
        mine,
        again,
        mine | {"size": "L"},
        mine | {"color": "Rouge"},
        drawn("other"),
        drawn("club", x=0.1),
        dialect.plain() | {"size": "M", "color": "Noir"},
    )
    assert found[0] == found[1]
    assert len(set(found)) == len(found) - 1


def test_vendors_designs_and_stickers_are_known_by_their_picture(shop: Inside, press: Client, boss: Client) -> None:
    design = dialect.vendors()
    later = design | {"designMetadata": design["designMetadata"] | {"appliedAt": "2027-01-01T00:00:00Z"}}
    other = design | {"designMetadata": {"designImageUrl": "https://host.example/another.png"}}
    found = groups(shop, press, boss, design, later, other)
    assert found[0] == found[1] != found[2]
    one, two = dialect.sticker(), dialect.sticker(mockupUrl="https://host.example/lion.png")
    found = groups(shop, press, boss, one, one, two)
    assert found[0] == found[1] != found[2]


def test_two_whose_picture_is_missing_are_not_taken_for_one(shop: Inside, press: Client, boss: Client) -> None:
    missing = drawn("lost", imageUrl=None)
    assert len(set(groups(shop, press, boss, missing, missing))) == 2


@pytest.mark.parametrize(
    "sent",
    [
        {"designElementsByView": []},
        {"designElementsByView": {"": [None, 1, "x", {"type": "image", "imageUrl": 7}]}},
        {"designElementsByView": {"1-1": [{"type": ["image"], "x": 1e308, "text": "\ud83d" * 1000}]}},
        {"designElements": {"a": "b"}, "designMetadata": "x", "designPositions": [[[[1]]]]},
        {"designMetadata": {"designImageUrl": {"a": 1}}, "designPositions": {"x": "1e999"}},
        {"designElements": [{"text": "é" * 100_000}], "mockupUrl": "javascript:alert(1)"},
    ],
)
def test_whatever_was_sent_stands_somewhere(shop: Inside, press: Client, boss: Client, sent: dict[str, Any]) -> None:
    order = ordered(shop, boss, dialect.plain() | sent)
    there = page(press, f"?order={order['id']}")
    assert ticks_of(there, items_of(shop, order)[0])["1:1"] is False
    assert "javascript:" not in there


def test_lines_of_an_older_release_are_known_all_the_same(shop: Inside, press: Client, boss: Client) -> None:
    old, new = ordered(shop, boss, drawn("old")), ordered(shop, boss, drawn("old"))
    db.execute(shop.database_url, "UPDATE order_items SET artwork_key = NULL WHERE order_id = :id", id=old["id"])
    there = page(press)
    assert len({group_of(there, items_of(shop, order)[0]) for order in (old, new)}) == 1


def test_a_group_shows_its_picture_when_it_has_come(shop: Inside, press: Client, boss: Client) -> None:
    order = ordered(shop, boss, drawn("baobab"))
    item, address = items_of(shop, order)[0], "https://host.example/baobab.png"
    if not db.select(shop.database_url, "SELECT 1 FROM picture_sources WHERE address = :a", a=address):
        kept.name(shop.database_url, order["id"], address)
    assert "<img" not in page(press, f"?order={order['id']}")
    since = boss.last_event()
    digest = kept.arrive(shop.database_url, address, 5, [order["id"]])
    for text in (
        page(press, f"?order={order['id']}"),
        press.get(f"/dashboard/missed?since={since}&view=/dashboard/atelier", Cookie=press.cookie).text,
    ):
        assert f'src="/pictures/{digest}/thumbnail"' in text
        assert "host.example" not in text
    assert press.get(f"/pictures/{digest}/thumbnail", Cookie=press.cookie).status == 200
    assert group_of(page(press), item)


def test_an_order_alone_shows_its_views_and_has_its_files(shop: Inside, press: Client, boss: Client) -> None:
    order = ordered(shop, boss, dialect.customised(), dialect.plain())
    there = page(press, f"?order={order['id']}")
    assert there.count('<svg class="artwork"') >= 2
    assert f'href="/dashboard/files.zip?ids={order["id"]}"' in there
    assert '<svg class="artwork"' not in page(press)
    waiting = boss.place(orderItems=[dialect.customised()])
    assert '<svg class="artwork"' not in page(press, f"?order={waiting['id']}")


def test_the_code_on_a_sheet_leads_to_its_order(shop: Inside, press: Client, boss: Client) -> None:
    order = ordered(shop, boss)
    address = f"{press.url}/dashboard/atelier?order={order['id']}"
    drawing = re.search(r' d="([^"]+)"', segno.make(address, error="m", micro=False).svg_inline())
    sheet = press.get(f"/dashboard/print?ids={order['id']}&as=sheet", Cookie=press.cookie).text
    assert drawing
    assert drawing[1] in sheet
    assert "style=" not in sheet[sheet.index("<main") :]
    there = page(press, f"?order={order['id']}")
    assert order["orderNumber"] in there
    assert len(re.findall('<section class="group"', there)) == 2
    boss.patch(f"/orders/{order['id']}/status", {"status": "CANCELLED"})
    sheet = boss.get(f"/dashboard/print?ids={order['id']}&as=sheet", Cookie=boss.cookie).text
    assert drawing[1] not in sheet
