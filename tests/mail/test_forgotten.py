"""Who has forgotten their password asks for a link by mail; whoever else asks learns nothing."""

import re
import statistics
import time
from collections.abc import Iterator
from email.message import EmailMessage
from functools import partial

import pytest

from printalma.db import transaction
from printalma.events.outbox import claims, planning
from printalma.events.outbox.channel import Answer
from printalma.mail import sender, views
from printalma.mail.channel import MAIL
from tests.accounts.people import PASSWORD, admin, again, customer, email, is_in
from tests.conftest import NewDatabase, StartServer
from tests.support import database as db
from tests.support.client import Answer as Said
from tests.support.client import address
from tests.support.forms import form
from tests.support.inside import Inside
from tests.support.mail_server import MailServer
from tests.support.server import Server, eventually

PAGE = "/login/forgotten"
ANOTHER = "four words without relation"


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as found:
        yield found


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    with Inside(new_database(), tmp_path_factory.mktemp("mail"), TRUSTED_PROXIES="1", **server.settings()) as found:
        yield found


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch, server: MailServer) -> None:
    monkeypatch.setattr(views, "FLOOR_SECONDS", 0.0)
    server.mails.clear()
    server.answers.clear()


def ask(shop: Server | Inside, whose: str, **headers: str) -> Said:
    client = shop.client()
    page = client.get(PAGE).text
    fields = form(page, PAGE, PAGE).filled(email=whose)
    return client.form(PAGE, fields, **({"X_Forwarded_For": address()} | headers))


def heads(answer: Said) -> list[tuple[str, str]]:
    return [(name, value) for name, value in answer.headers.items() if name != "Date"]


def to(mails: list[EmailMessage]) -> list[str]:
    return [mail["To"].addresses[0].addr_spec for mail in mails]


def run_outbox(shop: Inside) -> list[Answer]:
    """One look of a process: what came of what was due."""
    with shop.app.app_context():
        transaction(partial(planning.plan, MAIL))
        claimed = transaction(partial(claims.claim, MAIL, busy=(), most=8))
        answers = [sender.deliver(claim) for claim in claimed]
        for claim, answer in zip(claimed, answers, strict=True):
            transaction(partial(claims.settle, MAIL, claim=claim, answer=answer))
        return answers


def link_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    found = re.search(r"^https://boutique\.example(/password\?token=[\w-]{43})\r?$", part.get_content(), re.MULTILINE)
    assert found, part.get_content()
    return found[1]


def test_a_link_comes_by_mail_and_opens_once(shop: Inside, server: MailServer) -> None:
    member = admin(shop)
    said = ask(shop, member.user["email"].upper(), Host="evil.example", Origin="http://evil.example")
    assert (said.status, said.headers["Location"]) == (303, f"{PAGE}?sent=1")
    assert "un lien vient de lui être envoyé" in shop.client().get(f"{PAGE}?sent=1").text
    run_outbox(shop)
    (mail,) = server.mails
    assert server.problems == []
    assert to([mail]) == [member.user["email"]]
    path = link_of(mail)
    answer = shop.client().form(path, {"password": ANOTHER})
    assert (answer.status, answer.headers["Location"]) == (303, "/dashboard")
    assert not is_in(member)
    assert shop.client().sign_in(member.user["email"], ANOTHER).user["id"] == member.user["id"]
    assert shop.client().form(path, {"password": PASSWORD}).status == 404


def test_who_is_not_of_the_team_gets_nothing_and_the_same_answer(shop: Inside, server: MailServer) -> None:
    member, off = admin(shop), admin(shop)
    db.execute(shop.database_url, "UPDATE users SET active = :off WHERE id = :id", off=False, id=off.user["id"])
    said = [
        ask(shop, whose) for whose in (member.user["email"], email(), off.user["email"], customer(shop).user["email"])
    ]
    for answer in said:
        assert (answer.status, answer.text, heads(answer)) == (303, said[0].text, heads(said[0]))
    run_outbox(shop)
    assert to(server.mails) == [member.user["email"]]


def test_the_answer_takes_as_long_for_anybody(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "FLOOR_SECONDS", 0.15)
    known, unknown = list[float](), list[float]()
    for _ in range(3):
        for found, whose in ((known, admin(shop).user["email"]), (unknown, email())):
            begun = time.monotonic()
            assert ask(shop, whose).status == 303
            found.append(time.monotonic() - begun)
    assert min(known + unknown) >= 0.15
    assert abs(statistics.median(known) - statistics.median(unknown)) < 0.15


