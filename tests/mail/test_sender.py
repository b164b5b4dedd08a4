"""One mail, given to a server that looks at it, refuses it, or says nothing."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from printalma.config import ROOT, ConfigError
from printalma.events.outbox.channel import Outcome
from printalma.events.renderings import Letter
from printalma.lib.mail_settings import MailSettings, read
from printalma.mail import message, sender
from tests.support.mail_server import HANGS, PASSWORD, SENDER, MailServer, certificate

LETTER = Letter(
    "Bonjour · é", ("Premièrement, ceci.",), "Y aller", "https://boutique.example/password?token=abc", "Fin."
)
Opens = Callable[..., MailServer]


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("mail"))


@pytest.fixture
def opens(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opens]:
    """Opens servers whose certificate is trusted."""
    opened: list[MailServer] = []

    def open_(**said: Any) -> MailServer:
        opened.append(MailServer(certificate=pem, **said))
        return opened[-1]

    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    sender._trust.cache_clear()
    yield open_
    sender._trust.cache_clear()
    for server in opened:
        server.__exit__()


@pytest.fixture(scope="module")
def writer() -> Flask:
    """What draws letters, without a shop."""
    return Flask("letters", template_folder=str(ROOT / "templates"))


@pytest.fixture
def mail(writer: Flask) -> EmailMessage:
    with writer.test_request_context():
        return message.made(LETTER, "awa@bücher.example", SENDER, 'Chez "Awa", Dakar')


def settings_of(server: MailServer, **changes: str) -> MailSettings:
    found = read(server.settings(**changes), ConfigError)
    assert found is not None
    return found


def send(mail: EmailMessage, server: MailServer) -> Outcome:
    return sender.send(mail, settings_of(server), "boutique.example")


@pytest.mark.parametrize("tls", ["starttls", "tls", "none"])
def test_a_mail_is_sent_by_whom_it_should_in_private(opens: Opens, mail: EmailMessage, tls: str) -> None:
    server = opens(tls=tls)
    assert send(mail, server) is Outcome.DELIVERED
    assert server.problems == []
    (came,) = server.mails
    assert came["To"].addresses[0].addr_spec == "awa@xn--bcher-kva.example"
    assert (came["From"].addresses[0].display_name, came["Subject"]) == ('Chez "Awa", Dakar', LETTER.subject)
    assert came["Date"]
    assert came["Message-ID"].endswith("@example.org>")
    assert came["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        part = came.get_body((kind,))
        assert part is not None
        assert LETTER.link in part.get_content()
        assert LETTER.said[0] in part.get_content()


REFUSALS = [
    ("CONNECT", "421 later", Outcome.BUSY),
    ("CONNECT", "554 no", Outcome.REFUSED),
    ("AUTH", "535 wrong", Outcome.NOT_OURS),
    ("AUTH", "454 later", Outcome.BUSY),
    ("MAIL", "451 later", Outcome.BUSY),
    ("MAIL", "550 not yours", Outcome.REFUSED),
    ("RCPT", "450 later", Outcome.BUSY),
    ("RCPT", "550 nobody", Outcome.GONE),
    ("DATA", "451 later", Outcome.BUSY),
    ("SENT", "452 full", Outcome.BUSY),
    ("SENT", "554 spam", Outcome.REFUSED),
    ("STARTTLS", "454 not now", Outcome.BUSY),
    ("CONNECT", "no number", Outcome.FAILING),
]


@pytest.mark.parametrize(("step", "said", "outcome"), REFUSALS)
def test_a_refusal_is_understood(opens: Opens, mail: EmailMessage, step: str, said: str, outcome: Outcome) -> None:
    server = opens(tls="starttls", answers={step: said})
    assert send(mail, server) is outcome
    assert (server.mails, server.problems) == ([], [])


@pytest.mark.parametrize("step", ["CONNECT", "STARTTLS", "AUTH", "MAIL", "SENT"])
def test_a_server_that_says_nothing_is_left(
    opens: Opens, mail: EmailMessage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(sender, "SIGN_OF_LIFE", 0.2)
    assert send(mail, opens(tls="starttls", answers={step: HANGS})) is Outcome.SLOW


def test_what_was_taken_is_sent_however_it_says_good_bye(
    opens: Opens, mail: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "BYE_SECONDS", 0.1)
    for bye in (HANGS, "500 what?", "no number"):
        server = opens(answers={"QUIT": bye})
        assert send(mail, server) is Outcome.DELIVERED, bye
        assert len(server.mails) == 1


def test_no_password_goes_where_nobody_vouches_for_the_server(
    opens: Opens, mail: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    sender._trust.cache_clear()
    for tls in ("starttls", "tls"):
        server = opens(tls=tls)
        assert send(mail, server) is Outcome.UNREACHABLE
        assert "AUTH" not in server.steps
    plain = opens(tls="none")  # it offers no TLS, but the shop asks for it
    assert sender.send(mail, settings_of(plain, SMTP_TLS="starttls"), "boutique.example") is Outcome.REFUSED
    assert not {"AUTH", "MAIL"} & set(plain.steps)


def test_nobody_is_there(mail: EmailMessage) -> None:
    with MailServer() as server:
        given = settings_of(server)
    assert sender.send(mail, given, "boutique.example") is Outcome.UNREACHABLE


def test_no_word_begins_a_header_of_its_own(writer: Flask) -> None:
    made_up = "Shop\r\nBcc: all@example.org"
    with writer.test_request_context():
        for letter, to, name in (
            (LETTER, "awa@example.org", made_up),
            (LETTER, "awa@example.org\r\nBcc: all@example.org", "Shop"),
            (Letter(made_up, (), "", "", ""), "awa@example.org", "Shop"),
        ):
            with pytest.raises(ValueError, match=r"CR or LF|linefeed|codec|contains|label"):
                message.made(letter, to, SENDER, name)
        said = Letter(
            "Subject", ("<script>alert(1)</script>", ".", "\n.\nMAIL FROM:<x@y.z>"), "Go", "https://a/", "End"
        )
        made = message.made(said, "awa@example.org", SENDER, "<b>Shop</b>")
    html = made.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()
    assert "<b>" not in html.get_content()
    with MailServer(has_accounts=False) as server:
        assert send(made, server) is Outcome.DELIVERED
        assert (server.problems, len(server.mails), server.steps.count("MAIL")) == ([], 1, 1)


def test_addresses_that_no_mail_can_be_written_to(writer: Flask) -> None:
    bad = ("no at", "a@", f"a@{'x' * 70}.example", "a b@example.org", "é@example.org", "<x>@example.org", "a@b\0c.d")
    with writer.test_request_context(), MailServer(has_accounts=False) as server:
        for to in bad:
            try:
                outcome = send(message.made(LETTER, to, SENDER, "Shop"), server)
            except sender.UNWRITABLE:
                continue
            assert outcome is Outcome.REFUSED, to
        assert server.mails == []


def test_settings_hide_the_password() -> None:
    with MailServer() as server:
        assert PASSWORD not in repr(settings_of(server))
