"""One push: encrypted (RFC 8291), signed (RFC 8292), sent, and what came of it.

What it is sent with takes a second to load: nobody does before there is something to send.
"""

import time
from collections.abc import Iterable
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import gevent

from printalma.config import settings
from printalma.db import Connection, Row
from printalma.events.outbox.channel import Answer, Claim, Outcome
from printalma.events.outbox.process import PER_HOST
from printalma.lib import retry_after
from printalma.push import keys, message
from printalma.push.message import Envelope

if TYPE_CHECKING:
    import ssl

    from printalma.push.endpoints import Endpoints

TIMEOUTS = (3.0, 10.0)  # seconds to connect, and between two signs of life
TOTAL_SECONDS = 10.0  # seconds for all of it: a vendor that drips must not hold its place
CLAIM_LASTS = 12 * 3600  # RFC 8292 allows a day
SIGNED_ANEW = 3600
MAX_SIGNATURES = 500
_OUTCOMES = {
    401: Outcome.NOT_OURS,
    403: Outcome.NOT_OURS,
    404: Outcome.GONE,
    410: Outcome.GONE,
    413: Outcome.TOO_LONG,
    429: Outcome.BUSY,
}


_making = Lock()


def sender(connection: Connection) -> "Sender":
    """The sender of this process, which signs with the shop's keys."""
    with _making:
        return _sender(keys.private_keys(connection), keys.subject(connection), settings().push.hosts)


class Sender:
    """Signs as the shop. A signature is good for every device of a vendor with one key, and used for an hour."""

    def __init__(self, endpoints: "Endpoints", private_keys: Iterable[str], subject: str) -> None:
        from py_vapid import Vapid02

        self._endpoints = endpoints
        self._vapid = {keys.public_of(key): Vapid02.from_raw(key.encode()) for key in private_keys}
        self._subject = subject
        self._signed: dict[tuple[str, str], tuple[float, dict[str, str]]] = {}

    def deliver(self, claim: Claim) -> Answer:
        """Tell a device what it is to be told; shorter, if its vendor finds that too long."""
        told = message.of_notice(claim.notice, claim.delivery, settings().shop_tz)
        envelope = message.envelope(told)
        answer = self.send(claim.recipient, message.encoded(told), envelope)
        if answer.outcome is Outcome.TOO_LONG:
            answer = self.send(claim.recipient, message.encoded(told, short=True), envelope)
        return answer

    def send(self, device: Row, content: bytes, envelope: Envelope) -> Answer:
        """Try once, within ten seconds, by the key it subscribed with. Never raises for what the other side does."""
        from pywebpush import WebPusher
        from urllib3.exceptions import HTTPError, TimeoutError

        if device.key not in self._vapid:
            return Answer(Outcome.NOT_OURS)
        subscription = {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}}
        headers = envelope.headers() | self._signature(device.endpoint, device.key)
        try:
            with gevent.Timeout(TOTAL_SECONDS):
                reply = WebPusher(subscription, self._endpoints).send(
                    content, headers, ttl=envelope.ttl, timeout=TIMEOUTS
                )
        except (gevent.Timeout, TimeoutError):
            return Answer(Outcome.SLOW)
        except (HTTPError, OSError):
            return Answer(Outcome.UNREACHABLE)
        return _answer(reply.status_code, reply.headers.get("Retry-After"))

    def _signature(self, endpoint: str, key: str) -> dict[str, str]:
        address = urlsplit(endpoint)
        origin = f"{address.scheme}://{address.netloc}"
        good_until, headers = self._signed.get((origin, key), (0.0, {}))
        if good_until < time.monotonic():
            claims = {"aud": origin, "sub": self._subject, "exp": int(time.time()) + CLAIM_LASTS}
            headers = self._vapid[key].sign(claims)
            if len(self._signed) >= MAX_SIGNATURES:
                self._signed.clear()
            self._signed[origin, key] = (time.monotonic() + SIGNED_ANEW, headers)
        return headers


@lru_cache(maxsize=1)
def _sender(private_keys: tuple[str, ...], subject: str, trusted: frozenset[str]) -> Sender:
    # In a thread of its own: what pywebpush brings along takes a second to load, in which the hub has others to serve.
    endpoints, context = gevent.get_hub().threadpool.apply(_load)
    return Sender(endpoints(trusted, 2 * PER_HOST, context), private_keys, subject)


def _load() -> "tuple[type[Endpoints], ssl.SSLContext]":
    import pywebpush  # noqa: F401

    from printalma.push.endpoints import Endpoints, trust

    return Endpoints, trust()


def _answer(status: int, asked: str | None) -> Answer:
    if 200 <= status < 300:
        return Answer(Outcome.DELIVERED)
    outcome = _OUTCOMES.get(status) or (Outcome.FAILING if status >= 500 else Outcome.REFUSED)
    return Answer(outcome, retry_after.seconds(asked))
