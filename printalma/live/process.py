"""The live side of one server process: its hub, its tailer, its clock, and how they end."""

import time
from functools import partial
from pathlib import Path
from typing import Any

import gevent
from flask import Flask, current_app
from gevent.event import Event

from printalma.accounts import queries
from printalma.config import SETTINGS
from printalma.db import UNREACHABLE, reading
from printalma.lib.clock import now
from printalma.live import frames
from printalma.live.hub import Hub, Join
from printalma.live.presence import Presence
from printalma.live.siblings import Siblings
from printalma.live.socketio.relay import Relay
from printalma.live.tailer import Tailer

BEAT_SECONDS = 15.0  # seconds; a page cannot see pings, and takes 35 s without a word for a dead line
PING = 25.0
STALLED_SECONDS = (
    30  # seconds in which the tailer has not even failed, although all it waits for has a bound: it never will
)


class LiveProcess:
    """Made once per app; `start` is called once per server process, after gunicorn's fork and gevent's patch."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._stopped = False
        self._expiring = Event()
        self._siblings: Siblings | None = None
        self.hub = Hub(app.extensions[SETTINGS].limits)
        self.tailer = Tailer(app, self.hub)
        self.relay = Relay()
        self.presence = Presence(app, self.hub, self.relay.name)
        app.extensions["printalma.live"] = self

    def join(self, join: Join) -> None:
        self.hub.join(join)
        self.tailer.nudge.set()

    def start(self, worker: Any, folder: Path) -> None:
        """Tail the log until `worker` (gunicorn's) stops; a greenlet that dies takes the worker with it.

        `folder` is where the processes of this server find each other.
        """
        self.presence.forget(self.relay.start(worker, folder))
        settings = self._app.extensions[SETTINGS]
        has_siblings = settings.is_sqlite and settings.workers > 1  # PostgreSQL announces what is appended
        self._siblings = Siblings(folder, self.relay.name) if has_siblings else None
        for run in (partial(self.tailer.run, self._siblings), self._keep_time, self._end_expired, self.presence.run):
            gevent.spawn(run).link_exception(lambda _: setattr(worker, "alive", False))
        worker.on_end(self.stop)

    def _keep_time(self) -> None:
        """Beats and pings; the latter go on while the database is away. And the one timer of what else is due now and
        then, which others do.

        A beat says that the log was just read: a page that gets none asks elsewhere. Ends when the tailer stands still.
        """
        beat_at = ping_at = time.monotonic()
        turns, still = -1, 0
        with self._app.app_context():
            while still < STALLED_SECONDS:
                gevent.sleep(1)
                # Counted in our own seconds: a process that was stopped for a while is not taken for one that hangs.
                turns, still = self.tailer.turns, still + 1 if turns == self.tailer.turns else 0
                self.presence.look()
                if self.hub.expired(now()):
                    self._expiring.set()
                moment = time.monotonic()
                if moment - beat_at >= BEAT_SECONDS and self.tailer.is_alive:
                    beat_at = moment
                    self.hub.beat()
                if moment - ping_at >= PING:
                    ping_at = moment
                    self.hub.ping()
        raise RuntimeError("the tailer stands still")

    def _end_expired(self) -> None:
        """Close what has run out, but for pages in use, which have renewed their sign-ins meanwhile. While the database
        is away a socket stays, and hears nothing."""
        with self._app.app_context():
            while True:
                self._expiring.wait()
                self._expiring.clear()
                users = {socket.user_id for socket in self.hub.expired(now())}
                try:
                    with reading() as connection:
                        until = queries.open_until(connection, users)
                except UNREACHABLE:
                    continue
                self.hub.end_expired(now(), until)

    def stop(self) -> None:
        """Send every socket elsewhere. A second call finds nothing to do.

        Called when the worker is told to end, and once more by the worker itself before it is gone: gunicorn looks at
        its requests once a second, a socket is none of them, and a worker that looked first took its sockets' lines
        down without a word.
        """
        if self._stopped:
            return
        self._stopped = True
        self.hub.end_all(frames.RESTART)
        self.relay.stop()
        if self._siblings is not None:
            self._siblings.close()
        self.presence.leave()


def live() -> LiveProcess:
    """The live side of the running app."""
    found: LiveProcess = current_app.extensions["printalma.live"]
    return found
