"""`flask mail test`: one letter, and in words what came of it."""

import pytest

from tests.conftest import NewDatabase
from tests.support.inside import run
from tests.support.mail_server import MailServer

ADDRESS = "awa@example.org"


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase) -> str:
    url = new_database()
    run(url, "setup")
    return url


def test_a_letter_is_sent_and_said_to_be(shop: str) -> None:
    with MailServer() as server:
        done = run(shop, "mail", "test", ADDRESS, **server.settings())
    assert done.exit_code == 0, done.output
    assert f"a pris la lettre pour {ADDRESS}" in done.output
    (mail,) = server.mails
    assert not server.problems
    assert mail["To"] == ADDRESS


@pytest.mark.parametrize(
    ("step", "said", "words"),
    [
        ("AUTH", "535 no such account", "refuse SMTP_USER et SMTP_PASSWORD"),
        ("RCPT", "550 who is that", f"ne connaît pas {ADDRESS}"),
        ("SENT", "554 that is spam", "refuse la lettre"),
        ("RCPT", "451 later, please", "demande d'attendre"),
    ],
)
def test_what_went_wrong_is_said_in_the_server_s_own_words_too(shop: str, step: str, said: str, words: str) -> None:
    with MailServer(answers={step: said}) as server:
        done = run(shop, "mail", "test", ADDRESS, **server.settings())
    assert done.exit_code == 1
    assert words in done.output
    assert said in done.output
    assert "a password of the server's" not in done.output


def test_nobody_there_no_address_and_no_mail_at_all(shop: str) -> None:
    with MailServer() as server:
        there = server.settings()
    done = run(shop, "mail", "test", ADDRESS, **there)
    assert (done.exit_code, "est injoignable" in done.output) == (1, True), done.output
    assert "ce n'est pas une adresse" in run(shop, "mail", "test", "a@", **there).output
    assert "SMTP_HOST" in run(shop, "mail", "test", ADDRESS).output
