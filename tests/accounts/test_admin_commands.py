"""`flask admin`: what an owner does from the command line."""

import pytest

from tests.accounts.people import PASSWORD, email
from tests.support import database as db
from tests.support import warm
from tests.support.inside import flask
from tests.support.matrix import ON_POSTGRES
from tests.support.server import Shop, environment

pytestmark = ON_POSTGRES


def refused(database_url: str, *arguments: str) -> str:
    """What a command says that must fail: one line, no traceback."""
    done = warm.run(["flask", "--app", "wsgi", "admin", *arguments], environment(database_url))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_the_life_of_an_admin(shop: Shop) -> None:
    who = email()
    login = {"email": who, "password": PASSWORD}

    def status() -> int:
        return shop.client().post("/auth/login", login).status

    flask(
        shop.database_url, "admin", "create", who, "--password", PASSWORD, "--first-name", "Awa", "--role", "SUPERADMIN"
    )
    answer = shop.client().post("/auth/login", login)
    assert answer.json["user"]["role"] == "SUPERADMIN"
    token = answer.json["access_token"]
    flask(shop.database_url, "admin", "disable", who.upper())
    assert status() == 401
    assert shop.client().get("/auth/check", Authorization=f"Bearer {token}").status == 401
    listed = flask(shop.database_url, "admin", "list").stdout
    assert f"{who}\tAwa PrintAlma\tSUPERADMIN\tdésactivé" in listed
    assert "SUPERADMIN\tactif" in listed

    flask(shop.database_url, "admin", "enable", who)
    token = shop.client().post("/auth/login", login).json["access_token"]
    flask(shop.database_url, "admin", "password", who, "--password", "quite another one")
    assert status() == 401
    assert shop.client().get("/auth/check", Authorization=f"Bearer {token}").status == 401
    assert shop.client().post("/auth/login", login | {"password": "quite another one"}).status == 201


def test_a_command_that_cannot_be_done_says_so_in_a_sentence(shop: Shop) -> None:
    who = email()
    assert "Email déjà utilisé" in refused(shop.database_url, "create", "ADMIN@example.org", "--password", PASSWORD)
    for arguments, words in (
        (("create", who, "--password", "short"), "8 caractères au moins"),
        (("disable", who), who),
    ):
        with pytest.raises(AssertionError, match=f"^Error: .*{words}"):
            flask(shop.database_url, "admin", *arguments)
    assert db.select(shop.database_url, "SELECT 1 FROM users WHERE email = :who", who=who) == []
