"""Artwork on an order's page, in a real browser: where its parts stand, beside pictures drawn from the same numbers,
and looking at it closely."""

import io
import math
from collections.abc import Mapping
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops, ImageDraw
from playwright.sync_api import Locator, Page, expect

from printalma.pictures.models import SourceState
from tests.dashboard.test_artwork_page import HOSTILE, place
from tests.orders.dialect import OWN, TEXT, customised, sticker, vendors
from tests.support import artwork
from tests.support.browser import PHONE, Visitors
from tests.support.client import Client
from tests.support.inside import Inside
from tests.support.matrix import ONLY_SQLITE

pytestmark = ONLY_SQLITE
Admins = tuple[Client, Client]
SERIOUS = ("serious", "critical")
HOST = "https://images.example.org"
SIDE = 1000  # pixels of the pictures that are compared
# What front ends send: a print area, a logo, two lines; a shop's design; a vendor's design, moved and made smaller.
PARTS = {"referenceWidth": 1200, "referenceHeight": 1200}
FRONT = {"x": 0.27, "y": 0.22, "width": 0.46, "height": 0.52, "viewId": 87, "viewType": "FRONT"} | PARTS
BACK = {"x": 0.25, "y": 0.18, "width": 0.5, "height": 0.6, "viewId": 88, "viewType": "BACK"} | PARTS
HOODIE = {"x": 0.3, "y": 0.26, "width": 0.4, "height": 0.4, "referenceWidth": 1500, "referenceHeight": 1500}
LOGO = OWN | {"x": 0.5, "y": 0.41, "width": 420.5, "height": 388.2, "zIndex": 0}
TWO_LINES = TEXT | {"text": "AS Médina\n2026", "x": 0.5, "y": 0.66, "width": 360, "height": 120, "fontSize": 54}
CURVED = TEXT | {
    "text": "Bonne fête Maman",
    "x": 0.5,
    "y": 0.5,
    "width": 504,
    "height": 90,
    "fontSize": 57.6,
    "curve": 60,
}
COLORS = {"blank": "#e8e8e0", "logo": "#cc3333", "design": "#33aa33", "sticker": "#cccc33"}


def address(name: str) -> str:
    return f"{HOST}/{name}.png"


@pytest.fixture(scope="module")
def pictures(own_shop: Inside) -> None:
    """None of them is as its box: a picture keeps its shape."""
    for name, size in (("blank", (600, 600)), ("logo", (500, 300)), ("design", (300, 600)), ("sticker", (300, 500))):
        artwork.keep(own_shop, address(name), COLORS[name], size)


def front(*elements: Any) -> dict[str, Any]:
    views: Any = {"34-87": list(elements)}
    return customised(designElementsByView=views, delimitations=[FRONT], mockupUrl=address("blank"), viewsMetadata=[])


def both() -> dict[str, Any]:
    design = {"imageUrl": address("design"), "x": 0.4, "y": 0.44, "width": 540, "height": 540, "rotation": 30}
    views = {"34-87": [LOGO | {"imageUrl": address("logo")}, TWO_LINES], "34-88": [OWN | design]}
    more: dict[str, Any] = {"delimitations": [FRONT, BACK], "mockupUrl": address("blank"), "viewsMetadata": []}
    return customised(designElementsByView=views, **more)


def of_a_vendor() -> dict[str, Any]:
    place = {"x": 12.5, "y": -30, "scale": 0.72, "rotation": 0}
    return vendors(
        designMetadata={"designImageUrl": address("design"), "designName": "Baobab"},
        **{"designPositions": place, "delimitation": HOODIE, "delimitations": [HOODIE], "mockupUrl": address("blank")},
    )


def box(color: str, x: float, y: float, width: float, height: float, rotation: float = 0) -> Image.Image:
    """A picture with one part in it, in a square of SIDE."""
    found = Image.new("RGB", (SIDE, SIDE), "white")
    corners = [(x - width / 2, y - height / 2), (x + width / 2, y + height / 2)]
    ImageDraw.Draw(found).rectangle([(cx * SIDE, cy * SIDE) for cx, cy in corners], fill=color)
    return found.rotate(-rotation, center=(x * SIDE, y * SIDE), fillcolor="white")


def drawn(view: Locator) -> Image.Image:
    """A view as the browser shows it."""
    view.evaluate("svg => Promise.all([...svg.querySelectorAll('image')].map(i => i.decode ? i.decode() : null))")
    return Image.open(io.BytesIO(view.screenshot())).convert("RGB").resize((SIDE, SIDE))


