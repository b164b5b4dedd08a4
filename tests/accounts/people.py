"""People of the tests, each with an address of their own: registrations and guesses are counted by address."""

import hashlib
import itertools
from http.cookies import Morsel, SimpleCookie

import jwt

from tests.support import database as db
from tests.support.client import Answer, Client, address
from tests.support.server import KEYS, Shop

PASSWORD = "long enough for all"
_serial = itertools.count(1)


def email() -> str:
    return f"somebody{next(_serial)}@example.org"


def customer(shop: Shop) -> Client:
    """Somebody who has just registered, through a shop that trusts its proxy."""
    client = shop.client()
    body = {"email": email(), "password": PASSWORD, "firstName": "Awa", "lastName": "Diop"}
    answer = client.post("/auth/register", body, X_Forwarded_For=address())
    assert answer.status == 201, answer.text
    client.token, client.user = answer.json["access_token"], answer.json["user"]
    return client


def admin(shop: Shop) -> Client:
    """A new admin, signed in."""
    client = customer(shop)
    db.execute(shop.database_url, "UPDATE users SET role = 'ADMIN' WHERE id = :id", id=client.user["id"])
    return client


def kept_id(client: Client) -> str:
    """Under which the database keeps the client's sign-in."""
    jti: str = jwt.decode(client.token or "", KEYS["JWT_SECRET"], algorithms=["HS256"])["jti"]
    return hashlib.sha256(jti.encode()).hexdigest()


def again(shop: Shop, client: Client) -> Client:
    """The same person, signed in once more."""
    return shop.client().sign_in(client.user["email"], PASSWORD)


def is_in(client: Client) -> bool:
    """Whether the client's token still opens anything."""
    answer = client.get("/auth/check")
    assert (answer.status == 200) or answer.json == {"message": "Unauthorized", "statusCode": 401}, answer.text
    return answer.status == 200


def cookie(answer: Answer) -> "Morsel[str]":
    """The cookie `auth_token` that an answer sets."""
    jar = SimpleCookie(answer.headers["Set-Cookie"])
    assert list(jar) == ["auth_token"]
    return jar["auth_token"]
