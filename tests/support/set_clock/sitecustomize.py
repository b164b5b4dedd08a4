"""Loaded by Python before all else, where a test has put this folder on a server's path: a clock that a file sets.

The other clock, `time.monotonic`, goes on as it does when somebody sets a machine's time.
"""

import datetime
import os
import time
from typing import Any

_file = os.open(os.environ["CLOCK_FILE"], os.O_RDONLY)
_real_time, _real = time.time, datetime.datetime


def _ahead() -> int:
    """Seconds, as the file says now."""
    return int(os.pread(_file, 20, 0) or 0)


class _Kind(type):
    def __instancecheck__(cls, it: object) -> bool:
        return isinstance(it, _real)

    def __subclasscheck__(cls, it: type) -> bool:
        return issubclass(it, _real)


class _Datetime(datetime.datetime, metaclass=_Kind):
    """What makes moments; those it makes are the real ones."""

    def __new__(cls, *values: Any, **named: Any) -> Any:
        return _real(*values, **named)

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        return _real.now(tz) + datetime.timedelta(seconds=_ahead())


time.time = lambda: _real_time() + _ahead()
datetime.datetime = _Datetime  # type: ignore[misc]
