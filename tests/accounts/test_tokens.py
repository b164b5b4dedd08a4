"""A token names a sign-in. Whatever is wrong with it, the answer is the same exact 401."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from printalma.accounts import tokens
from tests.accounts.people import PASSWORD, customer, kept_id
from tests.support import database as db
from tests.support.client import Answer, Client, cart
from tests.support.inside import Inside, flask
from tests.support.matrix import ON_SQLITE
from tests.support.server import KEYS, Shop
from tests.support.stream import Stream

pytestmark = ON_SQLITE
UNAUTHORIZED = {"message": "Unauthorized", "statusCode": 401}


def claims_of(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(client.token or "", KEYS["JWT_SECRET"], algorithms=["HS256"])
    return found


def signed(claims: dict[str, Any], key: str = KEYS["JWT_SECRET"], algorithm: str | None = "HS256") -> str:
    return jwt.encode({name: value for name, value in claims.items() if value is not ...}, key, algorithm)


def with_token(shop: Shop, token: str) -> Answer:
    return shop.client().get("/orders/test-auth", Authorization=f"Bearer {token}")


def is_refused(answer: Answer) -> bool:
    return answer.status == 401 and answer.json == UNAUTHORIZED


def test_the_same_claims_signed_again_are_the_same_sign_in(proxied: Shop) -> None:
    """So that every refusal below is due to what it changes."""
    assert with_token(proxied, signed(claims_of(customer(proxied)))).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1_700_000_000},
        {"exp": ...},
        {"exp": "soon"},
        {"jti": "0" * 32},
        {"jti": ""},
        {"jti": ...},
        {"jti": ["a"]},
        {"jti": "x" * 5000},
        {"sub": ...},
        {"sub": "1"},
        {"sub": "999999"},
        {"sub": ""},
        {"nbf": 4_000_000_000},
        {"aud": "another shop"},
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_token_whose_claims_do_not_hold_is_refused(proxied: Shop, changes: dict[str, Any]) -> None:
    claims = claims_of(customer(proxied)) | changes
    assert is_refused(with_token(proxied, signed(claims)))


@pytest.mark.parametrize("ahead", [1, 3600])
def test_a_clock_that_lags_signs_nobody_out(proxied: Shop, ahead: int) -> None:
    """Two machines' clocks differ: a token made on one was refused by the other."""
    somebody = customer(proxied)
    token = signed(claims_of(somebody) | {"iat": int(time.time()) + ahead})
    assert with_token(proxied, token).status == 200
    socket = Stream(proxied.url)
    socket.say("auth", token=token)
    assert socket.receive()["event"] == "beat"


def test_a_number_as_subject_is_refused(proxied: Shop) -> None:
    claims = claims_of(customer(proxied))
    forged = raw_token({"alg": "HS256", "typ": "JWT"}, claims | {"sub": int(claims["sub"])})
    assert is_refused(with_token(proxied, forged))


