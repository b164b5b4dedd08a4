"""How often somebody may call. Counted in memory: with several processes, each allows as much.

How many orders a minute: lib/limits.py; who asks: orders_api/api.py."""

import math
import time
from types import SimpleNamespace

from flask import request
from limits import RateLimitItem, RateLimitItemPerHour
from limits.storage import MemoryStorage, memory
from limits.strategies import FixedWindowRateLimiter

from printalma.lib.addresses import address_key
from printalma.lib.errors import TooMany
from printalma.lib.i18n import t

# The clock that nobody sets: by the other one, an hour back made a minute's limit last for an hour.
memory.time = SimpleNamespace(time=time.monotonic)  # type: ignore[attr-defined,assignment]
_windows = FixedWindowRateLimiter(MemoryStorage())


def check(what: str, limit: RateLimitItem, user_id: int | None = None) -> None:
    """Count this request of its address, or of the user who sends it, under `what`. Raises TooMany beyond the limit."""
    caller = address_key(request.remote_addr) if user_id is None else str(user_id)
    if not may(what, limit, caller):
        left = _windows.get_window_stats(limit, what, caller).reset_time - time.monotonic()
        raise TooMany(t("errors.429"), max(1, math.ceil(left)))


def may(what: str, limit: RateLimitItem, whose: str = "") -> bool:
    """Count `whose` doing under `what`; False beyond the limit."""
    return _windows.hit(limit, what, whose)


def may_spend(kilobytes: int, *budgets: tuple[str, int, str]) -> bool:
    """Take so much from each of these budgets; False, and nothing is taken, when one has not as much left. A budget is
    its name, its megabytes an hour (0 is no limit), and whose it is."""
    bounded = [(RateLimitItemPerHour(most * 1000), what, whose) for what, most, whose in budgets if most]
    if not all(_windows.test(limit, what, whose, cost=kilobytes) for limit, what, whose in bounded):
        return False
    for limit, what, whose in bounded:
        _windows.hit(limit, what, whose, cost=kilobytes)
    return True
