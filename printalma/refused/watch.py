"""Watches the routes that take orders: what they answer with a refusal is kept, whoever refused it.

A view never hears of a forged token, a body that is too long or a rate: so it is marked, and looked at when its answer
is ready.
"""

import hashlib
import hmac
import logging
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, request
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from werkzeug.exceptions import HTTPException

from printalma.accounts.guard import current_actor
from printalma.accounts.policy import EVERYBODY
from printalma.config import settings
from printalma.db import UNREACHABLE
from printalma.lib.addresses import address_key
from printalma.lib.clock import now, shop_day
from printalma.lib.rare import RARE
from printalma.refused import sent, service
from printalma.refused.service import Refusal
from printalma.web import rate_limits
from printalma.web.bodies import LIMIT

log = logging.getLogger(__name__)

OF_A_SENDER, OF_ALL = RateLimitItemPerHour(20), RateLimitItemPerHour(300)
RATED = RateLimitItemPerHour(3)  # of a sender's refusals for a rate: the rest is counted
COUNTED = RateLimitItemPerMinute(60)  # times that counts are written; until the next they are kept in memory
MAX_REASONS, MAX_REASON = 20, 300

View = TypeVar("View", bound=Callable[..., Any])
_uncounted: Counter[tuple[str, int, bool]] = Counter()


def watched(view: View) -> View:
    """Mark a view that takes orders."""
    view.__dict__["refusals_are_kept"] = True
    return view


def keep(response: Response) -> Response:
    """Keep what a marked view refused. Its answer is ready: nothing changes it any more."""
    if response.status_code < 400 or response.status_code == 503 or request.method != "POST" or not _is_watched():
        return response
    try:
        _keep(response)
    except UNREACHABLE as error:
        log.error("database unavailable, a refused order is not kept: %s", type(error).__name__, extra=RARE)
    except Exception:
        log.exception("a refused order is not kept")
    return response


def _is_watched() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "refusals_are_kept", False)


def _keep(response: Response) -> None:
    """Everything is counted, what looks like an order is kept: so much of each sender, and of all."""
    text, sender = _body(), _hash(address_key(request.remote_addr))
    is_order = sent.looks_like_order(text)
    _uncounted[shop_day(now(), settings().shop_tz).isoformat(), response.status_code, is_order] += 1
    is_kept = is_order and _may_keep(response.status_code, sender)
    if not is_kept and not rate_limits.may("refusals counted", COUNTED):
        return
    counts, refusal = _taken(), _refusal(response, text, sender) if is_kept else None
    try:
        service.keep(counts, refusal)
    except BaseException:
        _uncounted.update(counts)
        raise


def _may_keep(status: int, sender: str) -> bool:
    if status == 429 and not rate_limits.may("rated orders kept", RATED, sender):
        return False
    return rate_limits.may("refused orders kept", OF_A_SENDER, sender) and rate_limits.may("all refused orders", OF_ALL)


def _taken() -> dict[tuple[str, int, bool], int]:
    found = dict(_uncounted)
    _uncounted.clear()
    return found


def _refusal(response: Response, text: str, sender: str) -> Refusal:
    who = getattr(current_app.view_functions[request.endpoint or ""], "access", EVERYBODY)
    actor = None if who == EVERYBODY else current_actor()
    body, phone = sent.kept(text).encode(errors="replace").decode().replace("\0", "�"), sent.phone_of(text)
    return Refusal(
        status=response.status_code,
        reasons=_reasons(response.get_json(silent=True)),
        user_id=actor.id if actor else None,
        sender=sender,
        phone=_hash(phone) if phone else None,
        digest=_hash(body),
        body=body,
    )


def _reasons(answer: Any) -> list[dict[str, str]]:
    """The sentences of an answer in the contract's form (docs/contract.md, "Conventions")."""
    errors = answer.get("errors") or [answer] if isinstance(answer, dict) else []
    return [{name: str(error.get(name, ""))[:MAX_REASON] for name in ("field", "message")} for error in errors][
        :MAX_REASONS
    ]


def _body() -> str:
    """What was sent, as far as it is there: without its pictures if its view has read it (pictures.intake), else as it
    comes; of what is too long, the beginning."""
    try:
        request.max_content_length = request.content_length or LIMIT
        return request.stream.read(LIMIT).decode(errors="replace")
    except (HTTPException, ParseException, OSError):
        return ""  # it did not come


def _hash(text: str) -> str:
    """What is known again by this shop alone: an address has too few digits for a hash without a key."""
    return hmac.new(settings().secret_keys[0].encode(), text.encode(), hashlib.sha256).hexdigest()[:32]