def raw_token(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token that PyJWT would not write, rightly signed."""
    from jwt.algorithms import HMACAlgorithm

    signing = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims))
    signature = HMACAlgorithm(HMACAlgorithm.SHA256).sign(signing, KEYS["JWT_SECRET"].encode())
    return (signing + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def test_a_forged_token_is_refused(proxied: Shop) -> None:
    claims = claims_of(customer(proxied))
    header, payload, signature = signed(claims).split(".")
    brackets = base64.urlsafe_b64encode(b"[" * 5000).decode().rstrip("=")
    forged = [
        signed(claims, "another key that is long enough, too"),
        signed(claims, KEYS["SECRET_KEY"]),
        signed(claims, KEYS["JWT_SECRET"] * 2, "HS512"),
        signed(claims, "", "none"),
        f"{header}.{payload}.",
        f"{header}.{payload}.{'A' * len(signature)}",
        f"{header}.{payload}",
        f"{brackets}.{payload}.{signature}",
        raw_token({"alg": "none"}, claims),
        raw_token({"alg": "HS256", "crit": ["x"], "x": 1}, claims),
        "null",
        "a.b.c",
        "é.é.é",
        "",
        " ",
    ]
    answers = [with_token(proxied, token) for token in forged]
    assert [token for token, answer in zip(forged, answers, strict=True) if not is_refused(answer)] == []
    assert is_refused(proxied.client().get("/orders/test-auth", Cookie="auth_token=%00%ff; auth_token=x"))


def test_a_refused_token_writes_nothing(proxied: Shop) -> None:
    before = db.select(proxied.database_url, "SELECT count(*) AS n FROM orders")
    refused = proxied.client().post("/orders", cart(), Authorization="Bearer forged")
    assert is_refused(refused)
    assert is_refused(proxied.client().post("/orders", cart()))
    assert db.select(proxied.database_url, "SELECT count(*) AS n FROM orders") == before


def test_a_bearer_token_counts_more_than_the_cookie(proxied: Shop) -> None:
    one, other = customer(proxied), customer(proxied)
    both = one.get("/auth/profile", Cookie=other.cookie, Authorization=f"Bearer {one.token}")
    assert both.json == one.user
    assert is_refused(one.get("/auth/profile", Cookie=other.cookie, Authorization="Bearer forged"))
    assert one.get("/auth/profile", Authorization=f"bearer  {one.token}").json == one.user


@pytest.mark.parametrize("nothing", ["Bearer", "Bearer ", "Bearer null", "bearer undefined", "Bearer [object Object]"])
def test_a_script_without_a_token_is_asked_for_its_cookie(proxied: Shop, nothing: str) -> None:
    """Such a request counts as one by cookie, with what a write by cookie must say."""
    somebody = customer(proxied)
    both = {"Cookie": somebody.cookie, "Authorization": nothing}
    assert somebody.get("/auth/profile", **both).json == somebody.user
    assert somebody.post("/orders", cart(), **both, Origin="https://evil.example").status == 403
    assert somebody.post("/orders", cart(), **both, Origin=somebody.url).status == 201
    assert is_refused(somebody.get("/auth/profile", Authorization=nothing))


def test_a_token_may_carry_the_headers_word(proxied: Shop) -> None:
    somebody = customer(proxied)
    assert with_token(proxied, f"Bearer {somebody.token}").status == 200
    socket = Stream(proxied.url)
    socket.say("auth", token=f"Bearer {somebody.token}")
    assert socket.receive()["event"] == "beat"


def test_a_sign_in_that_expired_in_the_database_is_refused(proxied: Shop) -> None:
    somebody = customer(proxied)
    late = {"id": kept_id(somebody), "at": int(time.time() * 1000) - 1}
    db.execute(proxied.database_url, "UPDATE sessions SET expires_at = :at WHERE id = :id", **late)
    assert is_refused(somebody.get("/auth/check"))


def test_a_disabled_user_is_refused_and_stays_out_until_signing_in_again(proxied: Shop) -> None:
    somebody = customer(proxied)
    login = {"email": somebody.user["email"], "password": PASSWORD}
    flask(proxied.database_url, "admin", "disable", somebody.user["email"])
    assert is_refused(somebody.get("/auth/check"))
    refused = proxied.client().post("/auth/login", login)
    assert (refused.status, refused.json["message"]) == (401, "Email ou mot de passe incorrect")
    flask(proxied.database_url, "admin", "enable", somebody.user["email"])
    assert is_refused(somebody.get("/auth/check")), "enabling must not revive what disabling ended"
    assert proxied.client().post("/auth/login", login).status == 201


def test_the_role_is_read_from_the_database_whatever_the_token_says(proxied: Shop) -> None:
    somebody = customer(proxied)
    forged = signed(claims_of(somebody) | {"role": "SUPERADMIN"})
    asked = proxied.client().get("/orders/test-admin", Authorization=f"Bearer {forged}")
    assert asked.json == {"message": "Forbidden resource", "error": "Forbidden", "statusCode": 403}
    for role, status in (("ADMIN", 200), ("SUPERADMIN", 200), ("VENDEUR", 403), ("CLIENT", 403)):
        db.execute(proxied.database_url, "UPDATE users SET role = :r WHERE id = :i", r=role, i=somebody.user["id"])
        assert somebody.get("/orders/test-admin").status == status
        assert somebody.get("/auth/profile").json["role"] == role


def test_what_test_auth_and_test_admin_say(proxied: Shop) -> None:
    somebody, admin = customer(proxied), proxied.admin_once()
    told = {"user": somebody.user, "hasUser": True, "userRole": "CLIENT", "userId": somebody.user["id"]}
    found = somebody.get("/orders/test-auth").json
    assert found == {"success": True, "message": "Authentification testée", "data": told}
    found = admin.get("/orders/test-admin").json
    told = {"user": admin.user, "role": "SUPERADMIN"}
    assert found == {"success": True, "message": "Accès admin confirmé", "data": told}


def test_a_token_that_was_verified_expires_all_the_same(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    with shop.app.app_context():
        token = shop.token()
        assert tokens.sign_in_of(token) == tokens.sign_in_of(token) is not None
        monkeypatch.setattr(tokens, "now", lambda: datetime.now(UTC) + timedelta(days=31))
        assert tokens.sign_in_of(token) is None


def test_of_more_tokens_than_are_remembered_each_is_its_own(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MAX_VERIFIED", 2)
    with shop.app.app_context():
        found = [shop.token() for _ in range(4)]
        for token in found * 2:
            claims = jwt.decode(token, KEYS["JWT_SECRET"], algorithms=["HS256"])
            assert tokens.sign_in_of(token) == (claims["jti"], claims["sub"])
            assert tokens.sign_in_of(token[:-4] + "AAAA") is None
