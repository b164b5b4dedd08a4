"""Tokens for scripts: shown once, sign-ins of their own, ended by who made them and by nobody else."""

import re

import pytest
import websocket

from printalma.accounts import guard, sign_ins
from printalma.accounts.commands import NameToken
from printalma.lib.errors import Unauthorized
from tests.accounts.people import PASSWORD, admin, again, is_in
from tests.support import database as db
from tests.support.client import Answer, Client, connect
from tests.support.inside import Inside
from tests.support.server import Shop

PROFILE = "/dashboard/profile"


@pytest.fixture(scope="module")
def shop(common_shop: Inside) -> Inside:
    return common_shop


def post(client: Client, path: str, **fields: str) -> Answer:
    return client.form(f"{PROFILE}/{path}", fields, Cookie=client.cookie)


def page(client: Client, answer: Answer | None = None) -> Answer:
    """The profile's page; behind a form's 303 with the words it was given on the way."""
    session = (answer.headers["Set-Cookie"] or "").partition(";")[0] if answer else ""
    return client.get(PROFILE, Cookie=f"{client.cookie}; {session}")


def made(shop: Shop, client: Client, label: str) -> Client:
    """A script with a new token of the client's."""
    answer = post(client, "tokens", label=label)
    assert (answer.status, answer.headers["Location"]) == (303, PROFILE), answer.text
    shown = page(client, answer)
    assert shown.headers["Cache-Control"] == "no-store"
    found = re.search(r'<code id="token">([\w.-]+)</code>', shown.text)
    assert found
    assert shown.text.count(found[1]) == 1
    assert found[1] not in page(client).text, "it is shown once"
    script = shop.client()
    script.token = found[1]
    return script


def marks(client: Client) -> list[str]:
    return re.findall(r'name="mark" value="(\w+)"', page(client).text)


def test_a_token_is_a_sign_in_of_its_own_and_ends_alone(shop: Shop) -> None:
    boss = admin(shop)
    script, other = made(shop, boss, "Essai <b>de nuit</b>"), made(shop, boss, "Autre")
    assert script.get("/orders/test-admin").status == 200
    listed = page(boss).text
    assert "Essai &lt;b&gt;de nuit&lt;/b&gt;" in listed
    assert str(script.token) not in listed
    live = connect(f"{shop.url}/orders/live", header=[f"Authorization: Bearer {script.token}"])
    answer = post(boss, "tokens/end", mark=marks(boss)[1])
    assert answer.status == 303
    opcode, payload = live.recv_data()
    while opcode == websocket.ABNF.OPCODE_TEXT:  # what happened in the shop until then
        opcode, payload = live.recv_data()
    assert opcode == websocket.ABNF.OPCODE_CLOSE
    assert int.from_bytes(payload[:2], "big") == 4401
    assert [is_in(each) for each in (script, other, boss)] == [False, True, True]
    assert "Essai" not in page(boss).text
    assert again(shop, boss).get("/auth/check").status == 200


def test_a_token_is_ended_by_nobody_else(shop: Shop) -> None:
    boss, rival = admin(shop), admin(shop)
    script = made(shop, boss, "Essai")
    assert post(rival, "tokens/end", mark=marks(boss)[0]).status == 404
    assert post(boss, "tokens/end", mark="0" * 32).status == 404
    assert is_in(script)
    assert marks(rival) == []


def test_a_new_password_ends_tokens_too(shop: Shop) -> None:
    boss = admin(shop)
    script = made(shop, boss, "Essai")
    changed = {"currentPassword": PASSWORD, "newPassword": "another long one", "confirmPassword": "another long one"}
    assert post(boss, "password", **changed).status == 303
    assert [is_in(script), is_in(boss)] == [False, True]


def test_a_form_that_is_sent_twice_makes_one_token(shop: Shop) -> None:
    boss = admin(shop)
    for _ in range(2):
        assert post(boss, "tokens", label="Deux fois", form_key="k" * 22).status == 303
    assert len(marks(boss)) == 1


def test_a_token_needs_a_name_and_there_are_twenty(shop: Shop) -> None:
    boss = admin(shop)
    nameless = post(boss, "tokens", label=" ")
    assert nameless.status == 400
    assert "Ce champ est obligatoire" in nameless.text
    for n in range(20):
        assert post(boss, "tokens", label=f"Script {n}").status == 303
    full = post(boss, "tokens", label="Un de trop")
    assert full.status == 409
    assert 'value="Un de trop"' in full.text
    assert len(marks(boss)) == 20
    assert db.select(shop.database_url, "SELECT count(*) AS n FROM sessions WHERE label = 'Un de trop'")[0].n == 0


def test_no_token_outlives_the_sign_in_that_makes_it(shop: Inside) -> None:
    """Another password is chosen while somebody's request for a token, let in before, is on its way."""
    owner = admin(shop)
    other = again(shop, owner)
    with shop.app.test_request_context():
        let_in = guard.actor_of(other.token or "")
    assert let_in is not None
    chosen = {"currentPassword": PASSWORD} | dict.fromkeys(("newPassword", "confirmPassword"), f"another {PASSWORD}")
    assert owner.put("/auth/change-password", chosen).status == 200
    with shop.app.test_request_context(), pytest.raises(Unauthorized):
        sign_ins.make_token(NameToken.parse({"label": "late"}), let_in)
