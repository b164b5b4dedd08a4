"""How large pictures are printed, and the marks of those that are not good enough, or not to be had."""

import base64
import io
import json
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from printalma.db import Connection, transaction
from printalma.orders import sent
from printalma.pictures import settled
from printalma.print_checks import judging
from tests.clearing.test_clearing import clear
from tests.conftest import NewDatabase
from tests.orders.originals import PNG, SVG, kept, known
from tests.orders.test_transitions import move
from tests.print_files.test_files import address, drawn, image, place
from tests.support import database as db
from tests.support.client import Client
from tests.support.forms import form
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE, ONLY_POSTGRES
from tests.support.server import eventually

AREA = {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5, "viewId": 8, "referenceWidth": 1000, "referenceHeight": 1000}


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase) -> Iterator[Inside]:
    """One without a server beside it, which would look for the pictures of its orders itself."""
    with Inside(new_database()) as shop:
        yield shop


def sized(address: str | None, pixels: int | None = None, width: Any = 20, **more: Any) -> dict[str, Any]:
    """A line with a square picture of 250 of the view's 1000 pixels: of an area `width` cm wide, half."""
    natural = {"naturalWidth": pixels, "naturalHeight": pixels} if pixels else {}
    area = AREA if width is ... else AREA | {"widthCm": width}
    return drawn(image(address, width=250, height=250, **natural), delimitations=[area], **more)


def settle(shop: Inside, *orders: dict[str, Any]) -> None:
    """What a server's processes do once pictures of these orders have arrived, or will not."""
    with shop.app.app_context():
        transaction(lambda tx: settled.tell(tx, [order["id"] for order in orders]))
        judging.judge_all()


