"""A letter as the bytes that are sent: plain text, and the same with a button (RFC 5322, 2046).

Nothing in it can begin another header: the standard library refuses a header with a line's end in it, and names and
addresses are encoded, never pasted.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from flask import render_template

from printalma.events.renderings import Letter
from printalma.lib.clock import now


def made(letter: Letter, to: str, sender: str, shop: str) -> EmailMessage:
    """Raises ValueError, IndexError (Python 3.11) or MessageError for an address that no mail can be written to."""
    name, _, host = to.rpartition("@")
    mail = EmailMessage(SMTP)
    mail["From"] = Address(shop, addr_spec=sender)
    mail["To"] = Address(addr_spec=f"{name}@{host.encode('idna').decode()}")
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    mail.set_content("\n\n".join((*letter.said, letter.link, letter.after)) + "\n")
    mail.add_alternative(render_template("mail/letter.html", letter=letter, shop=shop), subtype="html")
    return mail
