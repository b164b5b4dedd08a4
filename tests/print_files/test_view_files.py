"""Each view as an SVG file, as large as it is printed, with its pictures in it."""

import base64
import io
import re
import xml.etree.ElementTree as ET
from html import unescape
from typing import Any

import pytest
from PIL import Image

from tests.orders.originals import JPEG, PNG, SVG, kept, known
from tests.print_checks.test_print_size import AREA, sized
from tests.print_files.test_files import address, drawn, image, named, place, unzipped
from tests.support import artwork
from tests.support import database as db
from tests.support.client import Client, File
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE

pytestmark = ON_SQLITE

NS = {"s": "http://www.w3.org/2000/svg"}
HREF = "{http://www.w3.org/1999/xlink}href"


def words(text: Any, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, "x": 0.5, "y": 0.4, "width": 300, "height": 90, "fontSize": 40} | more


def view_of(admin: Client, order: dict[str, Any], line: int = 0, n: int = 1) -> File:
    return admin.file(f"/dashboard/orders/{order['id']}/files/{order['orderItems'][line]['id']}/{n}.svg")


def read(answer: File) -> ET.Element:
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    return ET.fromstring(answer.content)


def embedded(root: ET.Element) -> list[tuple[str, bytes]]:
    """The pictures in a file: what they are, and their bytes."""
    found = [each.attrib[HREF].split(";base64,") for each in root.iterfind(".//s:image", NS)]
    return [(kind.removeprefix("data:"), base64.b64decode(data, validate=True)) for kind, data in found]


def test_a_view_is_a_file_as_large_as_its_print_area(shop: Inside) -> None:
    admin, url, logo, photo = shop.admin_once(), shop.database_url, address(), address("photo.jpg")
    area = AREA | {"y": 0.2, "height": 0.6, "widthCm": 28.5}
    name = words("AS Médina\n2026 🏀", fontFamily="Pacifico, cursive", color="#14689A", fontWeight="bold")
    order = place(shop, drawn(image(logo), image(photo), name, delimitations=[area]))
    kept(url, logo, PNG * 7, "image/png")
    kept(url, photo, JPEG * 5, "image/jpeg")
    answer = view_of(admin, order)
    root = read(answer)
    assert named(answer.headers["Content-Disposition"]) == f"{order['orderNumber']}-1-Devant-vue.svg"
    assert (root.attrib["width"], root.attrib["height"]) == ("285.00mm", "342.00mm")
    assert [float(each) for each in root.attrib["viewBox"].split()] == [250, 200, 500, 600]
    assert embedded(root) == [("image/png", PNG * 7), ("image/jpeg", JPEG * 5)]
    texts = [each.text for each in root.iterfind(".//s:text", NS)]
    assert texts == ["AS Médina", "2026 🏀"]
    group = next(each for each in root.iter() if "font-family" in each.attrib)
    assert group.attrib["font-family"] == "'Pacifico', cursive"
    assert (group.attrib["fill"], group.attrib["font-weight"]) == ("#14689a", "bold")
    files = unzipped(admin.file(f"/dashboard/files.zip?ids={order['id']}").content)
    called = f"{order['orderNumber']}-1-Devant"
    assert files.keys() == {f"{called}-logo.png", f"{called}-photo.jpg", f"{called}-vue.svg"}
    assert embedded(ET.fromstring(files[f"{called}-vue.svg"])) == embedded(root)


def test_an_area_that_is_turned_lies_straight_and_one_of_unknown_size_has_pixels(shop: Inside) -> None:
    admin = shop.admin_once()
    turned = place(shop, drawn(image(address()), delimitations=[AREA | {"rotation": 30}]))
    root = read(view_of(admin, turned))
    assert (root.attrib["width"], root.attrib["height"]) == ("500px", "500px")
    group = root.find("s:g", NS)
    assert group is not None
    assert group.attrib["transform"] == "rotate(-30.00 500.00 500.00)"