def extent(picture: Image.Image, color: str) -> tuple[float, ...]:
    """From where to where there is something of this colour."""
    plain = Image.new("RGB", picture.size, color)
    far = ImageChops.difference(picture, plain).convert("L").point(lambda value: 255 if value < 12 else 0)
    found = far.getbbox()
    assert found, color
    return tuple(each / SIDE for each in found)


def assert_alike(found: Image.Image, expected: Image.Image, color: str) -> None:
    assert extent(found, color) == pytest.approx(extent(expected, color), abs=0.02)


def views(page: Page) -> list[Locator]:
    expect(page.locator("svg.artwork").first).to_be_visible()
    return page.locator("#artwork svg.artwork").all()


@pytest.mark.usefixtures("pictures")
def test_parts_stand_where_they_were_put(own_shop: Inside, admins: Admins, visitors: Visitors) -> None:
    order = place(own_shop, both(), of_a_vendor(), sticker(mockupUrl=address("sticker")))
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}", device_scale_factor=2)
    first, second, hoodie, lion = views(page)
    # The logo is wider than its box is, and the design higher; each frame of four pixels is left out of the colour.
    logo = 420.5 / 1200, 420.5 / 1200 * 300 / 500
    assert_alike(drawn(first), box(COLORS["logo"], 0.5, 0.41, *logo), COLORS["logo"])
    tall = 540 / 1200 / 2, 540 / 1200
    assert_alike(drawn(second), box(COLORS["design"], 0.4, 0.44, *tall, rotation=30), COLORS["design"])
    small = 0.4 * 0.72 / 2, 0.4 * 0.72
    moved = 0.3 + 0.2 + 12.5 / 1500, 0.26 + 0.2 - 30 / 1500
    assert_alike(drawn(hoodie), box(COLORS["design"], *moved, *small), COLORS["design"])
    assert_alike(drawn(lion), box(COLORS["sticker"], 0.5, 0.5, 0.6, 1), COLORS["sticker"])
    assert_alike(drawn(first), box(COLORS["blank"], 0.5, 0.5, 1, 1), COLORS["blank"])
    area = placed(first.locator("rect[stroke-dasharray='6 4']"), first)
    assert area == pytest.approx((0.27, 0.22, 0.73, 0.74), abs=0.01)


def placed(part: Locator, view: Locator) -> tuple[float, ...]:
    """From where to where a part is, in fractions of its view."""
    inner, outer = (each.evaluate("each => each.getBoundingClientRect().toJSON()") for each in (part, view))
    sides = (("left", "x"), ("top", "y"), ("right", "x"), ("bottom", "y"))
    return tuple((inner[side] - outer[along]) / outer["width"] for side, along in sides)


@pytest.mark.usefixtures("pictures")
def test_texts_stand_where_they_were_put(own_shop: Inside, admins: Admins, visitors: Visitors) -> None:
    smile = CURVED | {"y": 0.3, "curve": -180, "color": "#cc0000"}
    right = TWO_LINES | {"y": 0.8, "textAlign": "right", "fontStyle": "italic", "textDecoration": "underline"}
    turned = TWO_LINES | {"text": "Été", "x": 0.2, "y": 0.2, "rotation": 90}
    order = place(own_shop, front(TWO_LINES, right, turned, CURVED, smile))
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}")
    [view] = views(page)
    first, second = (placed(view.get_by_text(line, exact=True).first, view) for line in ("AS Médina", "2026"))
    assert middle(first) == pytest.approx((0.5, 0.66 - 0.6 * 54 / 1200), abs=0.02)
    assert middle(second) == pytest.approx((0.5, 0.66 + 0.6 * 54 / 1200), abs=0.02)
    assert placed(view.get_by_text("2026", exact=True).last, view)[2] == pytest.approx(0.65, abs=0.02)
    assert middle(placed(view.get_by_text("Été", exact=True), view)) == pytest.approx((0.2, 0.2), abs=0.02)
    curved = view.locator("text:has(textPath)")
    assert_curved(curved.first, CURVED, 0.5)
    assert_curved(curved.last, smile, 0.3)


def middle(found: tuple[float, ...]) -> tuple[float, float]:
    left, top, right, bottom = found
    return (left + right) / 2, (top + bottom) / 2


MEASURE = """text => {
  const n = text.getNumberOfChars();
  const at = (i) => ({ x: text.getStartPositionOfChar(i).x, y: text.getStartPositionOfChar(i).y,
                       turn: text.getRotationOfChar(i) });
  const end = text.getEndPositionOfChar(n - 1).x;
  return { first: at(0), last: at(n - 1), end, length: text.getComputedTextLength() };
}"""


