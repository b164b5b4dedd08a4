"""One mail: given to the shop's server (RFC 5321), and what came of it."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage
from functools import lru_cache
from urllib.parse import urlsplit

import certifi
import gevent

from printalma.config import settings
from printalma.events.outbox.channel import Answer, Claim, Outcome
from printalma.lib.mail_settings import MailSettings
from printalma.mail import message

SIGN_OF_LIFE = 8.0  # seconds to connect, and for each answer
TOTAL_SECONDS = 18.0  # seconds for all of it: the lease is thirty
BYE_SECONDS = 1.0
# What the standard library says of an address that is none; Python 3.11 reads beyond the end of "a@".
UNWRITABLE = (ValueError, IndexError, MessageError)


def deliver(claim: Claim) -> Answer:
    """Write what it is about, and send it."""
    given, shop = settings(), settings().shop_name
    if given.mail is None:
        return Answer(Outcome.NOT_OURS)
    try:
        mail = message.made(claim.notice.write(), claim.recipient.email, given.mail.sender, shop)
    except UNWRITABLE:
        return Answer(Outcome.GONE)  # an older account, with an address that no mail can be written to
    return Answer(send(mail, given.mail, urlsplit(given.shop_url or "").hostname or "localhost"))


def send(mail: EmailMessage, given: MailSettings, own_name: str) -> Outcome:
    """Try once. Never raises for what the other side does."""
    return tried(mail, given, own_name)[0]


def tried(mail: EmailMessage, given: MailSettings, own_name: str) -> tuple[Outcome, BaseException | None]:
    """The same, with what was raised: the server's own words are in it."""
    try:
        with gevent.Timeout(TOTAL_SECONDS), _connected(given, own_name) as server:
            server.send_message(mail)
    except (gevent.Timeout, smtplib.SMTPException, OSError) as error:
        return _outcome(error), error
    return Outcome.DELIVERED, None


def _outcome(error: BaseException) -> Outcome:
    match error:
        case gevent.Timeout() | TimeoutError():
            return Outcome.SLOW
        case smtplib.SMTPRecipientsRefused():
            ((code, _),) = error.recipients.values()
            return _of(code, Outcome.GONE)
        case smtplib.SMTPAuthenticationError():
            return _of(error.smtp_code, Outcome.NOT_OURS)
        case smtplib.SMTPResponseException():
            return _of(error.smtp_code, Outcome.REFUSED)
        case smtplib.SMTPNotSupportedError():
            return Outcome.REFUSED  # it offers no TLS, or no sign-in: nothing goes there in clear
        case smtplib.SMTPException():  # smtplib says "disconnected" of an answer that did not come in time, too
            return Outcome.SLOW if isinstance(error.__context__, TimeoutError) else Outcome.FAILING
        case _:  # a certificate that is not good for its name, too
            return Outcome.UNREACHABLE


def _of(code: int, refused: Outcome) -> Outcome:
    """5xx is for good, 4xx is to be tried again (RFC 5321, 4.2.1); -1 was no answer at all."""
    return refused if code >= 500 else Outcome.BUSY if code >= 400 else Outcome.FAILING


@contextlib.contextmanager
def _connected(given: MailSettings, own_name: str) -> Iterator[smtplib.SMTP]:
    """The server, once it knows us. What it has taken is sent, however it says good-bye."""
    at = given.host, given.port, own_name
    if given.tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*at, timeout=SIGN_OF_LIFE, context=_trust())
    else:
        server = smtplib.SMTP(*at, timeout=SIGN_OF_LIFE)
    try:
        if given.tls == "starttls":
            server.starttls(context=_trust())
        if given.user and given.password:
            server.login(given.user, given.password)
        yield server
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if server.sock is not None:
                server.sock.settimeout(BYE_SECONDS)
            server.quit()
    finally:
        server.close()


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """The authorities that vouch for mail servers: this machine's, or SSL_CERT_FILE's, and the well-known ones.
    In a thread: reading them takes as long as many requests."""
    context: ssl.SSLContext = gevent.get_hub().threadpool.apply(ssl.create_default_context)
    gevent.get_hub().threadpool.apply(context.load_verify_locations, (certifi.where(),))
    return context
