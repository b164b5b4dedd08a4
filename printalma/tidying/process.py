"""The tidying of one server process: a greenlet of its own, which gives way to everybody else."""

import logging
import random
from typing import Any

import gevent
from flask import Flask

from printalma.db import UNREACHABLE
from printalma.shop.service import know
from printalma.tidying import service
from printalma.tidying.tasks import all_tasks

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.1  # seconds between two pieces: a shop that is tidied is hardly slower
POLL_SECONDS = 10.0  # seconds between two looks when all is tidy


class TidyingProcess:
    """Made once per app; `start` is called once per server process, after gunicorn's fork and gevent's patch."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._troubles: dict[str, str] = {}  # by task: what was told of it
        app.extensions["printalma.tidying"] = self

    def start(self, _worker: Any) -> None:
        gevent.spawn(self._run)

    def _run(self) -> None:
        """For ever. Trouble is told once and tried again later: an untidy text is no reason to serve nobody."""
        told = ""
        while True:
            gevent.sleep(POLL_SECONDS / 10 * random.uniform(0.8, 1.2))
            try:
                with self._app.app_context():
                    know()
                    self._tidy()
                told = ""
            except UNREACHABLE:
                pass  # those who serve say so
            except Exception as error:
                if told != type(error).__name__:
                    log.exception("stored texts are not made tidy")
                told = type(error).__name__
            gevent.sleep(POLL_SECONDS * random.uniform(0.8, 1.0))

    def _tidy(self) -> None:
        """What is behind a task that fails does not wait for a release that knows better."""
        for task in service.unfinished(all_tasks()):
            try:
                while service.step(task):
                    gevent.sleep(PAUSE_SECONDS * random.uniform(0.8, 1.2))
                self._troubles.pop(task.name, None)
            except UNREACHABLE:
                raise
            except Exception as error:
                if self._troubles.get(task.name) != type(error).__name__:
                    log.exception("not made tidy: %s", task.name)
                self._troubles[task.name] = type(error).__name__
