"""/auth, call by call, as the contract says (docs/contract.md, "Auth")."""

import time
from typing import Any

import jwt
import pytest

from tests.accounts.conftest import FRONT_END
from tests.accounts.people import PASSWORD, again, cookie, customer, email, is_in, kept_id
from tests.orders.test_placing import at_once
from tests.support import database as db
from tests.support.client import address
from tests.support.matrix import ON_POSTGRES
from tests.support.server import ADMIN, KEYS, Shop

BAD_LOGIN = {"message": "Email ou mot de passe incorrect", "error": "Unauthorized", "statusCode": 401}
THIRTY_DAYS = 30 * 24 * 3600


def test_signing_in_answers_with_the_user_a_token_and_a_cookie(shop: Shop) -> None:
    answer = shop.client().post("/auth/login", {"email": ADMIN[0], "password": ADMIN[1]})
    assert answer.status == 201
    token = answer.json["access_token"]
    user = {"id": 1, "email": ADMIN[0], "firstName": "Admin", "lastName": "PrintAlma", "role": "SUPERADMIN"}
    assert answer.json == {"user": user, "access_token": token}
    found = cookie(answer)
    assert found.value == token
    assert (found["httponly"], found["samesite"], found["path"], found["secure"]) == (True, "Lax", "/", "")
    assert int(found["max-age"]) == THIRTY_DAYS
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_token_carries_the_claims_of_the_contract(shop: Shop) -> None:
    admin = shop.admin()
    token = admin.token or ""
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    claims = jwt.decode(token, KEYS["JWT_SECRET"], algorithms=["HS256"])
    assert set(claims) == {"sub", "jti", "email", "role", "firstName", "lastName", "iat", "exp"}
    assert (claims["sub"], claims["email"], claims["role"]) == ("1", ADMIN[0], "SUPERADMIN")
    assert abs(claims["iat"] - time.time()) < 600
    assert claims["exp"] - claims["iat"] in (THIRTY_DAYS - 1, THIRTY_DAYS)
    rows = db.select(shop.database_url, "SELECT user_id FROM sessions WHERE id = :id", id=kept_id(admin))
    assert [row.user_id for row in rows] == [1]


def test_an_address_is_the_same_in_capitals(shop: Shop) -> None:
    assert shop.client().post("/auth/login", {"email": f" {ADMIN[0].upper()} ", "password": ADMIN[1]}).status == 201


def test_registering_makes_a_customer_whatever_role_is_asked_for(shop: Shop) -> None:
    body = {"email": "New@Example.org", "password": "é" * 8, "firstName": " Awa ", "lastName": "Diop", "role": "ADMIN"}
    answer = shop.client().post("/auth/register", body)
    assert answer.status == 201
    user = answer.json["user"]
    names = {"email": "new@example.org", "firstName": "Awa", "lastName": "Diop", "role": "CLIENT"}
    assert user == {"id": user["id"]} | names
    assert cookie(answer).value == answer.json["access_token"]
    assert set(answer.json) == {"user", "access_token"}
    taken = shop.client().post("/auth/register", body | {"email": "nEW@example.org"})
    assert taken.status == 409
    assert taken.json == {
        "success": False,
        "message": "Email déjà utilisé",
        "error": "Conflict",
        "statusCode": 409,
        "errors": [],
    }


BAD_REGISTRATIONS: list[tuple[dict[str, Any], str]] = [
    ({"password": "short"}, "password"),
    ({"password": 12345678}, "password"),
    ({"password": "x" * 201}, "password"),
    ({"password": "\ud800" * 8}, "password"),
    ({"email": "nobody"}, "email"),
    ({"email": "a@b"}, "email"),
    ({"email": "İ" * 60 + "@" + "İ" * 180 + ".org"}, "email"),
    ({"email": "a\u0000@example.org"}, "email"),
    ({"email": None}, "email"),
    ({"firstName": ""}, "firstName"),
    ({"lastName": "x" * 101}, "lastName"),
    ({"lastName": ["Diop"]}, "lastName"),
]


@pytest.mark.parametrize(("changes", "field"), BAD_REGISTRATIONS, ids=lambda value: str(value)[:40])
def test_a_wrong_field_of_a_registration_is_named(proxied: Shop, changes: dict[str, Any], field: str) -> None:
    body = {"email": "fields@example.org", "password": PASSWORD, "firstName": "Awa", "lastName": "Diop"} | changes
    answer = proxied.client().post("/auth/register", body, X_Forwarded_For=address())
    assert answer.status == 400, answer.text
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert "élément" not in answer.text, "a text has characters"
    assert db.select(proxied.database_url, "SELECT 1 FROM users WHERE email = 'fields@example.org'") == []


@ON_POSTGRES
def test_two_registrations_of_one_address_at_once(proxied: Shop) -> None:
    body = {"email": email(), "password": PASSWORD, "firstName": "Awa", "lastName": "Diop"}
    answers = at_once(6, lambda _: proxied.client().post("/auth/register", body, X_Forwarded_For=address()))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 5


