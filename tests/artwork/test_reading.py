"""What is read of the artwork that front ends send, whatever they send."""

import copy
import itertools
import json
import math
from dataclasses import fields
from typing import Any

import pytest

from printalma import artwork
from printalma.artwork import Area, Image, Text, View
from tests.orders import dialect
from tests.orders.dialect import DESIGN, OWN, PICTURES, TEXT, customised, plain, sticker, vendors

HASH = "/pictures/" + "0a" * 32
AREA = {"x": 0.2, "y": 0.25, "width": 0.5, "height": 0.5, "viewId": 8, "referenceWidth": 1000, "referenceHeight": 1000}


def one(sent: dict[str, Any], **hints: bool) -> View:
    [view] = artwork.views(sent, **hints)
    return view


def drawn(*elements: Any, area: dict[str, Any] | None = None) -> View:
    return one(
        customised(designElementsByView={"34-8": list(elements)}, delimitations=[AREA if area is None else area])
    )


def element(sent: dict[str, Any], **changes: Any) -> Any:
    [found] = drawn(sent | changes).elements
    return found


def test_a_customer_s_drawing() -> None:
    big = {"width": 420.5, "height": 388.2, "naturalWidth": 1800, "naturalHeight": 1662}
    sent = customised(
        designElementsByView={
            "34-9": [DESIGN | big | {"rotation": -90}],
            "34-8": [TEXT | {"zIndex": 2}, OWN | big | {"x": 0.5, "y": 0.41, "zIndex": 1}],
        },
        delimitations=[AREA, AREA | {"viewId": 9, "viewType": "BACK", "imageUrl": f"{PICTURES}/back.jpg"}],
        viewsMetadata=[{"viewKey": "34-8", "viewType": "FRONT", "imageUrl": f"{PICTURES}/front.jpg"}],
    )
    front, back = artwork.views(sent)
    assert (front.key, front.name, front.blank) == ("34-8", "Devant", f"{PICTURES}/front.jpg")
    assert (back.key, back.name, back.blank) == ("34-9", "Dos", f"{PICTURES}/back.jpg")
    assert front.area == Area(0.2, 0.25, 0.5, 0.5)
    picture, words = front.elements
    natural = {"natural_width": 1800.0, "natural_height": 1662.0}
    box = (0.5, 0.41, 0.4205, 0.3882)
    assert picture == Image(f"{PICTURES}/clients/logo.png", *box, z=1, **natural, name="logo.png")
    assert isinstance(words, Text)
    assert (words.text, words.font_size, words.y, words.z) == ("Équipe\n2026 🏀", 0.054, 0.6, 2)
    assert back.elements[0].rotation == 270
    assert artwork.addresses(sent) == [
        f"{PICTURES}/{name}" for name in ("clients/logo.png", "lion.png", "front.jpg", "back.jpg")
    ]
    assert artwork.image_addresses(front) == [f"{PICTURES}/clients/logo.png"]


def test_an_older_front_end_s_drawing() -> None:
    view = one(plain(designElements=[OWN], delimitations=[AREA], mockupUrl=f"{PICTURES}/mug.jpg"))
    assert (view.blank, len(view.elements)) == (f"{PICTURES}/mug.jpg", 1)


def test_a_vendor_s_design_is_in_the_middle_of_the_print_area() -> None:
    view = one(vendors(delimitation=AREA | {"viewType": "FRONT"}))
    [image] = view.elements
    assert isinstance(image, Image)
    assert (view.name, image.address, image.name) == ("Devant", f"{PICTURES}/lion.png", "Lion")
    assert (image.x, image.y) == pytest.approx((0.45 + 12.5 / 1000, 0.5 - 30 / 1000))
    assert (image.width, image.height) == pytest.approx((0.5 * 0.72, 0.5 * 0.72))
    [missing] = one(vendors(designMetadata=None)).elements
    assert isinstance(missing, Image)
    assert missing.address is None


def test_a_sticker_is_its_own_picture() -> None:
    view = one(sticker(), is_sticker=True)
    assert (view.name, view.blank, view.area) == ("Autocollant", None, None)
    assert view.elements == (Image(f"{PICTURES}/lion-10.png", 0.5, 0.5, 1, 1, name="lion-10.png"),)


@pytest.mark.parametrize("sent", [customised(designElementsByView={}), vendors(designId=None, designMetadata=None)])
def test_an_article_without_a_drawing_is_shown_alone(sent: dict[str, Any]) -> None:
    view = one(sent)
    assert (view.blank, view.elements) == (sent["mockupUrl"], ())
    assert artwork.views(plain()) == artwork.views(plain(mockupUrl=None)) == ()


