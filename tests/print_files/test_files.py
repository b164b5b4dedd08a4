"""The files that orders are printed from: one original by a click, all of them as one ZIP."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Generator
from email.message import Message
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy.pool import QueuePool

from printalma.accounts.policy import EVERYTHING
from printalma.db import db as engine
from printalma.print_files import archive
from printalma.print_files.archive import Archive
from tests.accounts.people import PASSWORD, again
from tests.orders.originals import HTML, JPEG, PDF, PNG, SVG, kept, known
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.inside import Inside
from tests.support.matrix import ON_POSTGRES

pytestmark = ON_POSTGRES

_numbers = count(1)


def address(name: str = "logo.png") -> str:
    """Of a picture that no other test names."""
    return f"https://pictures.example/{next(_numbers)}/{name}"


def image(address: str | None, **more: Any) -> dict[str, Any]:
    return {"type": "image", "imageUrl": address, "x": 0.5, "y": 0.5, "width": 100, "height": 100} | more


def drawn(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A line with these on its front."""
    metadata = [{"viewKey": "1-8", "viewType": "FRONT"}]
    return {"productId": 1, "quantity": 1, "designElementsByView": {"1-8": elements}, "viewsMetadata": metadata} | more


def place(shop: Inside, *lines: dict[str, Any]) -> dict[str, Any]:
    order: dict[str, Any] = shop.client().place(orderItems=list(lines))
    return order


def original(order: dict[str, Any], digest: str, line: int = 0, n: int = 1) -> str:
    return f"/dashboard/orders/{order['id']}/files/{order['orderItems'][line]['id']}/{n}/{digest}"


def named(header: str | None) -> str:
    """What a browser saves a file as."""
    assert header
    assert header.startswith("attachment;")
    found = re.search(r"filename\*=UTF-8''([^;]+)", header)
    if found:
        return unquote(found[1])
    message = Message()
    message["Content-Disposition"] = header
    return message.get_filename() or ""


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


@pytest.mark.parametrize(
    ("content", "kind", "extension"),
    [
        (PNG, "image/png", "png"),
        (JPEG, "image/jpeg", "jpg"),
        (SVG, None, "svg"),
        (PDF, None, "pdf"),
        (HTML, None, "bin"),
        (b"\0", None, "bin"),
    ],
)
def test_an_original_is_saved_as_what_it_is_and_opened_by_no_browser(
    shop: Inside, content: bytes, kind: str | None, extension: str
) -> None:
    admin, here = shop.admin_once(), address("logo-club.png")
    order = place(shop, drawn(image(here, designName="Logo du club.png")))
    digest = kept(shop.database_url, here, content, kind)
    answer = admin.file(original(order, digest))
    assert (answer.status, answer.content) == (200, content)
    assert named(answer.headers["Content-Disposition"]) == f"{order['orderNumber']}-1-Devant-Logo-du-club.{extension}"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert int(answer.headers["Content-Length"] or 0) == len(content)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../../etc/passwd",
            "..\\..\\boot.ini",
            "CON",
            "nul.png",
            "a\0b\r\nSet-Cookie: x=1",
            "   ...   ",
            "\u202egnp.exe",
        ),
        *(
            'quotes"and;semi=colons',
            "日本語 🎨 élan",
            "\ud83d",
            "%2e%2e%2f",
            "x" * 5_000,
            "🎨" * 400,
            "<script>",
            "-rf *",
        ),
        *(7, {"a": 1}, None, ["x"], True, 1e308),
    ],
)
def test_whatever_a_picture_is_called_its_file_has_a_name(shop: Inside, name: Any) -> None:
    admin, here = shop.admin_once(), address("")
    order = place(shop, drawn(image(here, designName=name)))
    digest = kept(shop.database_url, here, PNG, "image/png")
    answer = admin.file(original(order, digest))
    saved = named(answer.headers["Content-Disposition"])
    assert saved.startswith(f"{order['orderNumber']}-1-Devant-")
    assert saved.endswith(".png")
    assert len(saved.encode()) <= 180
    assert not re.search(r'[\x00-\x1f\x7f<>:"/\\|?*\u202e]', saved)
    assert answer.headers["Set-Cookie"] is None
    assert list(unzipped(admin.file(f"/dashboard/files.zip?ids={order['id']}").content)) == [saved]


