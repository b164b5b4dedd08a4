"""A step that a server process takes again and again, in a greenlet of its own and never in a request."""

import logging
import random
from collections.abc import Callable
from typing import Any

import gevent
from flask import Flask
from gevent.event import Event

from printalma.db import UNREACHABLE
from printalma.db.faults import why
from printalma.lib.rare import RARE

log = logging.getLogger(__name__)

# Seconds between two looks when nothing nudges: for what becomes due by itself, and for what another process left
# behind.
DUE_SECONDS, POLL_SECONDS = 1.0, 5.0
BACK_OFF = (0.2, 5.0)


def start(
    app: Flask,
    worker: Any,
    step: Callable[[], None],
    nudge: Event,
    gather: float = 0.0,
    poll: float = POLL_SECONDS,
) -> None:
    """Take it until `worker` (gunicorn's) ends; a greenlet that dies takes the worker with it. Between a nudge and the
    step are `gather` seconds: screens have their turn first, and what comes meanwhile is done with it."""
    gevent.spawn(_run, app, step, nudge, gather, poll).link_exception(lambda _: setattr(worker, "alive", False))


def _run(app: Flask, step: Callable[[], None], nudge: Event, gather: float, poll: float) -> None:
    """For ever. An unreachable database is tried again; any other exception ends the process, on purpose."""
    pause, look = BACK_OFF[0], DUE_SECONDS  # the first soon: a process before this one may have left something
    with app.app_context():
        while True:
            # Processes look at moments of their own: none waits for another's write.
            if nudge.wait(look * random.uniform(0.8, 1.2)):
                gevent.sleep(gather)
            look = poll
            nudge.clear()
            try:
                step()
                pause = BACK_OFF[0]
            except UNREACHABLE as error:
                log.error("database unavailable, looking again in %.1f s: %s", pause, why(error), extra=RARE)
                gevent.sleep(pause)
                pause = min(pause * 2, BACK_OFF[1])