def test_sides_have_their_names_and_each_its_own() -> None:
    kinds = ("DETAIL", "TOP", "DETAIL", "LEFT", "BACK", "NORTH", "RIGHT", "BOTTOM", "OTHER", "FRONT", None)
    keys = [f"1-{n}" for n in range(len(kinds))]
    told = [{"viewKey": key, "viewType": kind} for key, kind in zip(keys, kinds, strict=True)]
    views = artwork.views(customised(designElementsByView={key: [OWN] for key in keys}, viewsMetadata=told))
    names = ["Devant", "Dos", "Gauche", "Droite", "Dessus", "Dessous", "Détail", "Détail 2", "Autre"]
    assert [view.name for view in views] == [*names, "Article", "Article 2"]


SIZES = {"referenceWidth": 800, "referenceHeight": 800, "originalImageWidth": 1600, "originalImageHeight": 1600}


@pytest.mark.parametrize(
    ("sizes", "pixels"),
    [
        ({"referenceWidth": 1000, "referenceHeight": 1000}, 1000),
        (SIZES, 1600),  # 800 is what front ends say that have not measured
        (SIZES | {"referenceWidth": 1200, "referenceHeight": 1200}, 1200),
        (SIZES | {"originalImageWidth": None}, 800),
        ({"referenceWidth": 0, "referenceHeight": 0}, 800),
        ({"referenceWidth": "wide", "referenceHeight": 1e308}, 800),
        ({"referenceWidth": 600, "referenceHeight": 1000}, 1000),
        ({}, 800),
    ],
)
def test_sizes_are_pixels_of_the_article_s_picture(sizes: dict[str, Any], pixels: float) -> None:
    area = {"x": 0, "y": 0, "width": 1, "height": 1, "viewId": 8} | sizes
    [image] = drawn(OWN | {"width": 100, "height": 50}, area=area).elements
    assert (image.width, image.height) == pytest.approx((100 / pixels, 50 / pixels))


@pytest.mark.parametrize(
    ("sent", "area"),
    [
        ({"x": 200, "y": 250, "width": 500, "height": 400}, Area(0.2, 0.25, 0.5, 0.4)),
        ({"x": "0.2", "y": 0.25, "width": 0.5, "height": 0.4, "rotation": 450}, Area(0.2, 0.25, 0.5, 0.4, 90)),
        # A tall picture stands in the middle of its square.
        ({"x": 0, "y": 0, "width": 1, "height": 1, "referenceWidth": 500}, Area(0.25, 0, 0.5, 1)),
        ({"x": 0, "y": 0, "width": 1e308, "height": 1e308}, Area(0, 0, 1, 1)),
        ({"x": 0, "y": 0, "width": 0, "height": 1}, None),
        ({"x": 0, "y": 0, "width": math.nan, "height": 1}, None),
        ({"x": None, "y": 0, "width": 1, "height": 1}, None),
    ],
)
def test_print_areas(sent: dict[str, Any], area: Area | None) -> None:
    assert drawn(OWN, area=AREA | sent).area == area


ADDRESSES: dict[str, str | None] = {
    "https://example.org/a.png?w=1#x": "https://example.org/a.png?w=1#x",
    " http://example.org/é.png ": "http://example.org/é.png",
    HASH: HASH,
    **dict.fromkeys(
        (
            "javascript:alert(1)",
            "data:image/png;base64,AAAA",
            "//example.org/a.png",
            "/pictures/../dashboard",
            "/logout",
            "https://example.org/a b.png",
            "https://example.org/a\u0000.png",
            "https://example.org/\ud800.png",
            "https://example.org/" + "a" * 3000,
            "",
        )
    ),
}


@pytest.mark.parametrize("sent", ADDRESSES, ids=[str(n) for n in range(len(ADDRESSES))])
def test_addresses(sent: str) -> None:
    assert element(OWN, imageUrl=sent).address == ADDRESSES[sent]
    [drawn] = one(sticker(mockupUrl=sent), is_sticker=True).elements
    assert isinstance(drawn, Image)
    assert drawn.address == ADDRESSES[sent]


COLORS: dict[Any, str | None] = {
    "#14689A": "#14689a",
    "#abc": "#aabbcc",
    **dict.fromkeys(("red", "url(https://example.org)", "#14689a;background:url(//x)", "#14689", "var(--x)", 7)),
}