def test_a_sticker_is_as_large_as_it_says_and_a_drawing_is_pixels(shop: Inside) -> None:
    admin, lion, svg = shop.admin_once(), address("lion.png"), address("lion.svg")
    line = {"productId": 38, "color": "N/A", "quantity": 5, "size": "83 mm x 100 mm"}
    order = place(shop, line | {"mockupUrl": lion}, line | {"mockupUrl": svg})
    kept(shop.database_url, lion, PNG, "image/png")
    artwork.keep(shop, svg, "#cc3333", (300, 200))
    db.execute(shop.database_url, "UPDATE pictures SET kind = NULL WHERE width = 300 AND height = 200")
    first, second = read(view_of(admin, order)), read(view_of(admin, order, line=1))
    assert (first.attrib["width"], first.attrib["height"], first.attrib["viewBox"]) == (
        "83.00mm",
        "100.00mm",
        "85.0 0.0 830.0 1000.0",
    )
    assert embedded(first) == [("image/png", PNG)]
    [(kind, content)] = embedded(second)
    assert kind == "image/png"
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (300, 200))


def test_what_is_missing_is_a_frame_that_says_so(shop: Inside) -> None:
    admin, lost, strange, later = shop.admin_once(), address("perdu.png"), address("x.svg"), address("tard.png")
    swept = address("parti.png")
    order = place(shop, drawn(*(image(each, width=400, height=400) for each in (lost, strange, later, swept))))
    digest = kept(shop.database_url, swept, PNG + b"swept", "image/png")
    db.execute(shop.database_url, "UPDATE pictures SET whole = false WHERE hash = :hash", hash=digest)
    known(shop.database_url, lost, state="lost", trouble="gone")
    kept(shop.database_url, strange, SVG)
    answer = view_of(admin, order)
    root = read(answer)
    assert embedded(root) == []
    assert len(root.findall(".//s:rect", NS)) == 4
    assert b"perdu.png" in answer.content
    assert b"<script" not in answer.content


@pytest.mark.parametrize(
    "text",
    [
        *("<script>alert(1)</script>", "]]>&<!--\"'", "\0\x01\x1b\ufffe\uffff\ud83d", "x" * 100_000, "a\r\n\u2028b"),
        *('href="#arc-1"', "{{ 7 * 7 }}", {"a": 1}, 1e308, None),
    ],
)
def test_whatever_is_written_on_it_the_file_is_one(shop: Inside, text: Any) -> None:
    admin, here = shop.admin_once(), address()
    hostile = words(text, fontFamily=text, color=text, width=1e308, rotation=text, curve=90)
    order = place(shop, drawn(image(here, designName=text), hostile, words(text)))
    kept(shop.database_url, here, PNG, "image/png")
    answer = view_of(admin, order)
    root = read(answer)
    assert embedded(root) == [("image/png", PNG)]
    assert b"<script" not in answer.content
    assert len(answer.content) < 100_000
    assert not any(each.tag.endswith("script") for each in root.iter())


def test_there_is_no_file_of_what_there_is_not(shop: Inside) -> None:
    admin, order = shop.admin_once(), place(shop, {"productId": 1, "quantity": 1})
    assert view_of(admin, order).status == 404
    assert admin.file("/dashboard/orders/999999999/files/1/1.svg").status == 404


def test_the_order_s_page_leads_to_its_files_and_says_how_large_they_are(shop: Inside) -> None:
    admin, url, here, later = shop.admin_once(), shop.database_url, address(), address("tard.png")
    order = place(shop, sized(here), sized(later, 787))
    kept(url, here, PNG + b"seen", "image/png", width=976, height=488)
    page = admin.get(f"/dashboard/orders/{order['id']}", Cookie=admin.cookie).text
    linked = [unescape(path) for path in re.findall(r'href="(/dashboard/[^"]*files[^"]*)"', page)]
    assert len(linked) == 4
    assert [admin.file(path).status for path in linked] == [200] * 4
    assert sum(path.endswith(".svg") for path in linked) == 2
    assert "10,0 × 5,0 cm · 248 dpi" in page
    assert "10,0 × 10,0 cm · 200 dpi" in page
    sheet = admin.get(f"/dashboard/print?ids={order['id']}&as=sheet", Cookie=admin.cookie).text
    assert "<span>10,0 × 5,0 cm · 248 dpi</span>" in sheet
