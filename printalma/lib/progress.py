"""Long work says how far it is: filling a million orders once said nothing for seven minutes."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import gevent
from gevent import monkey

from printalma.lib.i18n import count

EVERY_SECONDS = 3.0
POLL_SECONDS = 0.1


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Gives what is told of the work, a sentence at a time; the last one is said every EVERY_SECONDS, with the time.

    A thread of the machine's own says it: one statement may take minutes, and no greenlet runs meanwhile.
    """
    told: list[str] = []
    ended: list[bool] = []
    gevent.get_hub().threadpool.spawn(_say, told, ended)
    try:
        yield told.append
    finally:
        ended.append(True)


@contextmanager
def counting(sentence: str) -> Iterator[Callable[[int], None]]:
    """The same for work in pieces: gives what is told how large each was. `sentence` says of `n` how much it is."""
    done = 0
    with progress() as tell:

        def more(piece: int) -> None:
            nonlocal done
            done += piece
            tell(count(sentence, done))

        yield more


def _say(told: list[str], ended: list[bool]) -> None:
    sleep = monkey.get_original("time", "sleep")
    began = said = time.monotonic()
    while not ended:
        sleep(POLL_SECONDS)
        del told[:-1]
        if told and not ended and time.monotonic() - said >= EVERY_SECONDS:
            said = time.monotonic()
            print(f"{told[-1]} ({said - began:.0f} s)", file=sys.stderr, flush=True)