@pytest.mark.parametrize("sent", COLORS)
def test_a_color_is_no_css(sent: Any) -> None:
    assert element(TEXT, color=sent).color == COLORS[sent]


@pytest.mark.parametrize(
    ("sent", "font", "family"),
    [
        ("Arial, sans-serif", "Arial", "Arial, Helvetica, sans-serif"),
        ("'Times New Roman', serif", "Times New Roman", "Times New Roman, serif"),
        ('"Dancing Script", cursive', "Dancing Script", "cursive"),
        ("Playfair Display, serif", "Playfair Display", "serif"),
        ("Nowhere Sans", "Nowhere Sans", "sans-serif"),
        ('x"; } body { display: none', "x    body   display  none", "sans-serif"),
        ("serif", "serif", "serif"),
        (None, "", "sans-serif"),
        ({"a": 1}, "", "sans-serif"),
        ("x" * 100_000, "x" * 99, "sans-serif"),
    ],
)
def test_a_font_is_drawn_with_one_that_browsers_have(sent: Any, font: str, family: str) -> None:
    found = element(TEXT, fontFamily=sent)
    assert (found.font, found.family) == (font, family)


def test_how_a_text_looks() -> None:
    found = element(
        TEXT, fontWeight="bold", fontStyle="italic", textDecoration="underline", textAlign="right", curve=400
    )
    assert (found.bold, found.italic, found.underline, found.align, found.curve) == (True, True, True, "right", 355)
    dull = element(TEXT, fontWeight="<b>", fontStyle=7, textDecoration="blink", textAlign="start", curve="round")
    assert (dull.bold, dull.italic, dull.underline, dull.align, dull.curve) == (False, False, False, "center", 0)


def test_what_is_long_or_much_is_cut() -> None:
    assert element(TEXT, text="é" * 100_000).text == "é" * 999 + "…"
    assert element(TEXT, text="a\r\n" * 5000).text == "a\n" * 39 + "…"
    view = drawn(*[OWN] * 1000, "no element", None, {"type": "video"})
    assert (len(view.elements), view.omitted) == (100, 903)
    assert drawn("no element").omitted == 1
    many = {f"1-{n}": [OWN] for n in range(1000)}
    assert len(artwork.views(customised(designElementsByView=many))) == 20


def test_what_is_no_text_is_taken_out() -> None:
    assert element(TEXT, text="a\x00\ud800b\u202e").text == "ab"
    assert element(TEXT, text=2026).text == "2026"
    assert element(TEXT, text={"a": 1}).text == ""


def deep(levels: int = 1000) -> Any:
    found: Any = []
    for _ in range(levels):
        found = [found]
    return found


WRONG: list[Any] = [
    *(None, True, -1, 0, 1e308, -1e308, math.inf, math.nan, 10**400, "", "x", "1e999", "\x00", "\ud800", "9" * 100_000),
    *([], {}, [[]], [None], {"": None}, {"a": {"b": []}}, ["x"] * 10, deep()),
]


def wrongs(sent: Any) -> Any:
    """The same with each value in it, however deep, replaced by each that is wrong."""
    if isinstance(sent, dict | list):
        for name in list(sent) if isinstance(sent, dict) else range(len(sent)):
            had = sent[name]
            for wrong in WRONG:
                sent[name] = wrong
                yield
            sent[name] = had
            yield from wrongs(had)


@pytest.mark.parametrize("sent", [customised(), vendors(), sticker(), plain(designElements=[OWN, TEXT])])
def test_nothing_that_is_wrong_raises_or_gets_through(sent: dict[str, Any]) -> None:
    sent = copy.deepcopy(sent)
    for _ in wrongs(sent):
        for is_sticker in (False, True):
            assert_harmless(artwork.views(sent, is_sticker))


def test_what_is_no_object_has_no_artwork() -> None:
    for wrong in WRONG:
        assert artwork.views(dict.fromkeys(dialect.customised(), wrong)) == ()


def assert_harmless(views: tuple[View, ...]) -> None:
    for value in itertools.chain(*(values_of(view) for view in views)):
        if isinstance(value, float | int):
            assert abs(value) <= 100_000
        elif value is not None:
            assert len(value) <= 2000
            json.dumps(value, ensure_ascii=False).encode()


def values_of(found: Any) -> list[Any]:
    parts = [getattr(found, field.name) for field in fields(found)]
    inner = [part for part in parts if isinstance(part, Area)] + list(getattr(found, "elements", ()))
    return [part for part in parts if not isinstance(part, Area | tuple)] + [
        v for each in inner for v in values_of(each)
    ]
