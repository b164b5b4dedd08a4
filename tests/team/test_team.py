"""The team: links that open once, roles, and who may touch whom."""

import re
from html import unescape

import pytest

from tests.accounts.people import PASSWORD, admin, again, email, is_in
from tests.orders.test_placing import at_once
from tests.support import database as db
from tests.support.client import Answer, Client
from tests.support.inside import flask
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

TEAM = "/dashboard/team"


@pytest.fixture
def shop(proxied: Shop) -> Shop:
    """Registrations are counted by address: here everybody comes from one of their own."""
    return proxied


def post(client: Client, path: str, **fields: str) -> Answer:
    return client.form(f"{TEAM}{path}", fields, Cookie=client.cookie)


def words(client: Client, answer: Answer) -> str:
    """The page behind a form's 303, with the words it was given on the way."""
    assert answer.status == 303, answer.text
    session = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    return client.get(TEAM, Cookie=f"{client.cookie}; {session}").text


def link(client: Client, role: str = "ADMIN", label: str = "Moussa") -> str:
    """A new invitation's address, without the host."""
    page = words(client, post(client, "/invitations", label=label, role=role))
    found = re.search(r'<code id="link">http://[^/]+(/invitation\?token=[\w-]+)</code>', page)
    assert found, page
    assert page.count(found[1]) == 1, "the secret stands once, in its own box"
    return found[1]


def accept(shop: Shop, path: str, **changes: str) -> Answer:
    fields = {"firstName": "Moussa", "lastName": "Fall", "email": email(), "password": PASSWORD}
    return shop.client().form(path, fields | changes)


def role_of(shop: Shop, client: Client) -> str:
    return str(db.select(shop.database_url, "SELECT role FROM users WHERE id = :id", id=client.user["id"])[0].role)


def owner(shop: Shop) -> Client:
    found = admin(shop)
    db.execute(shop.database_url, "UPDATE users SET role = 'SUPERADMIN' WHERE id = :id", id=found.user["id"])
    return found


def test_a_link_makes_an_admin_once(shop: Shop) -> None:
    host = shop.admin_once()
    path = link(host)
    assert "Bienvenue" in shop.client().get(path).text
    newcomer = email()
    joined = accept(shop, path, email=newcomer)
    assert (joined.status, joined.headers["Location"]) == (303, "/dashboard")
    member = shop.client().sign_in(newcomer, PASSWORD)
    assert (member.user["role"], member.user["firstName"]) == ("ADMIN", "Moussa")
    assert newcomer in host.get(TEAM, Cookie=host.cookie).text
    for answer in (shop.client().get(path), accept(shop, path)):
        assert answer.status == 404
        assert "plus valable" in unescape(answer.text)
    token = path.partition("=")[2]
    assert token not in shop.log
    assert db.select(shop.database_url, "SELECT 1 FROM invitations WHERE token_hash = :t", t=token) == []


def test_two_who_click_the_same_link_are_not_both_in(shop: Shop) -> None:
    path = link(shop.admin_once())
    statuses = [answer.status for answer in at_once(4, lambda _: accept(shop, path))]
    assert sorted(statuses) == [303, 404, 404, 404]


def test_a_link_ends_when_it_is_taken_back_or_too_old(shop: Shop) -> None:
    host = shop.admin_once()
    path = link(host, label="Trop tard")
    db.execute(shop.database_url, "UPDATE invitations SET expires_at = 0 WHERE label = 'Trop tard'")
    assert shop.client().get(path).status == 404
    path = link(host, label="Finalement non")
    newest = db.select(shop.database_url, "SELECT max(id) AS id FROM invitations")[0].id
    assert "retirée" in words(host, post(host, f"/invitations/{newest}/revoke"))
    assert accept(shop, path).status == 404
    assert shop.client().get("/invitation").status == 404


def test_a_link_takes_over_no_account(shop: Shop) -> None:
    path = link(shop.admin_once())
    known = admin(shop)
    answer = accept(shop, path, email=known.user["email"], password="another password")
    assert answer.status == 409
    assert again(shop, known).user["id"] == known.user["id"]
    assert accept(shop, path, password="short").status == 400
    assert accept(shop, path).status == 303, "a refused try does not use the link up"


def test_an_admin_touches_no_owner_and_makes_none(shop: Shop) -> None:
    colleague, boss, other = admin(shop), owner(shop), admin(shop)
    assert "Seul un propriétaire" in words(colleague, post(colleague, f"/{boss.user['id']}/role", role="CLIENT"))
    assert "Seul un propriétaire" in words(colleague, post(colleague, f"/{boss.user['id']}/active", active="off"))
    assert "Seul un propriétaire" in words(colleague, post(colleague, f"/{other.user['id']}/role", role="SUPERADMIN"))
    assert post(colleague, "/invitations", label="Moi", role="SUPERADMIN").status == 403
    assert "ses propres droits" in words(colleague, post(colleague, f"/{colleague.user['id']}/role", role="CLIENT"))
    assert (role_of(shop, boss), role_of(shop, other)) == ("SUPERADMIN", "ADMIN")
    assert is_in(boss)
    assert "Rôle changé" in words(colleague, post(colleague, f"/{other.user['id']}/role", role="VENDEUR"))
    assert (role_of(shop, other), is_in(other)) == ("VENDEUR", False)


