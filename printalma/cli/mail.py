"""`flask mail test`: whether the shop's mail server takes a letter, and if not, why."""

import smtplib
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from printalma.config import settings
from printalma.events.outbox.channel import Outcome
from printalma.events.renderings import Letter
from printalma.lib.i18n import t
from printalma.mail import message, sender

mail = AppGroup("mail", help=t("cli.mail"))


@mail.command("test", help=t("cli.mail_test"))
@click.argument("address")
@with_appcontext
def test(address: str) -> None:
    given, shop, url = settings().mail, settings().shop_name, settings().shop_url or ""
    if given is None:
        raise click.ClickException(t("cli.mail_none"))
    said = (t("cli.mail_said", shop=shop, host=given.host),)
    letter = Letter(t("cli.mail_subject", shop=shop), said, t("cli.mail_do"), url, t("cli.mail_after"))
    try:
        with current_app.test_request_context(base_url=url):
            written = message.made(letter, address, given.sender, shop)
    except sender.UNWRITABLE:
        raise click.ClickException(t("cli.mail_address", address=address)) from None
    outcome, error = sender.tried(written, given, urlsplit(url).hostname or "localhost")
    if outcome != Outcome.DELIVERED:
        why = t(f"cli.mail_outcomes.{outcome}", host=given.host, port=given.port, address=address)
        raise click.ClickException(t("cli.mail_failed", why=why, words=_words(error)))
    click.echo(t("cli.mail_taken", host=given.host, address=address))


def _words(error: BaseException | None) -> str:
    """What the other side said, as it said it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        ((code, said),) = error.recipients.values()
        return f"{code} {_text(said)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
