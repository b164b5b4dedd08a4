"""Links by which a colleague chooses another password: who makes them, for whom, and what ends them."""

import re
from html import unescape

import pytest

from tests.accounts.people import PASSWORD, admin, again, customer, email, is_in
from tests.orders.test_placing import at_once
from tests.support import database as db
from tests.support.client import Answer, Client
from tests.support.forms import form
from tests.support.inside import flask
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop
from tests.team.test_team import TEAM, owner, post, words

ANOTHER = "four words without relation"
DEAD = "Ce lien ne fonctionne plus"


@pytest.fixture
def shop(proxied: Shop) -> Shop:
    return proxied


def make(maker: Client, whose: Client) -> str:
    """The address of a new link, without the host."""
    page = words(maker, post(maker, f"/{whose.user['id']}/password-link"))
    found = re.search(r'<code id="link" data-here>(/password\?token=[\w-]{43,})</code>', page)
    assert found, page
    assert page.count(found[1]) == 1, "the secret stands once, in its own box"
    return found[1]


def choose(shop: Shop, path: str, password: str = ANOTHER, **headers: str) -> Answer:
    return shop.client().form(path, {"password": password}, **headers)


def test_a_link_gives_another_password_once_and_ends_all_other_sign_ins(shop: Shop) -> None:
    boss, member = admin(shop), admin(shop)
    elsewhere = again(shop, member)
    path = make(boss, member)
    for _ in range(3):
        page = shop.client().get(path)  # a mail server's scanner looks, too
        assert (page.status, page.headers["Referrer-Policy"]) == (200, "no-referrer")
        assert page.headers.get_all("Referrer-Policy") == ["no-referrer"]
        assert page.headers["Cache-Control"] == "no-store"
    assert shop.client().raw("HEAD", path, None).status == 200
    assert member.user["email"] in page.text
    assert is_in(member)
    fields = form(page.text, "/password", path).filled(password=ANOTHER)
    answer = shop.client().form(path, fields)
    assert (answer.status, answer.headers["Location"]) == (303, "/dashboard")
    assert "auth_token=" in str(answer.headers.get_all("Set-Cookie"))
    assert shop.client().form(path, fields).status == 303, "sent twice, it acts once"
    assert not is_in(member)
    assert not is_in(elsewhere)
    assert shop.client().sign_in(member.user["email"], ANOTHER).user["id"] == member.user["id"]
    for dead in (shop.client().get(path), choose(shop, path, "another one, quite long")):
        assert (dead.status, dead.headers["Referrer-Policy"]) == (404, "no-referrer")
        assert DEAD in dead.text
        assert "Mot de passe oublié" in unescape(dead.text)


def test_nothing_keeps_the_secret(shop: Shop) -> None:
    boss, member = admin(shop), admin(shop)
    path = make(boss, member)
    token = path.partition("=")[2]
    for table in ("password_links", "events", "form_keys"):
        assert token not in str(db.select(shop.database_url, f"SELECT * FROM {table}"))
    choose(shop, path)
    assert token not in shop.log


def test_of_many_at_once_one_chooses(shop: Shop) -> None:
    path = make(admin(shop), admin(shop))
    assert sorted(answer.status for answer in at_once(4, lambda _: choose(shop, path))) == [303, 404, 404, 404]


def test_a_refused_password_does_not_use_the_link_up(shop: Shop) -> None:
    path = make(admin(shop), admin(shop))
    for bad in ("short", "", "password1234", "\ud800".encode("utf-8", "surrogatepass"), "a" * 100_000):
        answer = shop.client().form(path, {"password": bad})  # type: ignore[dict-item]
        assert answer.status == 400, bad
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert choose(shop, path, "nul \0 is a letter of a password").status == 303


@pytest.mark.parametrize("token", ["", "x", "%00", "%ED%A0%80", "é", "a" * 1000, "1e308"])
def test_a_made_up_link_is_dead(shop: Shop, token: str) -> None:
    path = f"/password?token={token}".replace("é", "%C3%A9")
    for answer in (shop.client().get(path), choose(shop, path)):
        assert answer.status == 404
        assert DEAD in answer.text
    assert shop.client().get("/password").status == 404


