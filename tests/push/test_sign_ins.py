"""A device is told as long as the sign-in it was enabled through has not ended."""

import time
from collections.abc import Callable

import pytest

from tests.accounts.people import PASSWORD, admin, again, customer, kept_id
from tests.push.conftest import Enable
from tests.push.devices import enable_on, pass_time
from tests.push.test_telling import waits
from tests.support import database as db
from tests.support.client import Client
from tests.support.inside import flask
from tests.support.matrix import ON_POSTGRES
from tests.support.push_service import PushService
from tests.support.server import Server, Shop, eventually

pytestmark = [ON_POSTGRES, pytest.mark.matrix]
DAY = 86_400_000  # milliseconds


def let_run_out(shop: Shop, client: Client, days: float) -> None:
    at = round(time.time() * 1000 + days * DAY)
    db.execute(shop.database_url, "UPDATE sessions SET expires_at = :at WHERE id = :id", at=at, id=kept_id(client))


def sign_out(_shop: Shop, client: Client) -> None:
    assert client.form("/logout", {}, Cookie=client.cookie).status == 303


def new_password_elsewhere(shop: Shop, client: Client) -> None:
    body = {"currentPassword": PASSWORD, "newPassword": "quite another one 7", "confirmPassword": "quite another one 7"}
    assert again(shop, client).put("/auth/change-password", body).status == 200


def password_reset(shop: Shop, client: Client) -> None:
    flask(shop.database_url, "admin", "password", client.user["email"], "--password", "quite another one 7")


def disabled(shop: Shop, client: Client) -> None:
    boss = shop.admin_once()
    fields = {"active": "off"}
    assert boss.form(f"/dashboard/team/{client.user['id']}/active", fields, Cookie=boss.cookie).status == 303
    flask(shop.database_url, "admin", "enable", client.user["email"])  # being let in again gives no device back


def another_role(shop: Shop, client: Client) -> None:
    boss = shop.admin_once()
    fields = {"role": "SUPERADMIN"}
    assert boss.form(f"/dashboard/team/{client.user['id']}/role", fields, Cookie=boss.cookie).status == 303


@pytest.mark.parametrize("end", [sign_out, new_password_elsewhere, password_reset, disabled, another_role])
def test_a_device_ends_with_its_sign_in(shop: Server, enable: Enable, end: Callable[[Server, Client], None]) -> None:
    """Also what already waits for it. A stolen session once heard of every order after the password was changed."""
    leaving = admin(shop)
    device, still = enable(leaving, answer=500), enable(answer=500)
    shop.client().place()
    eventually(lambda: device.attempts and still.attempts)
    eventually(lambda: not db.select(shop.database_url, "SELECT id FROM push_deliveries WHERE claimed_until > 0"))
    end(shop, leaving)
    device.answer = still.answer = 201
    shop.client().place()
    for phone in (device, still):
        pass_time(shop, phone, 60)
    eventually(lambda: still.told >= 2)
    eventually(lambda: waits(shop) == 0)
    assert device.told == 0
    flask(shop.database_url, "daily")
    assert db.select(shop.database_url, "SELECT id FROM push_devices WHERE endpoint = :e", e=device.endpoint) == []


def test_a_new_password_leaves_the_device_it_was_set_on(shop: Shop, enable: Enable) -> None:
    client = admin(shop)
    here = enable(client)
    body = {"currentPassword": PASSWORD, "newPassword": "quite another one 7", "confirmPassword": "quite another one 7"}
    assert client.put("/auth/change-password", body).status == 200
    shop.client().place()
    eventually(lambda: here.told == 1)


def test_a_device_that_is_enabled_again_belongs_to_the_new_sign_in(shop: Shop, vendor: PushService) -> None:
    before, phone = admin(shop), vendor.phone()
    after = again(shop, before)
    assert enable_on(before, phone) == enable_on(after, phone)
    sign_out(shop, before)
    shop.client().place()
    eventually(lambda: phone.told == 1)
    sign_out(shop, after)


def test_a_sign_in_that_only_runs_out_silences_nobody(shop: Shop, enable: Enable) -> None:
    client = admin(shop)
    phone = enable(client)
    let_run_out(shop, client, -1)
    assert client.get("/auth/check").status == 401
    shop.client().place()
    eventually(lambda: phone.told == 1)
    flask(shop.database_url, "daily")
    pass_time(shop, phone)
    shop.client().place()
    eventually(lambda: phone.told == 2)


@pytest.mark.parametrize("who", ["admin", "customer"])
def test_before_it_runs_out_that_device_is_told(shop: Shop, enable: Enable, who: str) -> None:
    client = admin(shop) if who == "admin" else customer(shop)
    ending, other = enable(client), enable(again(shop, client))
    let_run_out(shop, client, 2)
    flask(shop.database_url, "daily")
    eventually(lambda: ending.messages)
    flask(shop.database_url, "daily")
    eventually(lambda: waits(shop) == 0)
    (told,) = ending.messages
    assert (told["type"], told["title"]) == ("SIGN_IN_ENDING", "Votre connexion se termine bientôt")
    assert told["url"] == ("/dashboard" if who == "admin" else None)
    assert "avant le" in told["message"]
    assert other.messages == []


def test_a_device_of_an_older_release_gets_a_sign_in(shop: Shop, enable: Enable) -> None:
    client, left = admin(shop), admin(shop)
    phone, lost = enable(client), enable(left)
    sign_out(shop, left)
    db.execute(
        shop.database_url,
        "UPDATE push_devices SET sign_in = NULL WHERE endpoint IN (:a, :b)",
        a=phone.endpoint,
        b=lost.endpoint,
    )
    flask(shop.database_url, "daily")
    found = "SELECT sign_in FROM push_devices WHERE endpoint IN (:a, :b)"
    rows = db.select(shop.database_url, found, a=phone.endpoint, b=lost.endpoint)
    assert [row.sign_in for row in rows] == [kept_id(client)]
