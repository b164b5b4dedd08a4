"""How long a sign-in lasts, and what is kept of it."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from printalma.accounts import guard
from tests.accounts.people import admin, again, customer, is_in, kept_id
from tests.support import database as db
from tests.support import warm
from tests.support.client import Answer, Client
from tests.support.matrix import ON_SQLITE
from tests.support.server import KEYS, Shop, environment

DAY = 86_400_000  # milliseconds
ENDED = 4401


def claims_of(token: str | None) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token or "", KEYS["JWT_SECRET"], algorithms=["HS256"])
    return found


def runs_out_at(shop: Shop, client: Client) -> int:
    found = db.select(shop.database_url, "SELECT expires_at FROM sessions WHERE id = :id", id=kept_id(client))
    return int(found[0].expires_at)


def let_run_out(shop: Shop, client: Client, at: int) -> None:
    db.execute(shop.database_url, "UPDATE sessions SET expires_at = :at WHERE id = :id", at=at, id=kept_id(client))


def now() -> int:
    return round(time.time() * 1000)


def page(client: Client) -> Answer:
    return client.get("/dashboard/profile", Cookie=client.cookie)


def as_an_older_release_kept_it(shop: Shop, client: Client) -> None:
    jti = claims_of(client.token)["jti"]
    db.execute(shop.database_url, "UPDATE sessions SET id = :jti WHERE id = :id", jti=jti, id=kept_id(client))


def test_a_sign_in_runs_out_though_nobody_has_changed_anything(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    client = admin(shop)
    let_run_out(shop, client, now() + DAY)
    assert is_in(client)
    monkeypatch.setattr(guard, "now", lambda: datetime.now(UTC) + timedelta(hours=23, minutes=59))
    assert is_in(client)
    monkeypatch.setattr(guard, "now", lambda: datetime.now(UTC) + timedelta(days=1))
    assert not is_in(client)


def test_use_renews_a_sign_in_once_a_day(shop: Shop) -> None:
    client = admin(shop)
    assert page(client).headers["Set-Cookie"] is None, "it has just begun"
    let_run_out(shop, client, now() + 10 * DAY)
    assert client.get("/auth/check").headers["Set-Cookie"] is None, "a front end's token ends when it says"
    answer = page(client)
    assert runs_out_at(shop, client) > now() + 29 * DAY
    cookie = answer.headers["Set-Cookie"] or ""
    assert "Max-Age=2592000" in cookie
    renewed = claims_of(cookie.partition(";")[0].partition("=")[2])
    assert renewed["jti"] == claims_of(client.token)["jti"]
    assert renewed["exp"] * 1000 > now() + 29 * DAY
    assert page(client).headers["Set-Cookie"] is None


def test_what_has_run_out_or_ended_is_not_renewed(shop: Shop) -> None:
    late, left = admin(shop), admin(shop)
    let_run_out(shop, late, now() - 1000)
    let_run_out(shop, left, now() + DAY)
    assert left.post("/auth/logout").status == 201
    for client in (late, left):
        assert page(client).status == 303
        assert not is_in(client)
    assert runs_out_at(shop, late) < now()


@ON_SQLITE
def test_a_screen_stays_as_long_as_its_sign_in_is_renewed(shop: Shop) -> None:
    used, unused = admin(shop), admin(shop)
    assert shop.url, "a server is there before the time runs"
    end = now() + 4000
    for client in (used, unused):
        let_run_out(shop, client, end)
    screen, other = used.dashboard(), unused.dashboard()
    assert page(used).headers["Set-Cookie"] is not None
    assert other.wait_for_close() == ENDED
    assert now() >= end
    screen.wait_for(shop.client().place()["orderNumber"])


def test_a_copy_of_the_database_is_nobodys_sign_in(shop: Shop) -> None:
    client = customer(shop)
    claims = claims_of(client.token)
    rows = db.select(shop.database_url, "SELECT id FROM sessions WHERE user_id = :u", u=client.user["id"])
    assert [row.id for row in rows] == [kept_id(client)]
    forged = jwt.encode(claims | {"jti": rows[0].id}, KEYS["JWT_SECRET"], algorithm="HS256")
    assert shop.client().get("/auth/check", Authorization=f"Bearer {forged}").status == 401
    assert is_in(client)


@pytest.mark.matrix
def test_a_sign_in_of_an_older_release_goes_on_and_is_hashed(pair: Shop) -> None:
    """Two releases serve side by side while one is deployed: the older looks for plain ids."""
    before, stays, leaves = admin(pair), admin(pair), admin(pair)
    for client in (before, stays, leaves):
        as_an_older_release_kept_it(pair, client)
    assert before.post("/auth/logout").status == 201
    assert not is_in(before)
    screens = [leaves.dashboard() for _ in range(4)]
    device = {"user_id": stays.user["id"], "endpoint": "e", "host": "h", "p256dh": "p", "auth": "a", "key": "k"}
    device |= {"name": "", "created_at": 0, "failures": 0, "sign_in": claims_of(stays.token)["jti"]}
    db.insert(pair.database_url, "push_devices", [device])
    warm.flask(pair.database_url, "daily")
    ids = [row.id for row in db.select(pair.database_url, "SELECT id FROM sessions")]
    assert {len(found) for found in ids} == {64}
    assert [row.sign_in for row in db.select(pair.database_url, "SELECT sign_in FROM push_devices")] == [kept_id(stays)]
    assert is_in(stays)
    assert leaves.post("/auth/logout").status == 201
    assert [screen.wait_for_close() for screen in screens] == [ENDED] * 4
    assert not is_in(leaves)


@ON_SQLITE
def test_what_nobody_needs_any_more_goes_once_a_day(shop: Shop) -> None:
    said_before = len(shop.log)
    member, gone, out, seen = (admin(shop) for _ in range(4))
    elsewhere = again(shop, member)
    assert elsewhere.post("/auth/logout").status == 201
    old = customer(shop)
    for client in (old, seen):
        assert client.post("/auth/logout").status == 201
    url = shop.database_url
    ended = "UPDATE sessions SET ended_at = ended_at - :days, created_at = created_at - :days WHERE id = :id"
    for client in (old, elsewhere, seen):
        db.execute(url, ended, days=8 * DAY, id=kept_id(client))
    let_run_out(shop, gone, now() - DAY)
    let_run_out(shop, out, now() - 91 * DAY)
    again(shop, out)
    shop.client().post("/auth/login", {"email": "nobody@example.org", "password": "wrong"})
    db.execute(url, "UPDATE sign_in_attempts SET window_start = 0")
    done = warm.flask(url, "daily")
    kept = {row.id for row in db.select(url, "SELECT id FROM sessions")}
    assert {kept_id(client) for client in (old, elsewhere, out)} & kept == set()
    assert {kept_id(client) for client in (member, gone, seen)} <= kept, "also when somebody of the team was last there"
    assert db.select(url, "SELECT 1 FROM sign_in_attempts") == []
    told = done.stdout + shop.log[said_before:]  # a server sweeps by itself, too: whoever of them came first
    assert sum(map(int, re.findall(r"(\d+) old sign-ins", told))) == 3
    assert "old attempts to sign in" in told


CLAIMS = """
import wsgi
from printalma import daily
from printalma.db import transaction
from printalma.lib.clock import now
with wsgi.app.app_context():
    print(transaction(lambda tx: daily._claim(tx, now() - daily.DAY)))
"""


@pytest.mark.matrix
def test_one_process_does_it_once_a_day(shop: Shop) -> None:
    db.execute(shop.database_url, "UPDATE daily SET done_at = 0")
    env = environment(shop.database_url)
    with ThreadPoolExecutor() as pool:
        ended = pool.map(lambda _: warm.run(["python", "-c", CLAIMS], env), range(3))
    assert sorted(each.stdout.strip() for each in ended) == ["False", "False", "True"]
