"""Hashing takes tens of milliseconds of CPU and 32 MB: a few at a time, in gevent's thread pool, so that the hub serves
on meanwhile. Sixteen callers who all signed in at once once took everybody's CPU, and most of a small dyno's memory."""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import gevent
from gevent.lock import BoundedSemaphore
from werkzeug.security import check_password_hash, generate_password_hash

from printalma.lib.errors import TooMany
from printalma.lib.i18n import t

AT_ONCE = 2
MAX_QUEUE = 24  # who comes when so many wait is told to come back
RETRY_SECONDS = 3  # seconds
TEAM_LETTERS = 12

T = TypeVar("T")
_places = BoundedSemaphore(AT_ONCE)
_waiting: list[None] = []


def hashed(password: str) -> str:
    """A salted scrypt hash (RFC 7914) of `password`. Raises TooMany when too many wait for theirs."""
    return _in_turn(lambda: generate_password_hash(password))


def matches(password: str, known: str | None) -> bool:
    """Whether `password` is behind the hash `known`. None, for an unknown user, is False in the same time.

    Raises TooMany when too many wait for theirs.
    """
    return _in_turn(lambda: check_password_hash(known or _nobodys_hash(), password)) and known is not None


def is_weak(password: str, email: str) -> bool:
    """Whether somebody of the team should choose another: short, their own e-mail, or on zxcvbn's list of common ones.
    The list takes a tenth of a second to load: it is, when the first of the team's passwords is looked at."""
    if len(password) < TEAM_LETTERS or password.lower() == email.lower():
        return True
    return password.lower() in gevent.get_hub().threadpool.apply(_common)


@lru_cache
def _common() -> frozenset[str]:
    """Those that are long enough to be looked for, taken out of the library's text: the library itself, with its lists
    of words and names, would stay for good, 12 MB of each process in which somebody of the team has signed in."""
    [folder] = find_spec("zxcvbn").submodule_search_locations  # type: ignore[union-attr,misc]
    text = (Path(folder) / "frequency_lists.py").read_text(encoding="utf-8")
    [passwords] = re.findall(r'"passwords": "([^"]*)"', text)
    return frozenset(re.findall(f"[^,]{{{TEAM_LETTERS},}}", passwords))


def _in_turn(work: Callable[[], T]) -> T:
    if len(_waiting) >= MAX_QUEUE:
        raise TooMany(t("accounts.busy"), RETRY_SECONDS)
    _waiting.append(None)
    try:
        _places.acquire()
    finally:
        _waiting.pop()
    try:
        found: T = gevent.get_hub().threadpool.apply(work)
        return found
    finally:
        _places.release()


@lru_cache
def _nobodys_hash() -> str:
    return generate_password_hash("nobody")