def test_asking_is_bounded_by_account_and_by_address(shop: Inside, server: MailServer) -> None:
    whose, unknown = admin(shop).user["email"], email()
    for each in (whose, unknown):
        assert [ask(shop, each).status for _ in range(4)] == [303, 303, 303, 429]
    refused = ask(shop, whose)
    assert "Trop de demandes" in refused.text
    assert int(refused.headers["Retry-After"] or 0) > 3000
    here = address()
    assert [ask(shop, email(), X_Forwarded_For=here).status for _ in range(11)] == [303] * 10 + [429]
    assert is_in(again(shop, admin(shop))), "signing in is counted by itself"
    run_outbox(shop)
    assert to(server.mails).count(whose) == 1, "what waits takes up what follows"


@pytest.mark.parametrize("bad", ["", "\0", "a" * 100_000, "\ud800", "no at", "a@b\r\nBcc: x@y.z", "İ" * 250])
def test_odd_addresses_are_no_errors(shop: Inside, server: MailServer, bad: str) -> None:
    client = shop.client()
    sent = {"email": bad.encode("utf-8", "surrogatepass")}
    answer = client.form(PAGE, sent, X_Forwarded_For=address())  # type: ignore[arg-type]
    assert answer.status in (303, 400), answer.text
    run_outbox(shop)
    assert server.mails == []


def test_a_server_that_comes_back_is_given_what_waits(shop: Inside, server: MailServer) -> None:
    member = admin(shop)
    server.answers["SENT"] = "451 later"
    ask(shop, member.user["email"])
    run_outbox(shop)
    assert server.mails == []
    page = shop.admin_once().get("/dashboard/team", Cookie=shop.admin_once().cookie).text
    assert "pas pu être envoyé" in page
    server.answers.clear()
    past = "UPDATE mail_deliveries SET due_at = 0"
    db.execute(shop.database_url, past)
    db.execute(shop.database_url, "UPDATE mail_readers SET resting_until = NULL")
    run_outbox(shop)
    path = link_of(server.mails[0])
    assert db.select(shop.database_url, "SELECT 1 FROM mail_deliveries") == []
    assert shop.client().get(path).status == 200
    token = path.partition("=")[2]
    for table in ("events", "mail_deliveries", "mail_readers", "password_links", "form_keys"):
        assert token not in str(db.select(shop.database_url, f"SELECT * FROM {table}"))
    assert token not in shop.log


def test_what_is_told_too_late_is_not_told(shop: Inside, server: MailServer) -> None:
    ask(shop, admin(shop).user["email"])
    db.execute(shop.database_url, "UPDATE events SET at = at - 3700000 WHERE type = 'PasswordForgotten'")
    run_outbox(shop)
    assert server.mails == []


def test_a_mailbox_that_is_gone_is_not_tried_again(shop: Inside, server: MailServer) -> None:
    member = admin(shop)
    server.answers["RCPT"] = "550 nobody"
    ask(shop, member.user["email"])
    run_outbox(shop)
    mine = "SELECT 1 FROM mail_readers WHERE user_id = :id"
    assert db.select(shop.database_url, mine, id=member.user["id"]) == []


def test_without_mail_the_page_says_whom_to_ask(common_shop: Inside) -> None:
    page = common_shop.client().get(PAGE).text
    assert "Demandez un lien à un collègue" in page
    assert "flask admin password" in page
    assert 'name="email"' not in page
    assert PAGE in common_shop.client().get("/login").text
    answer = common_shop.client().form(PAGE, {"email": "awa@example.org"})
    assert (answer.status, answer.headers["Location"]) == (303, PAGE)


@pytest.mark.matrix
def test_two_processes_send_one_mail_while_orders_come(database: str, start_server: StartServer) -> None:
    """The hub serves on while a mail server says nothing."""
    with MailServer() as server:
        shop = start_server(database, WORKERS="2", TRUSTED_PROXIES="1", **server.settings())
        member = admin(shop)
        assert ask(shop, member.user["email"]).status == 303
        eventually(lambda: server.mails)
        path = link_of(server.mails[0])
        assert shop.client().form(path, {"password": ANOTHER}).status == 303
        server.answers["MAIL"] = "hangs"
        assert ask(shop, admin(shop).user["email"]).status == 303
        eventually(lambda: server.steps.count("MAIL") == 2)
        begun = time.monotonic()
        for _ in range(10):
            shop.client().place()
        assert time.monotonic() - begun < 8, "a mail server that says nothing holds nobody up"
        assert (len(server.mails), server.problems) == (1, [])
