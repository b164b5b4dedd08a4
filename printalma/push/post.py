"""One push: encrypted (RFC 8291), signed (RFC 8292), sent, and what came of it."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import gevent

from printalma.db import Row
from printalma.lib.clock import now
from printalma.push import keys
from printalma.push.hosts import origin_of
from printalma.push.models import Outcome

if TYPE_CHECKING:
    from printalma.push.line import Line

TIMEOUTS = (3.0, 10.0)  # seconds to connect, and between two signs of life
TOTAL_SECONDS = 10.0  # seconds for all of it: a vendor that drips must not hold its place
CLAIM_LASTS = 12 * 3600  # RFC 8292 allows a day
SIGNED_ANEW = 3600
MAX_WAITS = 3600.0  # of what a vendor asks for in Retry-After
MAX_SIGNATURES = 500
_OUTCOMES = {
    401: Outcome.NOT_OURS,
    403: Outcome.NOT_OURS,
    404: Outcome.GONE,
    410: Outcome.GONE,
    413: Outcome.TOO_LONG,
    429: Outcome.BUSY,
}


@dataclass(frozen=True)
class Answer:
    """What came of an attempt, and how many seconds the vendor asked to wait."""

    outcome: Outcome
    wait: float | None = None


@dataclass(frozen=True)
class Envelope:
    """How a vendor is to handle a push: for how many seconds it is kept, how urgent it is, and what it replaces."""

    ttl: int
    urgency: str
    topic: str

    def headers(self) -> dict[str, str]:
        return {"TTL": str(self.ttl), "Urgency": self.urgency, "Topic": self.topic}


class Post:
    """Signs as the shop. A signature is good for every device of a vendor with one key, and used for an hour."""

    def __init__(self, line: "Line", private_keys: Iterable[str], subject: str) -> None:
        from py_vapid import Vapid02

        self._line = line
        self._vapid = {keys.public_of(key): Vapid02.from_raw(key.encode()) for key in private_keys}
        self._subject = subject
        self._signed: dict[tuple[str, str], tuple[float, dict[str, str]]] = {}

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
                reply = WebPusher(subscription, self._line).send(content, headers, ttl=envelope.ttl, timeout=TIMEOUTS)
        except (gevent.Timeout, TimeoutError):
            return Answer(Outcome.SLOW)
        except (HTTPError, OSError):
            return Answer(Outcome.UNREACHABLE)
        return _answer(reply.status_code, reply.headers.get("Retry-After"))

    def _signature(self, endpoint: str, key: str) -> dict[str, str]:
        origin = origin_of(urlsplit(endpoint))
        good_until, headers = self._signed.get((origin, key), (0.0, {}))
        if good_until < time.monotonic():
            claims = {"aud": origin, "sub": self._subject, "exp": int(time.time()) + CLAIM_LASTS}
            headers = self._vapid[key].sign(claims)
            if len(self._signed) >= MAX_SIGNATURES:
                self._signed.clear()
            self._signed[origin, key] = (time.monotonic() + SIGNED_ANEW, headers)
        return headers


def _answer(status: int, retry_after: str | None) -> Answer:
    if 200 <= status < 300:
        return Answer(Outcome.DELIVERED)
    outcome = _OUTCOMES.get(status) or (Outcome.FAILING if status >= 500 else Outcome.REFUSED)
    return Answer(outcome, _wait(retry_after))


def _wait(retry_after: str | None) -> float | None:
    """Seconds, from seconds or a date (RFC 9110, 10.2.3); None for anything else."""
    if not retry_after:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after[:9]), MAX_WAITS)
    try:
        moment = parsedate_to_datetime(retry_after)
        seconds = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now()).total_seconds()
    except (ValueError, OverflowError):  # the latter: a year, or a time zone, of twenty digits
        return None
    return min(max(seconds, 0.0), MAX_WAITS)