def test_only_what_is_printed_on_that_side_is_given_out(shop: Inside) -> None:
    admin, mine, others = shop.admin_once(), address(), address()
    order, other = place(shop, drawn(image(mine))), place(shop, drawn(image(others)))
    digest = kept(shop.database_url, mine, PNG + b"mine", "image/png")
    strange = kept(shop.database_url, others, PNG + b"others", "image/png")
    assert admin.file(original(order, digest)).status == 200
    for path in (
        original(order, strange),
        original(order, digest, n=2),
        original(order, digest, n=0),
        original(order, "x"),
    ):
        assert admin.file(path).status == 404, path
    wrong = f"/dashboard/orders/{other['id']}/files/{order['orderItems'][0]['id']}/1/{digest}"
    assert admin.file(wrong).status == 404
    assert admin.file(original(order | {"id": 10**9}, digest)).status == 404
    assert shop.client().get(original(order, digest)).status == 303


def test_the_press_gets_the_files_of_what_it_prints(shop: Inside) -> None:
    admin, here = shop.admin_once(), address()
    waits, confirmed = place(shop, drawn(image(here))), place(shop, drawn(image(here)))
    digest = kept(shop.database_url, here, PNG, "image/png")
    assert move(admin, confirmed, "CONFIRMED").status == 200
    press = shop.client().register(f"presse-{next(_numbers)}@example.org", PASSWORD)
    db.execute(shop.database_url, "UPDATE users SET role = 'ATELIER' WHERE id = :id", id=press.user["id"])
    press = again(shop, press)
    assert press.file(original(confirmed, digest)).content == PNG
    assert press.file(original(waits, digest)).status == 404
    both = press.file(f"/dashboard/files.zip?ids={waits['id']},{confirmed['id']}")
    assert [*unzipped(both.content)] == [f"{confirmed['orderNumber']}-1-Devant-logo.png"]
    customer = shop.client().register(f"cliente-{next(_numbers)}@example.org", PASSWORD)
    assert customer.file(f"/dashboard/files.zip?ids={confirmed['id']}").status == 403


def test_all_files_of_orders_are_one_archive_line_by_line(shop: Inside, tmp_path: Path) -> None:
    admin, url, logo, back = shop.admin_once(), shop.database_url, address("logo.png"), address("dos.jpg")
    twin, lost, later = address("a/logo.png"), address("perdu.png"), address("plus-tard.png")
    sides = {"1-8": [image(logo), image(twin)], "1-9": [image(back), image(lost), image(later)]}
    metadata = [{"viewKey": "1-8", "viewType": "FRONT"}, {"viewKey": "1-9", "viewType": "BACK"}]
    both = drawn(designElementsByView=sides, viewsMetadata=metadata)
    first = place(shop, both, drawn(image(logo, designName="Écusson"), image(None)))
    second = place(shop, {"productId": 1, "quantity": 1})
    third = place(shop, drawn(image(logo)))
    kept(url, logo, PNG * 3, "image/png")
    kept(url, twin, PNG * 2, "image/png")
    kept(url, back, JPEG, "image/jpeg")
    known(url, lost, state="lost", trouble="gone")
    answer = admin.file(f"/dashboard/files.zip?ids={third['id']},{first['id']}&ids={second['id']}&ids=99999999")
    assert answer.status == 200
    assert re.fullmatch(r"fichiers-\d{4}-\d\d-\d\d-3-commandes\.zip", named(answer.headers["Content-Disposition"]))
    files = unzipped(answer.content)
    n, one = third["orderNumber"], first["orderNumber"]
    missing = files.pop("manquants.txt").decode("utf-8-sig").splitlines()
    assert files == {
        f"{n}-1-Devant-logo.png": PNG * 3,
        f"{one}-1-Devant-logo.png": PNG * 3,
        f"{one}-1-Devant-logo-2.png": PNG * 2,
        f"{one}-1-Dos-dos.jpg": JPEG,
        f"{one}-2-Devant-Écusson.png": PNG * 3,
    }
    assert [line.split(" : ")[0] for line in missing[2:]] == [
        f"{one}-1-Dos-perdu",
        f"{one}-1-Dos-plus-tard",
        f"{one}-2-Devant-visuel",
    ]
    if unzip := shutil.which("unzip"):
        file = tmp_path / "all.zip"
        file.write_bytes(answer.content)
        subprocess.run([unzip, "-tqq", file], check=True)


