"""What a workshop's sheet and a slip show of the artwork, and that a hundred orders' is bounded."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from printalma.dashboard import artwork_paper
from printalma.db import db
from tests.dashboard.test_artwork_page import XSS, addressed, place, words
from tests.orders.dialect import PICTURES, TEXT, customised, plain, sticker, vendors
from tests.support import artwork
from tests.support.inside import Inside
from tests.support.matrix import ON_POSTGRES

pytestmark = ON_POSTGRES

LACKS = 'class="lacks"'


def paper(shop: Inside, *orders: dict[str, Any], kind: str = "sheet", size: str = "a4") -> str:
    admin = shop.admin_once()
    ids = ",".join(str(order["id"]) for order in orders)
    answer = admin.get(f"/dashboard/print?ids={ids}&as={kind}&paper={size}", Cookie=admin.cookie)
    assert answer.status == 200
    return answer.text[answer.text.index("<main") :]


def drawings(page: str) -> list[str]:
    return re.findall(r'<svg class="artwork".*?</svg>', page, re.DOTALL)


def elements(**more: Any) -> dict[str, Any]:
    """A line with one picture, of a test's own."""
    element = {"id": "e", "type": "image", "x": 0.5, "y": 0.5, "width": 300, "height": 200, "zIndex": 1, **more}
    return customised(customizationIds={"1-8": 1}, designElementsByView={"1-8": [element]})


def test_a_sheet_has_each_view_once_beneath_the_lines_that_are_printed_alike(shop: Inside) -> None:
    order = place(shop, customised("M"), plain(), customised("XL"))
    sheet = paper(shop, order)
    assert len(drawings(sheet)) == 2
    assert [words(found) for found in re.findall(r"<figcaption>\s*<b>.*?</b>", sheet, re.DOTALL)] == [
        "Article",
        "Article 2",
    ]
    assert "« Équipe / 2026 🏀 »" in words(sheet)
    # M and XL one behind the other, then what stands beneath both, then the line that nothing is printed on.
    parts = re.findall(r'<span class="option"><bdi>(M|XL)</bdi>|(<svg class="artwork")|(<b class="quantity">)', sheet)
    told = [next(filter(None, part)) for part in parts]
    assert [each for each in told if each != '<b class="quantity">'] == ["M", "XL"] + ['<svg class="artwork"'] * 2
    assert told[-1] == '<b class="quantity">'


def test_a_slip_has_a_small_one_at_each_line(shop: Inside) -> None:
    address = addressed("of-a-slip")
    name = artwork.keep(shop, address["imageUrl"], "#00aa00")
    order = place(shop, elements(**address), plain(), sticker(), vendors())
    slip = paper(shop, order, kind="slip")
    assert len(drawings(slip)) == 3
    assert f"/pictures/{name}/thumbnail" in slip
    assert "/view" not in slip
    assert f"/pictures/{name}/view" in paper(shop, order)
    assert drawings(paper(shop, shop.client().place(), kind="slip")) == []
    assert 'class="small"' not in paper(shop, shop.client().place(), kind="slip")


def test_what_is_not_there_is_said(shop: Inside) -> None:
    waiting = place(shop, elements(**addressed("never-fetched")))
    sheet = paper(shop, waiting)
    assert "/pictures/" not in sheet
    assert "en cours" in words(sheet)
    assert LACKS not in sheet
    bare = place(shop, plain(mockupUrl=f"{PICTURES}/bare.jpg"))
    assert "Rien à imprimer" in words(paper(shop, bare))


@pytest.mark.parametrize("kind", ["sheet", "slip"])
def test_customers_words_stay_words(shop: Inside, kind: str) -> None:
    text = TEXT | {"text": XSS * 3, "fontFamily": XSS, "color": "url(javascript:alert(1))"}
    drawn = {"1-8": [text, {"type": "image", "imageUrl": "javascript:alert(1)", "designName": XSS, "width": 1e308}]}
    order = place(shop, customised(customizationIds={"1-8": 1}, designElementsByView=drawn))
    for size in ("a4", "80mm"):
        page = paper(shop, order, kind=kind, size=size)
        assert "<script" not in page
        assert "<svg onload" not in page
        assert "javascript:" not in page
        assert len(drawings(page)) == 1


@pytest.mark.parametrize("bound", ["MAX_SENT", "MAX_DRAWN", "MAX_PICTURES"])
def test_more_than_there_is_room_for_is_named(shop: Inside, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    orders = [place(shop, elements(**addressed(f"{bound}-{n}"))) for n in range(3)]
    assert LACKS not in paper(shop, *orders)
    monkeypatch.setattr(artwork_paper, bound, {"MAX_SENT": 1000, "MAX_DRAWN": 3000, "MAX_PICTURES": 1}[bound])
    page = paper(shop, *orders)
    assert 0 < page.count(LACKS) <= 3
    assert len(drawings(page)) < 3
    assert page.count('class="number"') == 3  # the papers are there all the same


@contextmanager
def statements(shop: Inside) -> Iterator[list[str]]:
    asked: list[str] = []
    with shop.app.app_context():
        engine = db.engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)


def test_thirty_orders_are_read_like_one(shop: Inside) -> None:
    orders = [place(shop, customised(), sticker()) for _ in range(30)]
    counts = []
    for some in (orders[:1], orders):
        paper(shop, *some)
        with statements(shop) as asked:
            paper(shop, *some)
        counts.append(sum("sent_json" in each or "picture_sources" in each for each in asked))
    assert counts == [2, 2]
