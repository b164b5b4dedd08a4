"""The picture in a notification: a phone fetches it without a session, at an address nobody can make up."""

import json
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from itsdangerous import TimestampSigner

from printalma.db import reading
from printalma.events import log, renderings
from printalma.lib.clock import now
from printalma.pictures import signed
from printalma.push import message
from tests.accounts.people import customer
from tests.conftest import NewDatabase, OpenShop
from tests.pictures import kept
from tests.support.client import cart
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE
from tests.support.server import KEYS

OLD, NEW = KEYS["SECRET_KEY"], "another key that signs from now on, and long enough"


@pytest.fixture
def order_id(shop: Inside) -> int:
    placed: int = shop.client().place()["id"]
    return placed


@pytest.fixture
def digest(shop: Inside, order_id: int) -> str:
    return kept.shown(shop.database_url, order_id, 7)


def address(shop: Inside, name: str) -> str:
    with shop.app.app_context():
        return signed.address(name)


def test_its_address_is_all_it_takes(shop: Inside, digest: str) -> None:
    answer = shop.client().get(address(shop, digest))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/webp")
    assert int(answer.headers["Content-Length"] or 0) == len(kept.copies(7)[1]["view"][2])
    assert answer.headers["Cache-Control"] == f"private, max-age={signed.LASTS}"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_an_address_tells_no_order_and_each_is_its_own(shop: Inside, digest: str) -> None:
    path, _, word = address(shop, digest).partition("?of=")
    assert path == "/pictures/signed"
    name, moment, signature = word.split(".")
    assert (name, len(moment), len(signature)) == (digest, 6, 43)


def test_what_is_not_signed_by_us_is_not_there(shop: Inside, digest: str) -> None:
    good = address(shop, digest)
    other = "0" * 64
    name, moment, signature = good.partition("?of=")[2].split(".")
    words = ["", "x", "..", name, f"{name}.{moment}", f"{other}.{moment}.{signature}", f"{name}.{moment}.{signature}x"]
    words += [
        f"{name}..{signature}",
        f"{name}.{'z' * 6}.{signature}",
        f"{name}.{moment}.",
        "%00",
        "%ff%fe",
        "%C3%A9",
        "%ed%a0%80",
    ]
    words += ["a" * 4000, f"{name}.{moment}.{signature}&of=x"[::-1], "." * 2000]
    for word in words:
        answer = shop.client().get(f"/pictures/signed?of={word}")
        assert (answer.status, answer.json["message"]) == (404, "Image introuvable"), word
    assert shop.client().get("/pictures/signed").status == 404
    assert shop.client().get(good.replace("signed", f"{digest}/view")).status == 401
    for salt in ("known device", "picture of a notification "):
        forged = TimestampSigner(OLD, salt=salt).sign(digest).decode()
        assert shop.client().get(f"/pictures/signed?of={forged}").status == 404
    assert shop.client().get(address(shop, other)).status == 404  # there is none, or not any more


@pytest.mark.parametrize(("age", "status"), [(signed.LASTS - 60, 200), (signed.LASTS + 60, 404), (-60, 404)])
def test_it_is_good_for_some_hours(shop: Inside, digest: str, age: int, status: int) -> None:
    then = int(now().timestamp()) - age
    with patch.object(TimestampSigner, "get_timestamp", lambda _self: then):
        old = address(shop, digest)
    assert shop.client().get(old).status == status


def test_it_is_good_after_the_key_has_changed(new_database: NewDatabase, open_shop: OpenShop) -> None:
    before = open_shop(database := new_database())
    digest = kept.shown(database, before.client().place()["id"], 7)
    old = address(before, digest)
    after = open_shop(database, SECRET_KEY=NEW, SECRET_KEY_FALLBACK=OLD)
    assert after.client().get(old).status == 200
    assert before.client().get(address(after, digest)).status == 404
    assert open_shop(database, SECRET_KEY=NEW).client().get(old).status == 404


@ON_SQLITE
def test_nobody_asks_without_end(new_database: NewDatabase, open_shop: OpenShop) -> None:
    shop = open_shop(new_database())
    answers = {shop.ask("GET", "/pictures/signed?of=x").status for _ in range(signed.ASKED.amount)}
    assert answers == {404}
    assert shop.ask("GET", "/pictures/signed?of=x").status == 429
    assert shop.ask("GET", "/pictures/signed?of=x", peer="192.0.2.2").status == 404


def told(shop: Inside, order_id: int, to: Any = renderings.ADMINS, events: int = 1) -> dict[str, Any]:
    """What phones are told of the order's last event."""
    delivery: Any = SimpleNamespace(event_id=1, events=events, oldest_at=now())
    with shop.app.app_context(), reading() as connection:
        records = [each for each in log.since(connection, 0, 10_000) if getattr(each.event, "order_id", 0) == order_id]
        notices = [notice for notice in renderings.push_notices(records[-1]) if notice.to == to]
        found: dict[str, Any] = message.of_notice(
            notices[0], delivery, shop.app.extensions["printalma.settings"].shop_tz
        )
        return found


def test_a_push_of_a_new_order_has_its_picture_if_that_is_there(shop: Inside, order_id: int) -> None:
    assert "image" not in told(shop, order_id)
    kept.name(shop.database_url, order_id, "https://pictures.example/late.jpg")
    assert "image" not in told(shop, order_id)
    digest = kept.arrive(shop.database_url, "https://pictures.example/late.jpg", 8)
    found = told(shop, order_id)
    assert found["image"].startswith(f"/pictures/signed?of={digest}.")
    assert shop.client().get(found["image"]).status == 200
    assert "image" not in told(shop, order_id, events=2)
    assert "image" not in json.loads(message.encoded(found, short=True))
    assert json.loads(message.encoded(found))["image"] == found["image"]


def test_what_becomes_of_an_order_is_told_in_words_alone(shop: Inside) -> None:
    buyer = customer(shop)
    placed = buyer.post("/orders", cart()).data
    kept.shown(shop.database_url, placed["id"], 9)
    assert "image" in told(shop, placed["id"])
    shop.admin_once().patch(f"/orders/{placed['id']}/status", {"status": "CONFIRMED"})
    assert "image" not in told(shop, placed["id"])
    assert "image" not in told(shop, placed["id"], buyer.user["id"])
