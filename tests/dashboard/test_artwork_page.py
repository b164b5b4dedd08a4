"""What an order's page shows of its artwork, and what it never does."""

import random
import re
from typing import Any

import pytest

from printalma.demo.artwork import dressed, pictured
from printalma.pictures.models import SourceState
from tests.dashboard.test_order_page import page_of
from tests.orders import dialect
from tests.orders.dialect import DESIGN, OWN, PICTURES, TEXT, customised, plain, sticker, vendors
from tests.support import artwork
from tests.support import database as db
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE

pytestmark = ON_SQLITE

LOGO, LION = f"{PICTURES}/clients/logo.png", f"{PICTURES}/lion.png"
AREA = dialect.AREA | {"referenceWidth": 1000, "referenceHeight": 1000}
XSS = "\"'><script>alert(1)</script><svg onload=alert(1)>"


def place(shop: Inside, *lines: Any, **changes: Any) -> dict[str, Any]:
    answer = shop.client().post("/orders/guest", dialect.body(*lines) | changes)
    assert answer.status == 201, answer.text
    order: dict[str, Any] = answer.data
    return order


def section(page: str) -> str:
    found = re.search(r'<section class="card artworks".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>|&nbsp;", " ", html).split())


def addressed(name: str) -> dict[str, str]:
    """The same pictures under addresses of a test's own."""
    return {"imageUrl": f"https://images.example.org/{name}.png"}


def test_lines_that_are_printed_alike_are_drawn_once(shop: Inside) -> None:
    shown = section(page_of(shop, place(shop, customised("M"), customised("XL"), customised("S", color="Noir"))))
    assert shown.count('<svg class="artwork"') == 4
    assert "Blanc · M × 2, XL × 2" in words(shown)
    assert "Noir · S × 2" in words(shown)
    assert "« Équipe / 2026 🏀 »" in words(shown)


def test_every_kind_of_line_has_its_view(shop: Inside) -> None:
    shown = section(
        page_of(shop, place(shop, customised(), vendors(), sticker(), plain(mockupUrl=f"{PICTURES}/m.jpg")))
    )
    assert re.findall(r'data-name="([^·]+) ·', shown) == ["Article", "Article 2", "Article", "Autocollant", "Article"]
    assert "Rien à imprimer" in shown
    assert section(page_of(shop, shop.client().place())) == ""


def test_pictures_come_from_our_own_address(shop: Inside) -> None:
    kept, gone = addressed("kept"), addressed("gone")
    name = artwork.keep(shop, kept["imageUrl"], "#cc0000")
    artwork.know(shop, gone["imageUrl"], SourceState.LOST, trouble="gone")
    elements = [OWN | kept, OWN | gone, OWN | addressed("waiting"), OWN | {"imageUrl": "javascript:alert(1)"}]
    order = place(shop, customised(designElementsByView={"34-8": elements}))
    shown = section(page_of(shop, order))
    assert re.findall(r'<image [^>]*href="([^"]*)"', shown) == [f"/pictures/{name}/view"]
    told = words(shown)
    for why in ("n'existe plus à cette adresse", "en cours de récupération", "aucun fichier"):
        assert why in told.replace("&#39;", "'")
    assert "example.org" not in shown
    admin = shop.admin_once()
    assert admin.get(f"/pictures/{name}/view", Cookie=admin.cookie).status == 200


def test_a_drawing_without_pixels_is_shown_and_what_has_no_copies_is_named(shop: Inside) -> None:
    found = {name: artwork.keep(shop, addressed(name)["imageUrl"], "#00cc00") for name in ("drawing", "sealed")}
    change = "UPDATE pictures SET width = NULL, height = NULL, copied_size = {} WHERE hash = :hash"
    db.execute(shop.database_url, change.format("copied_size"), hash=found["drawing"])
    db.execute(shop.database_url, change.format("0"), hash=found["sealed"])
    elements = [OWN | addressed(name) | {"designName": name} for name in found]
    shown = section(page_of(shop, place(shop, customised(designElementsByView={"34-8": elements}))))
    assert re.findall(r'<image [^>]*href="([^"]*)"', shown) == [f"/pictures/{found['drawing']}/view"]
    assert "sealed · sans aperçu" in words(shown)


# Whatever a front end may send: none of it is more than a number, a text, or one of a list.
HOSTILE = [
    TEXT | {"text": XSS, "fontFamily": XSS, "color": XSS, "textAlign": XSS, "fontWeight": XSS, "textDecoration": XSS},
    TEXT | {"text": "a\x00\ud800", "x": 1e308, "y": "NaN", "width": -1e308, "rotation": 1e308, "curve": 1e308},
    TEXT | {"text": "e" * 100_000, "color": "red;background:url(//example.org)", "curve": 40},
    OWN | {"imageUrl": f"https://example.org/{XSS}", "designName": XSS, "width": 1e308, "zIndex": [], "rotation": {}},
    OWN | {"imageUrl": "https://example.org/a.png#" + XSS.replace(" ", ""), "designName": {"a": XSS}},
    DESIGN | {"x": [[[]]], "y": {}, "naturalWidth": XSS},
    XSS,
    {XSS: XSS, "type": XSS},
]


def test_a_hostile_drawing_is_a_drawing(shop: Inside) -> None:
    areas = [AREA | {"rotation": XSS}, AREA | {"x": XSS, "imageUrl": XSS, "viewType": XSS}]
    lines = [
        customised(designElementsByView={"34-8": HOSTILE, XSS: HOSTILE}, delimitations=areas),
        customised(color=XSS, designElements=HOSTILE, designElementsByView=XSS, viewsMetadata=[XSS, {"viewKey": {}}]),
        vendors(designMetadata={"designImageUrl": XSS, "designName": XSS}, designPositions={"x": XSS, "scale": 1e308}),
        sticker(mockupUrl=XSS, size=XSS),
    ]
    shown = section(page_of(shop, place(shop, *lines)))
    assert shown.count('<svg class="artwork"') >= 4
    assert "&lt;script&gt;" in shown
    marks = re.sub(r">[^<]*<", "><", shown)
    assert not re.search(r"<script|<foreignObject|<style|\sstyle=|\son\w+=|url\(|javascript:", marks)
    drawn = re.findall(r"<svg class=\"artwork\".*?</svg>", shown, re.DOTALL)
    tags = {tag for each in drawn for tag in re.findall(r"<(\w+)", each)}
    assert tags <= {"svg", "rect", "image", "g", "title", "text", "path", "textPath"}
    number = r"-?\d+(\.\d+)?"
    for each in drawn:
        for attribute in re.findall(r'\s(?:x|y|width|height|font-size|textLength)="([^"]*)"', each):
            assert re.fullmatch(number, attribute), attribute
        for attribute in re.findall(r'\stransform="([^"]*)"', each):
            assert re.fullmatch(rf"rotate\({number} {number} {number}\)", attribute), attribute
        for attribute in re.findall(r'\s(?:fill|stroke)="([^"]*)"', each):
            assert re.fullmatch(r"#[0-9a-f]{6}|none", attribute), attribute


def deep(levels: int) -> Any:
    found: Any = {"text": "x"}
    for _ in range(levels):
        found = [found]
    return found


@pytest.mark.parametrize("levels", [50, 200])
def test_what_is_deep_is_no_drawing(shop: Inside, levels: int) -> None:
    order = place(shop, customised(designElementsByView={"34-8": deep(levels), "34-9": [deep(levels), OWN]}))
    assert section(page_of(shop, order)).count('<svg class="artwork"') == 2


def test_a_page_draws_so_much_and_says_where_the_rest_is(shop: Inside) -> None:
    """Forty lines of ten views each; what is too much even for who asks for all is counted."""
    views = {f"34-{n}": [OWN, TEXT, DESIGN] for n in range(10)}
    lines = [customised(str(n), mockupUrl=f"{PICTURES}/{n}.jpg", designElementsByView=views) for n in range(40)]
    order = place(shop, *lines)
    page = page_of(shop, order)
    plainly = place(shop, *(plain(size=str(n)) for n in range(40)))
    assert len(page) - len(page_of(shop, plainly)) < 120_000
    assert 5 <= section(page).count('<svg class="artwork"') <= 15
    more = re.search(r'href="([^"]+all=artwork)#artwork">([^<]+)', page)
    assert more
    assert re.fullmatch(r"Voir aussi les visuels de (38|39|40) autres articles", more[2])
    admin = shop.admin_once()
    everything = admin.get(more[1].replace("&amp;", "&"), Cookie=admin.cookie).text
    assert section(everything).count('<svg class="artwork"') > 150
    assert len(section(everything)) < 2_000_000
    assert "ne sont pas tous dessinés" in section(everything)


def test_who_asked_for_all_gets_all_when_something_happens(shop: Inside) -> None:
    order = place(shop, *(customised(str(n), mockupUrl=f"{PICTURES}/{n}.jpg") for n in range(20)))
    admin, here = shop.admin_once(), f"/dashboard/orders/{order['id']}?all=artwork"
    page = admin.get(here, Cookie=admin.cookie).text
    assert section(page).count('<svg class="artwork"') == 40
    action = re.search(r'formaction="([^"]+/notes\?[^"]+)"', page)
    assert action
    assert "all=artwork" in action[1]
    assert f'value="{here}"' in page  # what the page's socket says it shows


def test_a_demo_s_pictures_come_within_its_orders(shop: Inside) -> None:
    cart = dialect.body(plain()) | {"orderItems": [{"productId": 1, "quantity": 1, "size": "M"}]}
    answer = shop.client().post("/orders/guest", pictured(dressed(cart, {1: None}, random.Random(18))))
    assert answer.status == 201
    [line, *_] = answer.data["orderItems"]
    [view] = line["designElementsByView"].values()
    for address in (line["mockupUrl"], view[0]["imageUrl"]):
        assert re.fullmatch(r"/pictures/[0-9a-f]{64}", address)
    assert section(page_of(shop, answer.data)).count('<svg class="artwork"') >= 1