def test_who_reads_slowly_or_goes_holds_nothing(shop: Inside) -> None:
    here, other = address(), address()
    order = place(shop, drawn(image(here), image(other)))
    kept(shop.database_url, here, PNG + b"slow" * 2_000, "image/png")
    kept(shop.database_url, other, PNG + b"never" * 2_000, "image/png")
    with shop.app.test_request_context():
        parts, pool = Archive([order["id"]], EVERYTHING).parts(), engine.engine.pool
        assert isinstance(parts, Generator)
        assert isinstance(pool, QueuePool)
        sizes = [len(next(parts)) for _ in range(3)]
        assert all(900 < size < 1_200 for size in sizes), "a piece at a time, however large the picture is"
        assert pool.checkedout() == 0, "between two pieces"
        parts.close()
        assert pool.checkedout() == 0


def test_of_too_many_files_the_others_are_named(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILES", 2)
    admin, addresses = shop.admin_once(), [address(f"{n}.png") for n in range(4)]
    order = place(shop, drawn(*map(image, addresses)))
    for each in addresses:
        kept(shop.database_url, each, PNG, "image/png")
    files = unzipped(admin.file(f"/dashboard/files.zip?ids={order['id']}").content)
    assert [*files][:2] == [f"{order['orderNumber']}-1-Devant-{n}.png" for n in range(2)]
    told = files["manquants.txt"].decode().splitlines()[2:]
    assert told == [f"{order['orderNumber']}-1-Devant-{n} : au-delà de 2 images" for n in (2, 3)]


def test_one_order_has_an_archive_under_its_number(shop: Inside) -> None:
    admin, here = shop.admin_once(), address()
    order = place(shop, drawn(image(here)))
    kept(shop.database_url, here, PNG, "image/png")
    answer = admin.file(f"/dashboard/files.zip?ids={order['id']}")
    assert named(answer.headers["Content-Disposition"]) == f"{order['orderNumber']}.zip"
    assert answer.headers["Content-Type"] == "application/zip"
    nothing = place(shop, {"productId": 1, "quantity": 1})
    assert unzipped(admin.file(f"/dashboard/files.zip?ids={nothing['id']}").content) == {}


def test_an_archive_is_of_a_hundred_orders_at_most(shop: Inside) -> None:
    admin = shop.admin_once()
    many = ",".join(map(str, range(1, 102)))
    refused = admin.get(f"/dashboard/files.zip?ids={many}", Cookie=admin.cookie)
    assert refused.status == 400
    assert "100 commandes au plus" in refused.text
    for wrong in ("", "?ids=", "?ids=x", "?ids=-1", "?ids=1e9", "?ids=%00"):
        assert admin.get(f"/dashboard/files.zip{wrong}", Cookie=admin.cookie).status in (400, 404), wrong
    assert admin.get("/dashboard/files.zip?ids=99999999", Cookie=admin.cookie).status == 404


def test_a_picture_that_is_swept_meanwhile_is_missing_not_an_error(shop: Inside) -> None:
    admin, here, half, url = shop.admin_once(), address(), address(), shop.database_url
    order = place(shop, drawn(image(here), image(half)))
    digest, cut = kept(url, here, PNG * 4, "image/png"), kept(url, half, JPEG * 8, "image/jpeg")
    db.execute(url, "DELETE FROM picture_pieces WHERE hash = :hash", hash=digest)
    db.execute(url, "DELETE FROM picture_pieces WHERE hash = :hash AND n > 0", hash=cut)
    files = unzipped(admin.file(f"/dashboard/files.zip?ids={order['id']}").content)
    assert files.pop("manquants.txt").decode().count("n'est plus gardée") == 2
    assert list(files.values()) == [(JPEG * 8)[:1_000]]