def marks_of(shop: Inside, order: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The open marks of an order with their facts; its row names the same."""
    found = db.select(
        shop.database_url,
        "SELECT mark, facts FROM order_marks WHERE order_id = :id AND cleared_at IS NULL ORDER BY id",
        id=order["id"],
    )
    row = db.select(shop.database_url, "SELECT marks FROM orders WHERE id = :id", id=order["id"])[0].marks
    facts = {each.mark: each.facts if isinstance(each.facts, dict) else json.loads(each.facts) for each in found}
    assert set(row.split()) == facts.keys()
    return facts


def page_of(admin: Client, order: dict[str, Any]) -> str:
    return unescape(re.sub("<[^>]+>", "", admin.get(f"/dashboard/orders/{order['id']}", Cookie=admin.cookie).text))


def test_a_picture_with_too_few_dots_is_marked_when_the_order_comes(shop: Inside) -> None:
    admin = shop.admin_once()
    coarse, fine = place(shop, sized(address(), 587)), place(shop, sized(address(), 592))
    assert marks_of(shop, coarse) == {"resolution": {"why": "dpi", "dpi": 149, "least": 150, "views": ["Devant"]}}
    assert marks_of(shop, fine) == {}
    listed = admin.get("/dashboard?marks=resolution&size=100", Cookie=admin.cookie).text
    assert f'<tr id="order-{coarse["id"]}"' in listed
    assert f'<tr id="order-{fine["id"]}"' not in listed
    assert "Basse définition" in listed
    assert "une image n'a que" in page_of(admin, coarse)
    assert move(admin, coarse, "CONFIRMED").status == 200, "it blocks nothing"


@pytest.mark.parametrize(
    ("width", "is_marked"),
    [(20, True), ("20", True), (None, False), (0, False), (-20, False), ("x", False), (1e308, False), ([], False)],
)
def test_only_a_real_size_is_one(shop: Inside, width: Any, is_marked: bool) -> None:
    order = place(shop, sized(address(), 100, width))
    assert bool(marks_of(shop, order)) == is_marked


def test_the_real_picture_decides(shop: Inside) -> None:
    url, said_fine, said_coarse, silent = shop.database_url, address(), address(), address()
    fine, coarse = place(shop, sized(said_fine, 4000)), place(shop, sized(said_coarse, 100))
    unsaid = place(shop, sized(silent))
    assert [[*marks_of(shop, order)] for order in (fine, coarse, unsaid)] == [[], ["resolution"], []]
    admin = shop.admin_once()
    assert move(admin, fine, "CONFIRMED").status == 200
    kept(url, said_fine, PNG + b"1", "image/png", width=100, height=100)
    kept(url, said_coarse, PNG + b"2", "image/png", width=4000, height=4000)
    kept(url, silent, PNG + b"3", "image/png", width=200, height=200)
    settle(shop, fine, coarse, unsaid)
    assert [[*marks_of(shop, order)] for order in (fine, coarse, unsaid)] == [["resolution"], [], ["resolution"]]
    settle(shop, fine, coarse, unsaid)
    assert [len(marks_of(shop, order)) for order in (fine, coarse, unsaid)] == [1, 0, 1], "telling it twice is as once"


def test_all_orders_of_a_picture_are_judged_however_many_it_has(shop: Inside) -> None:
    url, here = shop.database_url, address()
    orders = [place(shop, sized(here)) for _ in range(4)]
    digest = kept(url, here, PNG + b"of many", "image/png", width=100, height=100)
    key = db.select(url, "SELECT key FROM picture_sources WHERE hash = :hash", hash=digest)[0].key
    db.insert(url, "order_sources", [{"order_id": order["id"], "key": key, "rank": 0} for order in orders])
    before = shop.admin_once().last_event()
    with shop.app.app_context():
        transaction(lambda tx: settled.tell(tx, [orders[-1]["id"]], [key]))
        judging.judge_all()
    assert [[*marks_of(shop, order)] for order in orders] == [["resolution"]] * 4
    assert shop.admin_once().last_event() == before + 5, "screens hear of each that has a mark now"
    assert not db.select(url, "SELECT * FROM orders_to_judge")


def test_who_judges_is_woken_by_what_is_to_be_judged_alone(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[int] = []
    monkeypatch.setattr(judging, "_listeners", [lambda: woken.append(1)])
    order = place(shop, sized(address()))
    assert not woken
    with shop.app.app_context():
        transaction(lambda tx: settled.tell(tx, [order["id"]]))
    assert woken == [1]


def test_a_large_order_is_judged_once_its_last_picture_is_settled(
    shop: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, here, other = shop.database_url, address(), address()
    monkeypatch.setattr(judging, "LARGE", 10)
    order = place(shop, sized(here))
    for rank, each in enumerate((here, other)):
        digest = kept(url, each, PNG + bytes([rank]) + b"large", "image/png", width=100, height=100)
        key = db.select(url, "SELECT key FROM picture_sources WHERE hash = :hash", hash=digest)[0].key
        db.insert(url, "order_sources", [{"order_id": order["id"], "key": key, "rank": rank}])
    db.execute(url, "UPDATE picture_sources SET state = 'waiting' WHERE key = :key", key=key)
    settle(shop, order)
    assert marks_of(shop, order) == {}
    db.execute(url, "UPDATE picture_sources SET state = 'kept' WHERE key = :key", key=key)
    settle(shop, order)
    assert [*marks_of(shop, order)] == ["resolution"]


def test_an_order_that_nobody_can_judge_keeps_no_other_waiting(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    here = address()
    good, bad = place(shop, sized(here)), place(shop, sized(here))
    kept(shop.database_url, here, PNG + b"good", "image/png", width=100, height=100)
    read = sent.views

    def fails(item: Any, text: Any) -> Any:
        if item.order_id == bad["id"]:
            raise ValueError("nobody knows what that is")
        return read(item, text)

    monkeypatch.setattr(sent, "views", fails)
    settle(shop, good, bad)
    assert [[*marks_of(shop, order)] for order in (good, bad)] == [["resolution"], []]


def test_what_is_given_up_is_missing_and_goes_when_it_comes_after_all(shop: Inside) -> None:
    admin, url, here = shop.admin_once(), shop.database_url, address()
    order = place(shop, sized(here), sized(here, size="L"))
    known(url, here, state="lost", trouble="gone")
    settle(shop, order)
    rows = "SELECT facts FROM order_marks WHERE order_id = :id AND mark = 'artwork'"
    assert len(db.select(url, rows, id=order["id"])) == 2
    assert "Images du visuel qui n'ont pas pu être récupérées : 1 (Devant)." in page_of(admin, order)
    assert "Sans visuel" in admin.get("/dashboard?marks=artwork&size=100", Cookie=admin.cookie).text
    kept(url, here, PNG + b"after all", "image/png", width=4000, height=4000)
    settle(shop, order)
    assert marks_of(shop, order) == {}


@ONLY_POSTGRES
def test_what_settles_while_an_order_is_judged_is_judged_as_well(shop: Inside) -> None:
    """Another process judges it for an earlier picture, and does not see yet that this one is given up."""
    here = address()
    order = place(shop, sized(here))
    known(shop.database_url, here)

    def judge() -> None:
        with shop.app.app_context():
            judging.judge_all()

    def give_up(tx: Connection) -> Future[None]:
        tx.execute(
            sa.text("UPDATE picture_sources SET state = 'lost', trouble = 'gone' WHERE address = :a"), {"a": here}
        )
        settled.tell(tx, [order["id"]])
        judged = hands.submit(judge)
        eventually(lambda: judged.done() or db.blocked(shop.database_url) == 1)
        return judged

    with shop.app.app_context(), ThreadPoolExecutor(1) as hands:
        transaction(lambda tx: settled.tell(tx, [order["id"]]))
        transaction(give_up).result()
    assert [*marks_of(shop, order)] == ["artwork"]


def test_what_somebody_has_settled_stays_so_unless_it_is_worse(shop: Inside) -> None:
    admin, url, here = shop.admin_once(), shop.database_url, address()
    order = place(shop, sized(here, 500))
    mark = db.select(url, "SELECT id FROM order_marks WHERE order_id = :id", id=order["id"])[0].id
    assert clear(admin, order, mark, "accept").status == 303
    for pixels, again in ((500, False), (550, False), (400, True)):
        kept(url, here, PNG + bytes(str(pixels), "ascii"), "image/png", width=pixels, height=pixels)
        settle(shop, order)
        assert bool(marks_of(shop, order)) == again, pixels
    history = page_of(admin, order)
    assert "Basse définition" in history


def test_an_order_that_has_ended_is_judged_no_more(shop: Inside) -> None:
    admin, here = shop.admin_once(), address()
    order = place(shop, sized(here, 100))
    assert move(admin, order, "CANCELLED").status == 200
    kept(shop.database_url, here, PNG + b"ended", "image/png", width=100, height=100)
    settle(shop, order, {"id": 10**12})
    assert db.select(shop.database_url, "SELECT marks FROM orders WHERE id = :id", id=order["id"])[0].marks == ""


def test_a_drawing_has_no_dots_and_a_sticker_is_as_large_as_its_size(shop: Inside) -> None:
    url, svg, lion = shop.database_url, address("a.svg"), address("lion.png")
    drawing = place(shop, sized(svg))
    sticker = {"productId": 38, "color": "N/A", "quantity": 5, "size": "83 mm x 100 mm", "mockupUrl": lion}
    stickers = place(shop, sticker)
    kept(url, svg, SVG + b"<!-- -->", None, width=100, height=100)
    kept(url, lion, PNG + b"lion", "image/png", width=500, height=415)
    settle(shop, drawing, stickers)
    assert "resolution" not in marks_of(shop, drawing)
    assert marks_of(shop, stickers)["resolution"] | {"views": []} == {
        "why": "dpi",
        "dpi": 127,
        "least": 150,
        "views": [],
    }


def test_a_product_says_how_wide_it_is_printed_and_the_shop_what_is_too_few(shop: Inside) -> None:
    admin = shop.admin_once()
    here = "/dashboard/products/1"
    typed = form(admin.get(here, Cookie=admin.cookie).text, here).filled(printWidth="40")
    assert admin.form(here, typed, Cookie=admin.cookie).status == 303
    order = place(shop, sized(address(), 1000, ...))
    assert marks_of(shop, order)["resolution"]["dpi"] == 127
    settings = "/dashboard/settings"
    for least, is_marked in (("100", False), ("0", False), ("150", True)):
        changed = form(admin.get(settings, Cookie=admin.cookie).text, settings).filled(minDpi=least)
        assert admin.form(settings, changed, Cookie=admin.cookie).status == 303
        assert bool(marks_of(shop, place(shop, sized(address(), 1000, ...)))) == is_marked, least
    nothing = form(admin.get(here, Cookie=admin.cookie).text, here).filled(printWidth="")
    assert admin.form(here, nothing, Cookie=admin.cookie).status == 303


@ON_SQLITE
def test_a_server_judges_an_order_once_it_has_opened_its_picture(own_shop: Inside) -> None:
    file = io.BytesIO()
    Image.new("RGB", (100, 100), "#cc3333").save(file, "PNG")
    data = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    server = own_shop.server
    order = server.client().place(orderItems=[sized(data, 4000)])
    admin = own_shop.admin_once()
    eventually(lambda: "une image n'a que 25 dpi (Devant)" in page_of(admin, order))
    assert [*marks_of(own_shop, order)] == ["resolution"]