def test_nobody_makes_a_link_upwards_for_themselves_or_for_a_customer(shop: Shop) -> None:
    boss, colleague, buyer = owner(shop), admin(shop), customer(shop)
    assert "Seul un propriétaire" in words(colleague, post(colleague, f"/{boss.user['id']}/password-link"))
    assert "ses propres droits" in words(boss, post(boss, f"/{boss.user['id']}/password-link"))
    assert "Personne introuvable" in words(boss, post(boss, f"/{buyer.user['id']}/password-link"))
    assert "Personne introuvable" in words(boss, post(boss, "/999999/password-link"))
    off = admin(shop)
    post(boss, f"/{off.user['id']}/active", active="off")
    assert "fermé" in words(boss, post(boss, f"/{off.user['id']}/password-link"))
    page = colleague.get(TEAM, Cookie=colleague.cookie).text
    assert f"/{off.user['id']}/password-link" not in page
    assert f"/{boss.user['id']}/password-link" not in page
    assert f"/{colleague.user['id']}/password-link" not in page
    assert choose(shop, make(boss, owner(shop))).status == 303, "an owner may, for another"


ENDS = ["promoted", "disabled", "changed", "maker disabled", "maker demoted", "old", "another was used"]


@pytest.mark.parametrize("ended", ENDS)
def test_a_link_ends_with_what_it_was_made_by(shop: Shop, ended: str) -> None:
    boss, maker, member = owner(shop), admin(shop), admin(shop)
    path, kept = make(maker, member), make(maker, admin(shop))
    match ended:
        case "promoted":
            post(boss, f"/{member.user['id']}/role", role="SUPERADMIN")
        case "disabled":
            post(boss, f"/{member.user['id']}/active", active="off")
            post(boss, f"/{member.user['id']}/active", active="on")
        case "changed":
            fields = {"currentPassword": PASSWORD, "newPassword": ANOTHER, "confirmPassword": ANOTHER}
            assert member.put("/auth/change-password", fields).status == 200
        case "maker disabled":
            post(boss, f"/{maker.user['id']}/active", active="off")
        case "maker demoted":
            post(boss, f"/{maker.user['id']}/role", role="ATELIER")
        case "old":
            moment = db.select(shop.database_url, "SELECT max(expires_at) - 3600000 AS at FROM password_links")[0].at
            whose = "UPDATE password_links SET expires_at = :at WHERE user_id = :id"
            db.execute(shop.database_url, whose, at=moment - 10_000, id=member.user["id"])
        case "another was used":
            assert choose(shop, make(boss, member)).status == 303
    assert shop.client().get(path).status == 404
    assert choose(shop, path).status == 404
    assert (choose(shop, kept).status == 303) is not ended.startswith("maker")


@ON_SQLITE
def test_the_command_line_ends_links_too(shop: Shop) -> None:
    boss, member = owner(shop), admin(shop)
    path = make(boss, member)
    flask(shop.database_url, "admin", "password", member.user["email"], "--password", "a long one, from the server")
    assert choose(shop, path).status == 404


def test_the_host_is_never_the_requests(shop: Shop) -> None:
    boss, member = admin(shop), admin(shop)
    ours = {"Host": "evil.example", "Origin": "http://evil.example", "X_Forwarded_Host": "evil.example"}
    answer = boss.form(f"{TEAM}/{member.user['id']}/password-link", {}, Cookie=boss.cookie, **ours)
    page = words(boss, answer)
    assert "evil.example" not in page
    assert "data-here" in page


def test_a_page_without_a_referrer_may_send_its_form(shop: Shop) -> None:
    """Browsers call its origin null; without HTTPS they say nothing more."""
    boss = admin(shop)
    signed_in = again(shop, boss)
    path = make(boss, admin(shop))
    foreign = choose(shop, path, Origin="https://evil.example", Cookie=signed_in.cookie)
    assert foreign.status == 403
    cross = choose(shop, path, Origin="null", Sec_Fetch_Site="cross-site", Cookie=signed_in.cookie)
    assert cross.status == 403
    assert choose(shop, path, Origin="null", Cookie=signed_in.cookie).status == 303
    refused = shop.client().form("/login", {"email": email(), "password": PASSWORD}, Origin="null")
    assert refused.status == 403, "and no other page"
