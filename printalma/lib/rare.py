"""What is said at most once a minute, however often it happens: `log.error("…", extra=RARE)`.

A database that is away is met by every request and every greenlet; a log that fills a disk with it makes things worse.
"""

import logging
import time
from typing import Any

RARE: dict[str, Any] = {"is_rare": True}
EVERY_SECONDS = 60.0


class OnceAMinute(logging.Filter):
    """Drops the repetitions of a rare sentence (its text before the values are filled in), and says how many."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}
        self._dropped: dict[tuple[str, str], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not getattr(record, "is_rare", False):
            return True
        sentence, moment = (record.name, str(record.msg)), time.monotonic()
        if moment - self._said.get(sentence, -EVERY_SECONDS) < EVERY_SECONDS:
            self._dropped[sentence] = self._dropped.get(sentence, 0) + 1
            return False
        self._said[sentence] = moment
        if dropped := self._dropped.pop(sentence, 0):
            record.msg = f"{record.getMessage()} ({dropped} more like it before)"
            record.args = ()
        return True
