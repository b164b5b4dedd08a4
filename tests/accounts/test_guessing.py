"""Guessing passwords and registering in bulk: counted, bounded, and the same to somebody who guesses addresses."""

import statistics
import time

import pytest

from tests.accounts.people import PASSWORD, customer, email
from tests.orders.test_placing import at_once
from tests.support import database as db
from tests.support.client import Answer, address
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

pytestmark = ON_SQLITE
BAD_LOGIN = {"message": "Email ou mot de passe incorrect", "error": "Unauthorized", "statusCode": 401}


def guess(shop: Shop, who: str, password: str, origin: str) -> Answer:
    return shop.client().post("/auth/login", {"email": who, "password": password}, X_Forwarded_For=origin)


def test_an_unknown_user_and_a_wrong_password_get_the_same_answer_in_the_same_time(common_server: Shop) -> None:
    """On a real one: what a hash costs is cheaper in the tests' own process."""
    times: dict[str, list[float]] = {customer(common_server).user["email"]: [], "nobody@example.org": []}
    for _ in range(7):
        for who, taken in times.items():
            origin = address()
            began = time.perf_counter()
            answer = guess(common_server, who, "wrong", origin)
            taken.append(time.perf_counter() - began)
            assert (answer.status, answer.json) == (401, BAD_LOGIN)
            assert "Set-Cookie" not in answer.headers
    known, unknown = (statistics.median(taken) for taken in times.values())
    assert 1 / 3 < unknown / known < 3  # a hash that is not computed would make it one to twenty


def test_the_sixth_guess_is_refused_even_if_it_is_right(proxied: Shop) -> None:
    somebody, origin = customer(proxied).user["email"], address()
    assert [guess(proxied, somebody, "wrong", origin).status for _ in range(5)] == [401] * 5
    refused = guess(proxied, somebody.upper(), PASSWORD, origin)
    assert refused.status == 429
    assert refused.json["error"] == "Too Many Requests"
    assert refused.json["statusCode"] == 429
    assert 14 * 60 < int(refused.headers["Retry-After"]) <= 15 * 60 + 1
    assert guess(proxied, somebody, PASSWORD, address()).status == 201, "another address is not punished for it"
    assert guess(proxied, customer(proxied).user["email"], PASSWORD, origin).status == 201, "nor another user"


def test_fifty_guesses_at_once_are_still_five(common_server: Shop) -> None:
    fifty_are_five(common_server)


@pytest.mark.matrix
def test_fifty_guesses_at_once_are_still_five_of_two_processes(pair: Shop) -> None:
    fifty_are_five(pair)


def fifty_are_five(shop: Shop) -> None:
    somebody, origin = customer(shop).user["email"], address()
    answers = at_once(50, lambda n: guess(shop, somebody, f"wrong {n}", origin))
    assert sorted(answer.status for answer in answers) == [401] * 5 + [429] * 45
    counted = "SELECT attempts FROM sign_in_attempts WHERE email = :e AND address <> ''"
    found = db.select(shop.database_url, counted, e=somebody)
    assert [row.attempts for row in found] == [5]


def test_ten_right_passwords_at_once_are_no_guesses(common_server: Shop) -> None:
    somebody, origin = customer(common_server).user["email"], address()
    answers = at_once(10, lambda _: guess(common_server, somebody, PASSWORD, origin))
    assert [answer.status for answer in answers] == [201] * 10


def test_signing_in_forgets_the_failures_before(proxied: Shop) -> None:
    somebody, origin = customer(proxied).user["email"], address()
    for _ in range(2):
        assert [guess(proxied, somebody, "wrong", origin).status for _ in range(4)] == [401] * 4
        assert guess(proxied, somebody, PASSWORD, origin).status == 201


def test_failures_are_forgotten_after_a_quarter_of_an_hour(proxied: Shop) -> None:
    somebody, origin = customer(proxied).user["email"], address()
    assert [guess(proxied, somebody, "wrong", origin).status for _ in range(6)] == [401] * 5 + [429]
    passed = 15 * 60 * 1000 + 1
    db.execute(
        proxied.database_url,
        "UPDATE sign_in_attempts SET window_start = window_start - :passed WHERE address = :address",
        passed=passed,
        address=origin,
    )
    assert guess(proxied, somebody, PASSWORD, origin).status == 201


def test_the_sign_in_page_counts_the_same_guesses(proxied: Shop) -> None:
    somebody, origin = customer(proxied).user["email"], address()
    fields = {"email": somebody, "password": "wrong"}
    pages = [proxied.client().form("/login", fields, X_Forwarded_For=origin) for _ in range(6)]
    assert [page.status for page in pages] == [401] * 5 + [429]
    assert "Email ou mot de passe incorrect" in pages[0].text
    assert "Trop de tentatives" in pages[5].text
    assert guess(proxied, somebody, PASSWORD, origin).status == 429


@pytest.mark.parametrize(
    ("who", "origin"),
    [("İ" * 254, "10.9.9.9"), ("x" * 254, "10.9.9.9"), ("'; DROP TABLE users; --", "10.9.9.9"), ("a", "x" * 500)],
)
def test_odd_names_and_addresses_are_only_unknown(proxied: Shop, who: str, origin: str) -> None:
    assert guess(proxied, who, "wrong", origin).status == 401


def test_a_network_of_ipv6_guesses_as_one(proxied: Shop) -> None:
    somebody, network = customer(proxied).user["email"], f"2001:db8:{address().rpartition('.')[2]}"
    origins = [f"{network}:7::{n:x}" for n in range(1, 9)]
    assert [guess(proxied, somebody, "wrong", origin).status for origin in origins] == [401] * 5 + [429] * 3
    assert guess(proxied, somebody, PASSWORD, f"{network}:8::1").status == 201, "the next network is somebody else's"


def test_ten_registrations_an_hour_from_one_address(proxied: Shop) -> None:
    origin = address()

    def register() -> Answer:
        body = {"email": email(), "password": PASSWORD, "firstName": "Awa", "lastName": "Diop"}
        return proxied.client().post("/auth/register", body, X_Forwarded_For=origin)

    assert [register().status for _ in range(10)] == [201] * 10
    refused = register()
    assert refused.status == 429
    assert refused.json["error"] == "Too Many Requests"
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert customer(proxied).user["role"] == "CLIENT"
