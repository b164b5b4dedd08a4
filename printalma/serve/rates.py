"""How often an address may call. Counted in memory: with several processes, each allows as much."""

import math
import time

from flask import request
from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from printalma.lib.addresses import address_key
from printalma.lib.errors import TooMany
from printalma.lib.text import t

_windows = FixedWindowRateLimiter(MemoryStorage())


def check(what: str, limit: RateLimitItem) -> None:
    """Count this request of its address under `what`. Raises TooMany beyond the limit."""
    caller = (what, address_key(request.remote_addr))
    if not _windows.hit(limit, *caller):
        left = _windows.get_window_stats(limit, *caller).reset_time - time.time()
        raise TooMany(t("errors.429"), max(1, math.ceil(left)))
