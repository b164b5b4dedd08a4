"""Asking a provider, at its one address: nobody redirects us, no proxy of the environment hears us, and an answer is
short, soon there and JSON, or it is none.

Loading urllib3 takes a sixteenth of a second of each start: nobody imports it before there is something to ask.
"""

import json
import logging
import ssl
from collections.abc import Mapping
from functools import lru_cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import gevent

from printalma.lib.i18n import t
from printalma.lib.rare import RARE
from printalma.payments.doors.messages import Later

if TYPE_CHECKING:
    import urllib3

log = logging.getLogger(__name__)

SECONDS = 6.0  # for all of one question
MAX_ANSWER = 64_000  # bytes
AT_ONCE = 8  # questions of a process: who waits longer for a provider is told to come again
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}
_OF_A_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_asking = BoundedSemaphore(AT_ONCE)


def ask(
    provider: str, method: str, url: str, headers: Mapping[str, str], fields: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The object that a provider answers, of a form's `fields` if there are any. Raises Later for anything else."""
    if not _asking.acquire(blocking=False):
        raise Later(t("doors.busy"))
    try:
        with gevent.Timeout(SECONDS):
            status, content = _exchange(method, url, headers, fields)
    except (gevent.Timeout, OSError, _http_error()) as error:
        log.warning("%s could not be asked about a payment: %s", provider, type(error).__name__, extra=RARE)
        raise Later(t("doors.unreachable", provider=provider)) from None
    finally:
        _asking.release()
    found = _object(content) if status == 200 else None
    if found is None:
        log.warning("%s answered %s to a question about a payment, or nonsense", provider, status, extra=RARE)
        raise Later(t("doors.unreachable", provider=provider))
    return found


def _exchange(method: str, url: str, headers: Mapping[str, str], fields: Mapping[str, str] | None) -> tuple[int, bytes]:
    answer = _pool().request(
        method,
        url,
        body=urlencode(fields) if fields else None,
        headers=_HEADERS | (_OF_A_FORM if fields else {}) | dict(headers),
        timeout=SECONDS,
        redirect=False,
        retries=False,
        preload_content=False,
    )
    try:
        return answer.status, answer.read(MAX_ANSWER + 1, decode_content=False)
    finally:
        answer.close()


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(content) if len(content) <= MAX_ANSWER else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


@lru_cache(maxsize=1)
def _pool() -> "urllib3.PoolManager":
    import certifi
    import urllib3

    return urllib3.PoolManager(ssl_context=ssl.create_default_context(cafile=certifi.where()))


def _http_error() -> type[Exception]:
    from urllib3.exceptions import HTTPError

    return HTTPError
