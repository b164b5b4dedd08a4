"""What papers say of the shop: its address, its telephone, its logo, which is never the file that was sent."""

import io
import re
import uuid
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.accounts.people import admin as new_admin
from tests.conftest import NewDatabase
from tests.shop.test_settings import save
from tests.support.client import Answer, Client
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE

pytestmark = ON_SQLITE

LOGO = "/dashboard/settings/logo"
SECRET = b"what a camera said"


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    with Inside(new_database(), tmp_path_factory.mktemp("letterhead"), TRUSTED_PROXIES="1") as shop:
        yield shop


@pytest.fixture(scope="module")
def boss(shop: Inside) -> Client:
    return new_admin(shop)


def png(width: int = 60, height: int = 20) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), "#00aa00").save(file, "PNG")
    return file.getvalue() + SECRET


def upload(who: Client, content: bytes, at: str = LOGO, field: str = "logo", **said: str) -> Answer:
    boundary = uuid.uuid4().hex
    part = f"--{boundary}\r\nContent-Disposition: form-data; name="
    head = "".join(f'{part}"{name}"\r\n\r\n{value}\r\n' for name, value in said.items())
    head += f'{part}"{field}"; filename="photo.png"\r\n'
    body = f"{head}Content-Type: image/png\r\n\r\n".encode() + content + f"\r\n--{boundary}--\r\n".encode()
    sent = {"Content_Type": f"multipart/form-data; boundary={boundary}", "Origin": who.url, "Cookie": who.cookie}
    return who.raw("POST", at, body, **sent)


def slip(who: Client) -> str:
    page = who.get(f"/dashboard/print?ids={who.place()['id']}&as=slip", Cookie=who.cookie).text
    return page[page.index('<main class="sheets"') :]


def logo_of(who: Client) -> str | None:
    found = re.search(rf'<img src="({LOGO}/[0-9a-f]{{64}})"', slip(who))
    return found and found[1]


def test_a_slip_says_who_sends_it(boss: Client) -> None:
    text = "Atelier <b>Teranga</b>\n\n  12 rue Moussé Diop \nDakar"
    assert save(boss, address=text, phone="+221 33 800 00 00").status == 303
    found = slip(boss)
    assert "Atelier &lt;b&gt;Teranga&lt;/b&gt;\n12 rue Moussé Diop\nDakar</address>" in found
    assert "<p>+221 33 800 00 00</p>" in found
    settings = boss.get("/dashboard/settings", Cookie=boss.cookie).text
    assert 'value="+221 33 800 00 00"' in settings
    assert "12 rue Moussé Diop" in settings


@pytest.mark.parametrize(
    "wrong", [{"address": "x\n" * 7}, {"address": "x" * 401}, {"phone": "0" * 61}, {"phone": "0\0"}]
)
def test_what_has_no_room_on_a_slip_is_refused_at_its_field(boss: Client, wrong: dict[str, str]) -> None:
    answer = save(boss, **wrong)
    assert answer.status == 400
    assert f'id="{next(iter(wrong))}-help" class="wrong"' in answer.text


def test_a_customer_s_message_is_on_the_slip(boss: Client) -> None:
    order = boss.place(notes="Pour samedi <i>!</i>\nMerci.")
    page = boss.get(f"/dashboard/print?ids={order['id']}", Cookie=boss.cookie).text
    assert "Pour samedi &lt;i&gt;!&lt;/i&gt;\nMerci." in page


def test_the_logo_is_drawn_anew_and_never_served_as_it_came(boss: Client) -> None:
    assert logo_of(boss) is None
    assert upload(boss, png()).status == 303
    address = logo_of(boss)
    assert address
    file = boss.file(address)
    assert file.status == 200
    assert file.headers["Content-Type"] == "image/webp"
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert file.content[8:12] == b"WEBP"
    assert SECRET not in file.content
    assert upload(boss, png(40, 40)).status == 303
    assert logo_of(boss) != address
    assert boss.file(address).status == 404, "the one of before is gone"
    assert boss.form(f"{LOGO}/remove", {}, Cookie=boss.cookie).status == 303
    assert logo_of(boss) is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html><script>alert(1)</script></html>", "pas une image"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "pas une image"),
        (b"", "Choisissez|pas une image"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>x</text></svg>', "contient du texte"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(boss: Client, content: bytes, why: str) -> None:
    answer = upload(boss, content)
    assert answer.status == 303
    session = re.search(r"session=[^;]+", str(answer.headers))
    cookie = f"{boss.cookie}; {session[0]}" if session else boss.cookie
    assert re.search(why, boss.get("/dashboard/settings", Cookie=cookie).text)
    assert logo_of(boss) is None


def test_a_logo_that_is_too_large_is_refused_and_nothing_is_kept(boss: Client) -> None:
    assert upload(boss, bytes(1_100_000)).status == 413
    assert logo_of(boss) is None


@pytest.mark.parametrize("name", ["x", "0" * 64, "%00", "..%2f..%2fetc"])
def test_no_other_name_is_a_logo(boss: Client, name: str) -> None:
    assert boss.get(f"{LOGO}/{name}", Cookie=boss.cookie).status in (400, 404)
