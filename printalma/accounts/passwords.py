"""Hashing takes tens of milliseconds of CPU: it runs in gevent's thread pool, so that the hub serves on meanwhile."""

from functools import lru_cache

import gevent
from werkzeug.security import check_password_hash, generate_password_hash


def hashed(password: str) -> str:
    """A salted scrypt hash (RFC 7914) of `password`."""
    found: str = gevent.get_hub().threadpool.apply(generate_password_hash, (password,))
    return found


def matches(password: str, known: str | None) -> bool:
    """Whether `password` is behind the hash `known`. None, for an unknown user, is False in the same time."""
    fits: bool = gevent.get_hub().threadpool.apply(check_password_hash, (known or _nobodys_hash(), password))
    return fits and known is not None


@lru_cache
def _nobodys_hash() -> str:
    return hashed("nobody")
