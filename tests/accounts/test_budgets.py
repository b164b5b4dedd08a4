"""Guesses are bounded from wherever they come, and nobody is kept out for what others do."""

import pytest

from tests.accounts.people import PASSWORD, admin, again, customer, email
from tests.conftest import NewDatabase, OpenShop, StartServer
from tests.orders.test_placing import at_once
from tests.support import database as db
from tests.support.client import Answer, address
from tests.support.inside import flask
from tests.support.matrix import ON_POSTGRES, ON_SQLITE
from tests.support.server import ADMIN, Shop


def guess(shop: Shop, who: str, password: str, origin: str, cookie: str = "") -> Answer:
    more = {"Cookie": cookie} if cookie else {}
    body = {"email": who, "password": password}
    return shop.client().post("/auth/login", body, X_Forwarded_For=origin, **more)


def device_of(answer: Answer) -> str:
    """The cookie by which a device is known again."""
    (found,) = [line for line in answer.headers.get_all("Set-Cookie") or [] if line.startswith("device=")]
    assert "HttpOnly" in found
    return found.partition(";")[0]


def spend(shop: Shop, attempts: int, who: str = "", origin: str = "") -> None:
    """So many failures lately: of an account from all over the world, or from an address on all accounts."""
    which = {"email": who, "address": origin}
    db.execute(shop.database_url, "DELETE FROM sign_in_attempts WHERE email = :email AND address = :address", **which)
    moment = db.select(shop.database_url, "SELECT max(created_at) AS at FROM sessions")[0].at
    db.insert(shop.database_url, "sign_in_attempts", [which | {"window_start": moment, "attempts": attempts}])


def spent(shop: Shop, who: str = "", origin: str = "") -> int:
    query = "SELECT attempts FROM sign_in_attempts WHERE email = :email AND address = :address"
    return int(db.select(shop.database_url, query, email=who, address=origin)[0].attempts)


@ON_POSTGRES
def test_an_account_is_guessed_at_slowly_from_however_many_addresses(shop: Shop) -> None:
    somebody = customer(shop).user["email"]
    known = device_of(guess(shop, somebody, PASSWORD, address()))
    assert {guess(shop, somebody, "wrong", address()).status for _ in range(7)} == {401}
    assert spent(shop, somebody) == 7
    spend(shop, 25, somebody)
    refused = guess(shop, somebody, PASSWORD, address())
    assert refused.status == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 361, "slowed, not locked"
    assert spent(shop, somebody) == 25, "who is refused does not make it longer"
    assert guess(shop, somebody, PASSWORD, address(), known).status == 201, "a device that was here before comes in"
    passed = 7 * 60 * 1000
    later = "UPDATE sign_in_attempts SET window_start = window_start - :ms WHERE email = :e"
    db.execute(shop.database_url, later, ms=passed, e=somebody)
    assert guess(shop, somebody, PASSWORD, address()).status == 201, "there is another attempt each minute"


@ON_SQLITE
def test_an_address_tries_only_so_many_accounts(shop: Shop) -> None:
    origin, somebody = address(), customer(shop).user["email"]
    assert {guess(shop, email(), "wrong", origin).status for _ in range(7)} == {401}
    assert spent(shop, origin=origin) == 7
    spend(shop, 90, origin=origin)
    refused = guess(shop, somebody, PASSWORD, origin)
    assert refused.status == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 411
    assert guess(shop, somebody, PASSWORD, address()).status == 201


@ON_SQLITE
def test_fifty_right_passwords_from_one_address_are_no_guesses(shop: Shop) -> None:
    origin, somebody = address(), customer(shop).user["email"]
    spend(shop, 19, somebody)
    assert {guess(shop, somebody, PASSWORD, origin).status for _ in range(5)} == {201}


@ON_SQLITE
def test_a_neighbours_guesses_lock_no_known_device_out(new_database: NewDatabase, open_shop: OpenShop) -> None:
    """Behind a proxy that nobody declared everybody is one address."""
    shop = open_shop(new_database())
    known = device_of(guess(shop, *ADMIN, address()))
    assert [guess(shop, ADMIN[0], "wrong", address()).status for _ in range(6)] == [401] * 5 + [429]
    again = guess(shop, *ADMIN, address(), known)
    assert again.status == 201
    assert shop.log.count("X-Forwarded-For is not believed") == 1, "and it is said, once"
    boss = shop.client()
    boss.token = again.json["access_token"]
    page = boss.get("/dashboard/settings", Cookie=boss.cookie, X_Forwarded_For="203.0.113.9").text
    assert "127.0.0.1" in page
    assert "TRUSTED_PROXIES" in page
    assert "TRUSTED_PROXIES" not in boss.get("/dashboard/settings", Cookie=boss.cookie).text


