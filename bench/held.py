"""`gunicorn bench.held:app`: the shop, which tells at PATH how long its process was held at most since somebody asked.

Milliseconds of processor of the thread that serves, in a row, while nobody else was served.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

import gevent

from wsgi import app

PATH = "/held"
EVERY_SECONDS = 0.0005
Answer = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Watch:
    """Looks whether it is its turn, again and again, from when it is first asked on."""

    def __init__(self, inner: Answer) -> None:
        self._inner, self._longest, self._is_looking = inner, 0.0, False

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH:
            return self._inner(environ, start)
        if not self._is_looking:
            self._is_looking = True
            gevent.spawn(self._look)
        told, self._longest = f"{self._longest * 1000:.1f}".encode(), 0.0
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(told)))])
        return [told]

    def _look(self) -> None:
        last = time.thread_time()
        while True:
            gevent.sleep(EVERY_SECONDS)
            here = time.thread_time()
            self._longest, last = max(self._longest, here - last), here


app.wsgi_app = Watch(app.wsgi_app)  # type: ignore[assignment]
