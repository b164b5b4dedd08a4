"""gunicorn's gevent worker, which serves whoever comes with what one peer may do (docs/limits.md).

gunicorn's master imports it, too: what serving needs alone is imported where it is used.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import gevent
from gevent.event import Event
from gevent.server import StreamServer
from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http.body import ChunkedReader  # type: ignore[import-untyped]
from gunicorn.http.message import Request  # type: ignore[import-untyped]
from gunicorn.http.parser import RequestParser  # type: ignore[import-untyped]
from gunicorn.workers.ggevent import GeventWorker  # type: ignore[import-untyped]

from printalma.config import SETTINGS, Settings
from printalma.lib.addresses import address_key
from printalma.web.peer import STRANGERS, Peer


class _Request(Request):  # type: ignore[misc]
    def _peer_trusted_for_forwarded(self) -> tuple[dict[str, str], list[str]]:
        """What headers say of whom and how is believed in one place (web/proxies.py): gunicorn believes nobody here,
        and need not take each request's own address apart to find that out."""
        return {}, []


RequestParser.mesg_class = _Request
# Connections taken in before who is there already has a turn again: gevent would take a hundred.
StreamServer.max_accept = 4
CHUNK = 500  # bytes of a body by which it may have one chunk more


class Worker(GeventWorker):  # type: ignore[misc]
    def __init__(self, *said: Any, **more: Any) -> None:
        self._ends = Event()
        super().__init__(*said, **more)

    @property
    def alive(self) -> bool:
        return not self._ends.is_set()

    @alive.setter
    def alive(self, still: bool) -> None:
        """By whoever ends us: a signal, gunicorn, or a greenlet of ours that has died."""
        if not still:
            self._ends.set()

    def on_end(self, act: Callable[[], None]) -> None:
        """Have `act` called as soon as we are to end."""
        self._ends.rawlink(lambda _: gevent.spawn(act))

    def run(self) -> None:
        super().run()
        self.wsgi.extensions["printalma.live"].stop()

    def notify(self) -> None:
        """Tells gunicorn's master that we live. Whose master was killed ends as if told to: gunicorn's own way drops
        every answer and every socket that is under way."""
        self.tmp.notify()
        if self.alive and self.ppid != os.getppid():
            self.log.warning("the master is gone: worker %s ends", self.pid)
            self.alive = False

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        settings: Settings = self.wsgi.extensions[SETTINGS]
        # Behind a proxy every connection is the proxy's: whose it is a request says (web/turns.py).
        address = None if settings.trusted_proxies else address_key(addr[0])
        super().handle(listener, Peer(client, address, settings.limits, self.wsgi.extensions[STRANGERS]), addr)

    def handle_request(self, listener_name: Any, req: Any, sock: Peer, addr: Any) -> None:
        reader = req.body.reader
        if isinstance(reader, ChunkedReader):
            most = self.wsgi.extensions[SETTINGS].limits.body_chunks
            reader.parser = _at_most(reader.parser, most)
        sock.asked()
        try:
            super().handle_request(listener_name, req, sock, addr)
        finally:
            try:
                sock.flush()
            finally:
                sock.answered()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """What Flask answers by itself, elsewhere: in a body that Socket.IO reads, or that nobody does."""
        from werkzeug.exceptions import HTTPException

        if not isinstance(exc, HTTPException):
            super().handle_error(req, client, addr, exc)
        elif req is not None:
            util.write_error(client, exc.code, exc.name, "")


def _at_most(chunks: Iterator[bytes], most: int) -> Iterator[bytes]:
    """So many, and as many more as are of a size: a large body has many."""
    from werkzeug.exceptions import RequestEntityTooLarge

    read = 0
    for n, chunk in enumerate(chunks):
        if 0 < most <= n - read // CHUNK:
            raise RequestEntityTooLarge
        read += len(chunk)
        yield chunk
