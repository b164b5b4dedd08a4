"""A worker that is told to end tells its sockets, however it comes to its end."""

import socket
from contextlib import suppress
from datetime import timedelta

import pytest
from gunicorn.workers.ggevent import GeventWorker  # type: ignore[import-untyped]

from printalma.accounts.policy import Role
from printalma.lib.clock import now
from printalma.live import frames
from printalma.live.budget import Budget
from printalma.live.connection import WebSocketTransport
from printalma.live.hub import Socket
from printalma.web.worker import Worker
from tests.support.inside import Inside


def test_a_worker_that_ends_before_anybody_looks_tells_its_sockets_first(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """gunicorn's own end waits for requests, and a socket is none."""
    shop = Inside(database)
    live = shop.app.extensions["printalma.live"]
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(1)
    with ours, theirs:
        line = WebSocketTransport(ours, Budget(live.hub.limits, 8000))
        live.hub.add(Socket(line, "dashboard", 1, "1", Role.ADMIN, now() + timedelta(hours=1)))
        monkeypatch.setattr(GeventWorker, "run", lambda _: None)
        worker = Worker.__new__(Worker)
        worker.wsgi = shop.app
        worker.run()
        assert theirs.recv(100) == frames.close(frames.RESTART)
        worker.wsgi.extensions["printalma.live"].stop()
        theirs.setblocking(False)
        with suppress(BlockingIOError):  # or the line is down by now, as whoever does not answer is cut off
            assert theirs.recv(100) == b""
    shop.close()