def assert_curved(text: Locator, sent: Mapping[str, Any], y: float) -> None:
    """Letters stand around a circle on which a line of the box's width takes as many degrees as were asked for."""
    found = text.evaluate(MEASURE)
    up = 1 if sent["curve"] > 0 else -1
    middle = sent["width"] / 1200 * 1000 / math.radians(abs(sent["curve"]))
    radius = middle - up * 0.35 * sent["fontSize"] / 1200 * 1000
    half = found["length"] / 2 / radius
    centre = y * 1000 + up * (middle - middle * (1 - math.cos(math.radians(abs(sent["curve"])) / 2)) / 2)
    assert found["first"]["x"] == pytest.approx(500 - radius * math.sin(half), abs=20)
    assert found["end"] == pytest.approx(500 + radius * math.sin(half), abs=20)
    assert found["first"]["y"] == pytest.approx(centre - up * radius * math.cos(half), abs=20)
    assert math.remainder(found["first"]["turn"] + up * math.degrees(half), 360) == pytest.approx(0, abs=8)
    assert found["last"]["turn"] * up > 0


@pytest.mark.usefixtures("pictures")
def test_a_view_is_looked_at_by_keys(own_shop: Inside, admins: Admins, visitors: Visitors) -> None:
    late = address("late")
    artwork.know(own_shop, late, SourceState.LOST, trouble="gone")
    order = place(own_shop, both(), front(OWN | {"imageUrl": late}))
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}")
    zoom, looks = page.locator("#zoom"), page.locator("[data-look]")
    looks.nth(1).focus()
    page.keyboard.down("Enter")
    for _ in range(5):
        page.keyboard.down("Enter")  # held: it does not open and close
    page.keyboard.up("Enter")
    expect(zoom).to_be_visible()
    expect(zoom.locator("h2")).to_have_text("Dos · T-shirt Baobab")
    width = "each => each.getBoundingClientRect().width"
    assert zoom.locator("svg.artwork").evaluate(width) > 1.5 * looks.nth(1).evaluate(width)
    page.keyboard.press("ArrowRight")
    expect(zoom.locator("h2")).to_have_text("Devant · T-shirt Baobab")
    expect(zoom.locator("svg.artwork image")).to_have_count(1)
    expect(zoom).to_contain_text("n'existe plus à cette adresse")
    artwork.keep(own_shop, late, "#3333cc")
    artwork.tell(own_shop, order["id"])
    expect(looks.nth(2).locator("image")).to_have_count(2)
    expect(zoom.locator("svg.artwork image")).to_have_count(2)
    expect(zoom).to_be_visible()
    page.keyboard.press("+")
    expect(zoom.get_by_role("button", name="Plus près")).to_have_attribute("aria-pressed", "true")
    assert zoom.locator(".stage").evaluate("stage => stage.scrollWidth > 2 * stage.clientWidth")
    page.keyboard.press("-")
    page.keyboard.press("ArrowRight")
    expect(zoom.locator("image")).to_have_count(2)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    expect(zoom).to_be_hidden()
    expect(looks.nth(2)).to_be_focused()
    looks.first.dblclick()  # opens it, and neither comes closer nor closes it again
    expect(zoom).to_be_visible()
    expect(zoom.get_by_role("button", name="Plus près")).to_have_attribute("aria-pressed", "false")


@pytest.mark.usefixtures("pictures")
def test_a_view_is_looked_at_with_a_finger(own_shop: Inside, admins: Admins, visitors: Visitors) -> None:
    order = place(own_shop, both(), front(*HOSTILE))
    settings: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}", **settings)
    zoom = page.locator("#zoom")
    expect(page.locator("#artwork svg.artwork")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.locator("[data-look]").first.tap()
    expect(zoom).to_be_visible()
    found = Axe().run(page)
    assert [each["id"] for each in found.response["violations"] if each["impact"] in SERIOUS] == []
    for _ in range(4):  # nobody waits between two of three views
        zoom.get_by_role("button", name="Vue suivante").tap()
    expect(zoom.locator("h2")).to_have_text("Dos · T-shirt Baobab")
    zoom.locator("svg.artwork").tap()
    expect(zoom.get_by_role("button", name="Plus près")).to_have_attribute("aria-pressed", "true")
    zoom.get_by_role("button", name="Fermer").tap()
    expect(zoom).to_be_hidden()
    found = Axe().run(page)
    assert [each["id"] for each in found.response["violations"] if each["impact"] in SERIOUS] == []


@pytest.mark.usefixtures("pictures")
def test_without_scripts_views_are_simply_there(own_shop: Inside, admins: Admins, visitors: Visitors) -> None:
    order = place(own_shop, both())
    page = visitors.enter(admins[0], f"/dashboard/orders/{order['id']}", java_script_enabled=False)
    shown = page.locator("#artwork svg.artwork").first
    expect(shown).to_be_visible()
    assert shown.bounding_box()["width"] > 300  # type: ignore[index]
