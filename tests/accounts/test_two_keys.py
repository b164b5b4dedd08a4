"""Keys are changed while people work: for a while two are good, and nobody is signed out."""

from http.cookies import SimpleCookie
from pathlib import Path

import jwt
import pytest
from itsdangerous import URLSafeSerializer

from tests.accounts.people import PASSWORD, admin
from tests.conftest import OpenShop
from tests.support import database as db
from tests.support.client import Answer, Client
from tests.support.forms import form
from tests.support.matrix import ON_SQLITE
from tests.support.server import KEYS, Shop

OLD = KEYS | {"METRICS_TOKEN": "the former token"}
NEW = {
    "SECRET_KEY": "another for sessions, from this day onwards",
    "JWT_SECRET": "another for tokens, from this very day on",
    "METRICS_TOKEN": "the present token",
}
BOTH = NEW | {f"{name}_FALLBACK": key for name, key in OLD.items()}
PROXY = {"TRUSTED_PROXIES": "1"}


def signed_by(token: str, key: str) -> bool:
    try:
        return bool(jwt.decode(token, key, algorithms=["HS256"]))
    except jwt.InvalidSignatureError:
        return False


def cookies(answer: Answer) -> dict[str, str]:
    set_by = answer.headers.get_all("Set-Cookie") or []
    return {name: morsel.value for one in set_by for name, morsel in SimpleCookie(one).items()}


def at(server: Shop, client: Client) -> Client:
    """The same person with the same token, at another server."""
    other = server.client()
    other.token, other.user = client.token, client.user
    return other


def sign_in(client: Client, email: str, **headers: str) -> dict[str, str]:
    """The cookies of somebody who signs in on the page."""
    there = form(client.get("/login").text, "/login")
    sent = there.filled(email=email, password=PASSWORD)
    return cookies(client.form("/login", sent, **headers))


def metrics(server: Shop, token: str) -> int:
    return server.client().get("/metrics", Authorization=f"Bearer {token}").status


def owner(server: Shop) -> Client:
    boss = admin(server)
    db.execute(server.database_url, "UPDATE users SET role = 'SUPERADMIN' WHERE id = :id", id=boss.user["id"])
    return boss


def link_of(boss: Client, answer: Answer) -> str:
    """What the page behind the answer shows."""
    page = boss.get("/dashboard/team", Cookie=f"{boss.cookie}; session={cookies(answer)['session']}").text
    return page.partition('<code id="link">')[2].partition("<")[0].partition("/invitation")[2]


@pytest.mark.matrix  # a server starts, for one socket
@ON_SQLITE
def test_a_change_of_keys_signs_nobody_out(database: str, open_shop: OpenShop, tmp_path: Path) -> None:
    before = open_shop(database, **OLD, **PROXY)
    boss = admin(before)
    device = sign_in(before.client(), boss.user["email"])["device"]

    between = open_shop(database, tmp_path, **BOTH, **PROXY)
    there = at(between, boss)
    assert there.get("/auth/check").status == 200
    assert there.dashboard(since=0).position() >= 0, "a page that comes back has its socket"
    renewed = cookies(there.get("/dashboard", Cookie=there.cookie))["auth_token"]
    assert signed_by(renewed, NEW["JWT_SECRET"]), "whoever uses the page has the new key's cookie"
    fresh = sign_in(between.client(), boss.user["email"], Cookie=f"device={device}")
    assert signed_by(fresh["auth_token"], NEW["JWT_SECRET"])
    known = [URLSafeSerializer(key, salt="known device") for key in (OLD["SECRET_KEY"], NEW["SECRET_KEY"])]
    assert known[1].loads(fresh["device"])["id"] == known[0].loads(device)["id"], "the device is known again"
    assert {metrics(between, one["METRICS_TOKEN"]) for one in (OLD, NEW)} == {200}

    after = open_shop(database, **NEW, **PROXY)
    answer = at(after, boss).get("/auth/check")
    assert (answer.status, answer.json) == (401, {"message": "Unauthorized", "statusCode": 401})
    boss.token = renewed
    assert at(after, boss).get("/auth/check").status == 200
    assert [metrics(after, one["METRICS_TOKEN"]) for one in (OLD, NEW)] == [401, 200]


@ON_SQLITE
def test_a_form_acts_once_over_a_change_of_keys(database: str, open_shop: OpenShop) -> None:
    """An answer that is lost in the restart has the form sent again; the same link comes of it."""
    before = open_shop(database, **OLD, **PROXY)
    boss = owner(before)
    there = form(boss.get("/dashboard/team", Cookie=boss.cookie).text, "/dashboard/team/invitations")

    def invite(server: Shop, label: str) -> Answer:
        sent = there.filled(label=label, role="ADMIN")
        return at(server, boss).form(there.path, sent, Cookie=boss.cookie)

    first = invite(before, "Moussa")
    between = open_shop(database, **BOTH, **PROXY)
    link = link_of(at(between, boss), first)
    assert link.startswith("?token="), "what the page before had to say is said"
    assert link_of(at(between, boss), invite(between, "Moussa")) == link
    second = link_of(at(between, boss), invite(between, "Fatou"))
    boss.token = cookies(at(between, boss).get("/dashboard", Cookie=boss.cookie))["auth_token"]
    after = open_shop(database, **NEW, **PROXY)
    assert link_of(at(after, boss), invite(after, "Fatou")) == second != link
    assert len(db.select(database, "SELECT id FROM invitations")) == 2
