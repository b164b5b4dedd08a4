"""The pictures of one server process: in greenlets of its own, and never in a request, it reads what orders name, has
it, and tells who shows it."""

import logging
from functools import partial
from typing import Any

import gevent
from flask import Flask
from gevent.event import Event

from printalma.db import UNREACHABLE, reading, transaction
from printalma.db.faults import why
from printalma.events import log as events
from printalma.events import repeating
from printalma.lib.clock import now
from printalma.lib.rare import RARE
from printalma.pictures import claims, reader
from printalma.pictures.attempt import attempt
from printalma.pictures.claims import Claim, Result
from printalma.web.peer import let_others

PROCESS = "printalma.pictures"

# Seconds between an event and the look at it, and between two that settle: what comes meanwhile is read, and told, with
# it.
GATHER_SECONDS = 0.3
MAX_UNDER_WAY = 8  # attempts in this process
MAX_SETTLED = 50  # in one transaction

logger = logging.getLogger(__name__)


class PictureProcess:
    """Made once per app; `start` is called once per server process, after gunicorn's fork and gevent's patch."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._reading, self._fetching, self._settling = Event(), Event(), Event()
        self._under_way = 0
        self._results: list[Result] = []
        self._first_due = claims.first_due()
        app.extensions[PROCESS] = self

    def start(self, worker: Any) -> None:
        """Until `worker` (gunicorn's) ends; a greenlet that dies takes the worker with it."""
        self._worker = worker
        events.on_append(self._reading.set)
        repeating.start(self._app, worker, self._read, self._reading, GATHER_SECONDS)
        repeating.start(self._app, worker, self._fetch, self._fetching, poll=repeating.DUE_SECONDS)
        repeating.start(self._app, worker, self._settle, self._settling)

    def _read(self) -> None:
        while reader.read():
            self._fetching.set()
            let_others()

    def _fetch(self) -> None:
        """Claim what is due until there is no more, or no more room."""
        while self._worker.alive and (room := MAX_UNDER_WAY - self._under_way) > 0 and self._is_due():
            with reading() as connection:
                if not claims.is_any_due(connection):
                    return
            claimed = transaction(partial(claims.claim, most=room))
            for claim in claimed:
                self._under_way += 1
                gevent.spawn(self._attempt, claim)
            if not claimed:
                return  # another process was faster, or a host has had enough

    def _is_due(self) -> bool:
        first = self._first_due.ask(None)  # mostly none is, and on SQLite nobody need read to say so
        return first is not None and first <= now()

    def _attempt(self, claim: Claim) -> None:
        try:
            with self._app.app_context():
                self._results.append(attempt(claim))
            self._settling.set()
        except UNREACHABLE as error:
            logger.error("a picture is not kept, it will be fetched again: %s", why(error), extra=RARE)
        finally:
            self._under_way -= 1

    def _settle(self) -> None:
        """Write down what came of attempts; who shows the orders is told of all together."""
        while some := self._results[:MAX_SETTLED]:
            transaction(partial(claims.settle, results=some))
            del self._results[: len(some)]
        self._fetching.set()
        gevent.sleep(GATHER_SECONDS)
