"""The post of this process, made when the first push is to be sent."""

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import gevent

from printalma.config import settings
from printalma.db import Connection
from printalma.push import keys
from printalma.push.post import Post

if TYPE_CHECKING:
    import ssl

    from printalma.push.line import Line

PER_HOST = 8  # pushes under way to one vendor: a slow one holds no more than these

_making = Lock()


def post(connection: Connection) -> Post:
    """The post that signs with the shop's keys."""
    given = settings()
    with _making:
        return _post(keys.private_keys(connection), keys.subject(connection), given.push.hosts)


@lru_cache(maxsize=1)
def _post(private_keys: tuple[str, ...], subject: str, trusted: frozenset[str]) -> Post:
    # In a thread of its own: what pywebpush brings along takes a second to load, in which the hub has others to serve.
    line, trust = gevent.get_hub().threadpool.apply(_load)
    return Post(line(trusted, 2 * PER_HOST, trust), private_keys, subject)


def _load() -> "tuple[type[Line], ssl.SSLContext]":
    import pywebpush  # noqa: F401

    from printalma.push.line import Line, trust

    return Line, trust()