def test_who_is_disabled_is_out_at_once_and_may_be_let_in_again(shop: Shop) -> None:
    boss, member = owner(shop), admin(shop)
    page = member.dashboard()
    assert "Accès fermé" in words(boss, post(boss, f"/{member.user['id']}/active", active="off"))
    assert page.wait_for_close() == 4401
    assert not is_in(member)
    assert "Accès rouvert" in words(boss, post(boss, f"/{member.user['id']}/active", active="on"))
    assert is_in(again(shop, member))


@pytest.mark.parametrize("ended", ["disabled", "demoted", "promoted"])
def test_invitations_end_with_the_rights_of_who_made_them(shop: Shop, ended: str) -> None:
    boss, member, other = owner(shop), admin(shop), admin(shop)
    path, kept = link(member), link(other)
    if ended == "disabled":
        assert "Accès fermé" in words(boss, post(boss, f"/{member.user['id']}/active", active="off"))
    else:
        role = {"demoted": "VENDEUR", "promoted": "SUPERADMIN"}[ended]
        assert "Rôle changé" in words(boss, post(boss, f"/{member.user['id']}/role", role=role))
    assert shop.client().get(path).status == 404
    assert accept(shop, path).status == 404
    query = "SELECT ended_at FROM invitations WHERE invited_by = :id"
    assert [row.ended_at is None for row in db.select(shop.database_url, query, id=member.user["id"])] == [False]
    assert accept(shop, kept).status == 303, "a colleague's link is not theirs to lose"


@ON_SQLITE
def test_the_command_line_ends_invitations_too(shop: Shop) -> None:
    boss, member = owner(shop), admin(shop)
    paths = [link(boss, role="SUPERADMIN"), link(member)]
    flask(shop.database_url, "admin", "role", boss.user["email"], "CLIENT")
    flask(shop.database_url, "admin", "disable", member.user["email"])
    assert [accept(shop, path).status for path in paths] == [404, 404]


@pytest.mark.parametrize(
    ("role", "made"), [("active = false", "ADMIN"), ("role = 'CLIENT'", "ADMIN"), ("role = 'ADMIN'", "SUPERADMIN")]
)
def test_an_invitation_asks_whether_who_made_it_still_may(shop: Shop, role: str, made: str) -> None:
    """As one does that an older release left open."""
    boss = owner(shop)
    path = link(boss, role=made)
    db.execute(shop.database_url, f"UPDATE users SET {role} WHERE id = :id", id=boss.user["id"])
    assert [shop.client().get(path).status, accept(shop, path).status] == [404, 404]


def test_the_team_is_listed_as_french_sorts(shop: Shop) -> None:
    boss, names = admin(shop), ("Zoé A", "Émile B", "zoe B", "Eve B", "Éléonore B")
    for name in names:
        first, _, last = name.partition(" ")
        member = admin(shop)
        db.execute(
            shop.database_url,
            "UPDATE users SET first_name = :first, last_name = :last WHERE id = :id",
            first=first,
            last=f"{last} Triée",
            id=member.user["id"],
        )
    page = unescape(boss.get(TEAM, Cookie=boss.cookie).text)
    shown = re.findall(r"(\w+ \w) Triée", page)
    assert list(dict.fromkeys(shown)) == ["Éléonore B", "Émile B", "Eve B", "Zoé A", "zoe B"]


def test_of_two_owners_who_demote_each_other_one_stays(shop: Shop) -> None:
    one, other = owner(shop), owner(shop)
    ids = (one.user["id"], other.user["id"])
    others = "role = 'SUPERADMIN' AND id NOT IN (:one, :other)"
    db.execute(shop.database_url, f"UPDATE users SET active = false WHERE {others}", one=ids[0], other=ids[1])
    pairs = [(one, ids[1]), (other, ids[0])]
    at_once(2, lambda n: post(pairs[n][0], f"/{pairs[n][1]}/role", role="ADMIN"))
    assert sorted([role_of(shop, one), role_of(shop, other)]) == ["ADMIN", "SUPERADMIN"]
    db.execute(shop.database_url, "UPDATE users SET active = true WHERE role = 'SUPERADMIN'")


@ON_SQLITE
def test_the_command_line_changes_roles_but_keeps_the_last_owner(shop: Shop) -> None:
    member = admin(shop)
    flask(shop.database_url, "admin", "role", member.user["email"], "SUPERADMIN")
    assert (role_of(shop, member), is_in(member)) == ("SUPERADMIN", False)


def test_ones_own_name_and_password(shop: Shop) -> None:
    member = admin(shop)
    elsewhere = again(shop, member)
    named = member.form("/dashboard/profile/name", {"firstName": "Aïcha", "lastName": "Sy"}, Cookie=member.cookie)
    assert (named.status, member.get("/auth/profile").json["firstName"]) == (303, "Aïcha")
    fields = {"currentPassword": PASSWORD, "newPassword": "a better one", "confirmPassword": "a better one"}
    changed = member.form("/dashboard/profile/password", fields, Cookie=member.cookie)
    assert (changed.status, is_in(member), is_in(elsewhere)) == (303, True, False)
    wrong = member.form("/dashboard/profile/password", fields, Cookie=member.cookie)
    assert (wrong.status, "incorrect" in wrong.text) == (400, True)


def test_the_present_password_cannot_be_guessed_for_ever(shop: Shop) -> None:
    member = admin(shop)
    body = {"currentPassword": "wrong", "newPassword": "a better one", "confirmPassword": "a better one"}
    statuses = [member.put("/auth/change-password", body).status for _ in range(6)]
    assert statuses == [400] * 5 + [429]