@ON_SQLITE
def test_a_device_is_no_key(shop: Shop) -> None:
    """A stolen cookie opens nothing, gives five guesses like any address, and only for who has signed in there."""
    somebody, other = customer(shop).user["email"], customer(shop).user["email"]
    known = device_of(guess(shop, somebody, PASSWORD, address()))
    assert shop.client().get("/auth/check", Cookie=known).status == 401
    statuses = [guess(shop, somebody, "wrong", address(), known).status for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert guess(shop, somebody, PASSWORD, address()).status == 201, "without it there is nothing against them"
    spend(shop, 40, other)
    assert guess(shop, other, PASSWORD, address(), known).status == 429
    for forged in ("device=x", "device=", known[:-3] + "abc", "device=eyJpZCI6IjEiLCJ1c2VycyI6WzFdfQ"):
        assert guess(shop, other, PASSWORD, address(), forged).status == 429


@ON_POSTGRES
def test_owners_hear_of_guesses(shop: Shop) -> None:
    member, boss = admin(shop), shop.admin()
    spend(shop, 19, member.user["email"])
    assert guess(shop, member.user["email"], "wrong", address()).status == 401
    told = f"On essaie de deviner le mot de passe de {member.user['email']}"
    assert told in boss.get("/dashboard/notifications", Cookie=boss.cookie).text
    assert told not in member.get("/dashboard/notifications", Cookie=member.cookie).text
    types = {item["type"] for item in boss.get("/notifications?limit=100").data}
    assert "PASSWORDS_GUESSED" not in types, "front ends' bells are about orders"


@ON_SQLITE
def test_a_stolen_session_guesses_no_password_from_many_addresses(shop: Shop) -> None:
    client = customer(shop)
    body = {"currentPassword": "wrong", "newPassword": "a better one", "confirmPassword": "a better one"}
    statuses = [client.put("/auth/change-password", body, X_Forwarded_For=address()).status for _ in range(6)]
    assert statuses == [400] * 5 + [429]


@ON_POSTGRES
def test_new_sign_ins_are_no_new_guesses(shop: Shop) -> None:
    """A thief signs a script in, guesses, ends it and signs in the next."""
    member, boss = admin(shop), shop.admin()
    name, told = member.user["email"], f"On essaie de deviner le mot de passe de {member.user['email']}"
    wrong = {"currentPassword": "wrong", "newPassword": "a much better one", "confirmPassword": "a much better one"}
    spend(shop, 19, name, "signed in")
    assert told not in boss.get("/dashboard/notifications", Cookie=boss.cookie).text
    assert again(shop, member).put("/auth/change-password", wrong).status == 400
    assert told in boss.get("/dashboard/notifications", Cookie=boss.cookie).text
    refused = again(shop, member).put("/auth/change-password", wrong)
    assert (refused.status, 0 < int(refused.headers["Retry-After"]) <= 61) == (429, True)
    spend(shop, 19, name, "signed in")
    assert again(shop, member).put("/auth/change-password", wrong | {"currentPassword": PASSWORD}).status == 200
    assert spent(shop, name, "signed in") == 19, "the right one is no guess"


@ON_SQLITE
def test_hashing_has_a_short_queue(new_database: NewDatabase, start_server: StartServer) -> None:
    shop = start_server(new_database(), TRUSTED_PROXIES="1")
    answers = at_once(60, lambda _: guess(shop, email(), "wrong", address()))
    assert {answer.status for answer in answers} == {401, 429}
    assert sum(answer.status == 401 for answer in answers) >= 2
    assert {answer.headers["Retry-After"] for answer in answers if answer.status == 429} == {"3"}


@ON_SQLITE
@pytest.mark.parametrize("weak", ["long enough", "q1w2e3r4t5y6", "1qaz2wsx3edc"])
def test_the_team_chooses_passwords_that_others_do_not(shop: Shop, weak: str) -> None:
    member, buyer = admin(shop), customer(shop)
    body = {"currentPassword": PASSWORD, "newPassword": weak, "confirmPassword": weak}
    refused = member.put("/auth/change-password", body)
    assert (refused.status, refused.json["errors"][0]["field"]) == (400, "newPassword")
    assert buyer.put("/auth/change-password", body).status == 200, "customers choose eight letters"
    with pytest.raises(AssertionError, match="12 caractères"):
        flask(shop.database_url, "admin", "password", member.user["email"], "--password", weak)


@ON_SQLITE
def test_a_weak_password_goes_on_with_a_word_on_the_profile(shop: Shop) -> None:
    client = shop.client().register(email(), "8letters")
    db.execute(shop.database_url, "UPDATE users SET role = 'ADMIN' WHERE id = :id", id=client.user["id"])
    member = shop.client().sign_in(client.user["email"], "8letters")
    profile = "/dashboard/profile"
    assert "trop court" in member.get(profile, Cookie=member.cookie).text
    better = "four words without relation"
    fields = {"currentPassword": "8letters", "newPassword": better, "confirmPassword": better}
    assert member.form(f"{profile}/password", fields, Cookie=member.cookie).status == 303
    assert "trop court" not in member.get(profile, Cookie=member.cookie).text


@ON_SQLITE
def test_the_old_password_is_no_new_one(shop: Shop) -> None:
    body = {"currentPassword": PASSWORD, "newPassword": PASSWORD, "confirmPassword": PASSWORD}
    refused = customer(shop).put("/auth/change-password", body)
    assert (refused.status, refused.json["errors"][0]["field"]) == (400, "newPassword")


@ON_SQLITE
def test_an_admin_password_that_is_not_needed_is_not_judged(shop: Shop) -> None:
    flask(shop.database_url, "setup", ADMIN_PASSWORD="12345678")
