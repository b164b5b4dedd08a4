"""A mail server of our own (RFC 5321, 3207, 4954): checks who gives it mail and how, and answers as it is told."""

import base64
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "shop", "a password of the server's"
SENDER = "boutique@example.org"
HANGS = "hangs"
HELD = 30.0  # seconds that a line without an answer is held at most
GOOD = {"CONNECT": "220 here", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "SENT": "250 taken"}
GOOD |= {"AUTH": "235 welcome", "QUIT": "221 bye", "STARTTLS": "220 go on", "RSET": "250 ok"}


@dataclass
class MailServer:
    """Listens on loopback. `answers` replaces what it says at a step of GOOD, HANGS by nothing at all. `problems` says
    what was wrong with what came; a good sender leaves it empty. `tls` is as SMTP_TLS."""

    tls: str = "none"
    has_accounts: bool = True
    certificate: Path | None = None
    answers: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ended = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _session(self))
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self) -> "MailServer":
        return self

    def __exit__(self, *_raised: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def settings(self, **changes: str) -> dict[str, str]:
        """What a shop is told that sends through it."""
        found = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self.port), "SMTP_SENDER": SENDER, "SMTP_TLS": self.tls}
        if self.has_accounts:
            found |= {"SMTP_USER": USER, "SMTP_PASSWORD": PASSWORD}
        return found | {"SHOP_URL": "https://boutique.example"} | changes

    def context(self) -> ssl.SSLContext:
        assert self.certificate is not None
        found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        found.load_cert_chain(self.certificate)
        return found


def certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1, which vouches for itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    moment = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(moment - timedelta(days=1)).not_valid_after(moment + timedelta(days=2))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed = made.sign(key, hashes.SHA256())
    pem, none = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "mail.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, none)
    file.write_bytes(private + signed.public_bytes(pem))
    return file


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_about: Any) -> None:
        """Who hangs up, or does not trust the certificate, has done so."""


def _session(server: MailServer) -> type[socketserver.BaseRequestHandler]:
    class Session(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.secure, self.known = False, not server.has_accounts
            self.sender: str | None = None
            self.readers: list[str] = []
            self._listen()
            if server.tls == "tls":
                self._encrypt()
            self._say("CONNECT")
            while line := self.lines.readline():
                word, _, rest = line.decode("ascii").strip().partition(" ")
                server.steps.append(word.upper())
                getattr(self, f"_{word.lower()}", self._unknown)(rest)
                if word.upper() == "QUIT":
                    return

        def finish(self) -> None:
            self.lines.close()
            self.request.close()

        def _listen(self) -> None:
            self.lines = self.request.makefile("rb")

        def _encrypt(self) -> None:
            self.request = server.context().wrap_socket(self.request, server_side=True)
            self.lines.close()
            self._listen()
            self.secure = True

        def _say(self, step: str) -> bool:
            """Whether it was a good word."""
            word = server.answers.get(step, GOOD[step])
            if word == HANGS:
                server.ended.wait(HELD)
                raise ConnectionError
            self.request.sendall(f"{word}\r\n".encode())
            return word[0] in "23"

        def _ehlo(self, name: str) -> None:
            if not name or " " in name:
                server.problems.append(f"EHLO {name}")
            offers = ["127.0.0.1"] + ["STARTTLS"] * (server.tls == "starttls" and not self.secure)
            offers += ["AUTH PLAIN"] * (server.has_accounts and (self.secure or server.tls == "none"))
            said = [f"250{'-' if offer is not offers[-1] else ' '}{offer}" for offer in offers]
            self.request.sendall("".join(f"{line}\r\n" for line in said).encode())

        def _starttls(self, _rest: str) -> None:
            if self._say("STARTTLS"):
                self._encrypt()

        def _auth(self, rest: str) -> None:
            if not self.secure and server.tls != "none":
                server.problems.append("a password in clear")
            how, _, given = rest.partition(" ")
            expected = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
            if how != "PLAIN" or given != expected:
                server.problems.append(f"AUTH {rest}")
            self.known = self._say("AUTH")

        def _mail(self, rest: str) -> None:
            if not self.known or (server.tls != "none" and not self.secure):
                server.problems.append("mail of a stranger, or in clear")
            self.sender = rest
            if f"<{SENDER}>" not in rest:
                server.problems.append(f"MAIL {rest}")
            self._say("MAIL")

        def _rcpt(self, rest: str) -> None:
            if self._say("RCPT"):
                self.readers.append(rest)

        def _data(self, _rest: str) -> None:
            if not self._say("DATA"):
                return
            found = b""
            while (line := self.lines.readline()) not in (b".\r\n", b""):
                if not line.endswith(b"\r\n") or len(line) > 1000:
                    server.problems.append(f"a line {line[:60]!r}")
                found += line.removeprefix(b".") if line.startswith(b"..") else line
            if self._say("SENT"):
                mail = message_from_bytes(found, policy=policy.default)
                assert isinstance(mail, EmailMessage)
                if [f"to:<{mail['To'].addresses[0].addr_spec}>"] != [reader.lower() for reader in self.readers]:
                    server.problems.append(f"sent to {self.readers}, says {mail['To']}")
                server.mails.append(mail)

        def _rset(self, _rest: str) -> None:
            self._say("RSET")

        def _quit(self, _rest: str) -> None:
            self._say("QUIT")

        def _unknown(self, rest: str) -> None:
            server.problems.append(f"unknown: {rest}")
            self.request.sendall(b"502 what?\r\n")

    return Session
