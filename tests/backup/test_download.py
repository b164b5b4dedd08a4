"""The owner's button: a file for who knows the password, gone from the server once the line is closed."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from printalma.backup import file
from printalma.config import INSTANCE
from tests.accounts.people import PASSWORD, admin
from tests.conftest import StartServer
from tests.support import database as db
from tests.support.client import Client
from tests.support.matrix import ON_SQLITE
from tests.support.server import ADMIN, Server, Shop, eventually

PAGE = "/dashboard/backup"
PART = INSTANCE / "download.db.part"
MORE = 16_000_000  # bytes, than a line holds


def press(client: Client, password: str = ADMIN[1]) -> requests.Response:
    headers = {"Cookie": client.cookie, "Origin": client.url}
    return requests.post(client.url + PAGE, {"currentPassword": password}, headers=headers, stream=True, timeout=60)


def taken(shop: Shop) -> int:
    return len(db.select(shop.database_url, "SELECT id FROM events WHERE type = 'BackupTaken'"))


def owner(shop: Shop) -> Client:
    client = admin(shop)
    db.execute(shop.database_url, "UPDATE users SET role = 'SUPERADMIN' WHERE id = :id", id=client.user["id"])
    return client


@pytest.fixture(scope="module")
def shop(common_server: Server) -> Server:
    return common_server


def test_the_file_is_a_backup_and_its_taking_is_told(shop: Shop, tmp_path: Path) -> None:
    order = shop.client().place()
    boss, other = owner(shop), owner(shop)
    before = taken(shop)
    with press(boss, PASSWORD) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="printalma-20')
        assert "no-store" in answer.headers["Cache-Control"]
        (tmp_path / "shop.db").write_bytes(answer.content)
    about = file.checked(tmp_path / "shop.db")
    assert about.rows["orders"] >= 1
    with closing(sqlite3.connect(tmp_path / "shop.db")) as copy:
        assert copy.execute("SELECT id FROM orders WHERE id = ?", (order["id"],)).fetchone()
    assert taken(shop) == before + 1
    eventually(lambda: not PART.exists())
    assert (
        "sauvegarde de la boutique a été téléchargée" in other.get("/dashboard/notifications", Cookie=other.cookie).text
    )
    assert "Awa Diop" in other.get(PAGE, Cookie=other.cookie).text.partition("Derniers")[2]
    plain = admin(shop)
    assert "sauvegarde" not in plain.get("/dashboard/notifications", Cookie=plain.cookie).text
    assert PAGE not in plain.get("/dashboard/settings", Cookie=plain.cookie).text


@ON_SQLITE
def test_a_wrong_password_gives_nothing_and_is_counted(shop: Shop) -> None:
    boss = owner(shop)
    before = taken(shop)
    answers = [press(boss, "not my password") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert "SQLite" not in answers[0].text
    assert press(boss, PASSWORD).status_code == 429, "even the right one, for a while"
    assert taken(shop) == before


@ON_SQLITE
def test_nobody_but_an_owner_on_their_own_page(shop: Shop) -> None:
    assert press(admin(shop), PASSWORD).status_code == 403
    boss = owner(shop)
    headers = {"Cookie": boss.cookie, "Origin": "https://elsewhere.example"}
    foreign = requests.post(boss.url + PAGE, {"currentPassword": PASSWORD}, headers=headers, timeout=60)
    assert foreign.status_code == 403


@ON_SQLITE
def test_one_at_a_time(shop: Shop) -> None:
    boss = owner(shop)
    with file.part_of(INSTANCE / "download.db"):
        answer = press(boss, PASSWORD)
        assert answer.status_code == 409
        assert "déjà en cours" in answer.text
    assert press(boss, PASSWORD).status_code == 200


def test_who_hangs_up_leaves_nothing(database: str, start_server: StartServer, tmp_path: Path) -> None:
    logo = {"id": 1, "hash": "0" * 64, "kind": "image/webp", "width": 3, "height": 1, "data": bytes(MORE)}
    db.insert(database, "shop_logo", [logo])
    server = start_server(database)
    boss = server.admin()
    with begun(boss) as line:
        assert PART.exists()
        assert server.client().get("/healthz").status == 200, "others are served meanwhile"
        server.client().place()
    assert line.fileno() < 0
    eventually(lambda: not PART.exists())
    with press(boss) as answer:
        (tmp_path / "whole.db").write_bytes(answer.content)
    assert file.checked(tmp_path / "whole.db").rows["orders"] == 1
    eventually(lambda: not PART.exists())
    assert "Traceback" not in server.log


def begun(client: Client) -> socket.socket:
    """A line on which the file has begun to come, with little room for it."""
    form = urlencode({"currentPassword": ADMIN[1]})
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(60)
    line.connect(("127.0.0.1", int(client.url.rpartition(":")[2])))
    line.sendall(
        f"POST {PAGE} HTTP/1.1\r\nHost: {urlsplit(client.url).netloc}\r\nOrigin: {client.url}\r\n"
        f"Cookie: {client.cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(form)}\r\n\r\n{form}".encode()
    )
    said = b""
    while b"\r\n\r\n" not in said or said.endswith(b"\r\n\r\n"):
        said += line.recv(1)
    assert b" 200 " in said
    return line