def test_checking_and_the_profile(proxied: Shop) -> None:
    somebody = customer(proxied)
    assert somebody.get("/auth/check").json == {"isAuthenticated": True, "user": somebody.user}
    assert somebody.get("/auth/profile").json == somebody.user
    by_cookie = proxied.client().get("/auth/profile", Cookie=somebody.cookie)
    assert by_cookie.json == somebody.user
    for path in ("/auth/check", "/auth/profile"):
        refused = proxied.client().get(path)
        assert (refused.status, refused.json) == (401, {"message": "Unauthorized", "statusCode": 401})


def test_signing_out_ends_this_sign_in_and_no_other(proxied: Shop) -> None:
    somebody = customer(proxied)
    other = again(proxied, somebody)
    answer = somebody.post("/auth/logout")
    assert (answer.status, answer.json) == (201, {"message": "Déconnexion réussie"})
    cleared = cookie(answer)
    assert (cleared.value, cleared["max-age"], cleared["path"], cleared["httponly"]) == ("", "0", "/", True)
    assert not is_in(somebody)
    assert is_in(other)
    assert somebody.post("/auth/logout").status == 201
    assert proxied.client().post("/auth/logout").json == {"message": "Déconnexion réussie"}


def test_a_new_password_ends_the_users_other_sign_ins(proxied: Shop) -> None:
    somebody = customer(proxied)
    other, stranger = again(proxied, somebody), customer(proxied)
    body = {"currentPassword": PASSWORD, "newPassword": "  much longer  ", "confirmPassword": "  much longer  "}
    answer = somebody.put("/auth/change-password", body)
    assert (answer.status, answer.json) == (200, {"message": "Mot de passe changé avec succès"})
    assert [is_in(client) for client in (somebody, other, stranger)] == [True, False, True]
    login = {"email": somebody.user["email"], "password": PASSWORD}
    assert proxied.client().post("/auth/login", login).json == BAD_LOGIN
    assert proxied.client().post("/auth/login", login | {"password": "much longer"}).status == 401
    assert proxied.client().post("/auth/login", login | {"password": "  much longer  "}).status == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currentPassword": "wrong"}, "currentPassword"),
        ({"newPassword": "short", "confirmPassword": "short"}, "newPassword"),
        ({"confirmPassword": "another one"}, "confirmPassword"),
        ({"currentPassword": None}, "currentPassword"),
    ],
)
def test_a_password_that_cannot_change_says_why(proxied: Shop, changes: dict[str, Any], field: str) -> None:
    somebody = customer(proxied)
    body = {"currentPassword": PASSWORD, "newPassword": "much longer", "confirmPassword": "much longer"}
    answer = somebody.put("/auth/change-password", body | changes)
    assert answer.status == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert is_in(again(proxied, somebody))


@ON_POSTGRES
def test_of_two_new_passwords_at_once_one_is_taken(proxied: Shop) -> None:
    somebody = customer(proxied)

    def change(n: int) -> Any:
        new = f"much longer {n}"
        body = {"currentPassword": PASSWORD, "newPassword": new, "confirmPassword": new}
        return somebody.put("/auth/change-password", body)

    statuses = [answer.status for answer in at_once(4, change)]
    assert sorted(statuses) == [200, 400, 400, 400]
    login = {"email": somebody.user["email"], "password": f"much longer {statuses.index(200)}"}
    assert proxied.client().post("/auth/login", login).status == 201


@pytest.mark.parametrize("body", [{}, {"email": ADMIN[0]}, {"email": 1, "password": 2}, {"email": "", "password": ""}])
def test_a_sign_in_without_its_fields_is_400(shop: Shop, body: dict[str, Any]) -> None:
    answer = shop.client().post("/auth/login", body)
    assert answer.status == 400
    assert answer.json["error"] == "Bad Request"
    assert answer.json["errors"]


def test_the_cookie_is_secure_where_the_line_is(proxied: Shop, own_shop: Shop, listed: Shop) -> None:
    def flags(server: Shop, **headers: str) -> tuple[object, object]:
        found = cookie(server.client().post("/auth/login", {"email": ADMIN[0], "password": ADMIN[1]}, **headers))
        return found["samesite"], found["secure"]

    assert flags(proxied) == ("Lax", "")
    assert flags(proxied, X_Forwarded_Proto="https") == ("Lax", True)
    assert flags(own_shop, X_Forwarded_Proto="https") == ("Lax", ""), "nobody told this server to trust a proxy"
    assert flags(listed, X_Forwarded_Proto="https") == ("None", True)
    assert flags(listed) == ("Lax", ""), "a browser would drop a Secure cookie, and the dashboard with it"
    assert flags(listed, Origin=FRONT_END, Sec_Fetch_Site="cross-site") == ("None", True)


def test_a_page_is_told_to_use_https_only_over_https(proxied: Shop) -> None:
    header = "Strict-Transport-Security"
    assert proxied.client().get("/login").headers[header] is None
    assert proxied.client().get("/login", X_Forwarded_Proto="https").headers[header] == "max-age=31536000"
