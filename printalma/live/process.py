"""The live side of one server process: its hub, its tailer, and how both end."""

from typing import Any

import gevent
from flask import Flask, current_app

from printalma.live import frames
from printalma.live.hub import Hub, Join
from printalma.live.tailer import Tailer

GLANCE = 0.05  # seconds between two looks at whether the worker is told to stop


class LiveProcess:
    """Made once per app; `start` is called once per server process, after gunicorn's fork and gevent's patch."""

    def __init__(self, app: Flask) -> None:
        self.hub = Hub()
        self.tailer = Tailer(app, self.hub)
        app.extensions["printalma.live"] = self

    def join(self, join: Join) -> None:
        self.hub.join(join)
        self.tailer.nudge.set()

    def start(self, worker: Any) -> None:
        """Tail the log until `worker` (gunicorn's) stops; a tailer that dies takes the worker with it."""
        tailing = gevent.spawn(self.tailer.run)
        tailing.link_exception(lambda _: setattr(worker, "alive", False))
        gevent.spawn(self._watch, worker)

    def _watch(self, worker: Any) -> None:
        # gunicorn waits for open sockets until its graceful timeout: they are told to come back elsewhere at once.
        while worker.alive:
            gevent.sleep(GLANCE)
        self.hub.end_all(frames.RESTART)


def live() -> LiveProcess:
    """The live side of the running app."""
    found: LiveProcess = current_app.extensions["printalma.live"]
    return found
