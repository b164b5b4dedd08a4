"""Screens are first: who has made what they are being told of answers behind them."""

from collections.abc import Iterator
from contextlib import contextmanager

import gevent
from gevent.event import Event

MAX_SECONDS = 0.02  # that an answer waits: screens may have to be drawn from a database that takes its time

_over = Event()
_over.set()


@contextmanager
def screens() -> Iterator[None]:
    """Around what screens are told."""
    _over.clear()
    try:
        yield
    finally:
        _over.set()


def let_screens() -> None:
    """Let the tailer run, which a commit has woken, until it has told what it had to tell."""
    gevent.sleep(0)
    _over.wait(MAX_SECONDS)
