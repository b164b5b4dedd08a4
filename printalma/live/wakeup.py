"""How a process learns that there is something new to read. Only speed: the tailer looks by itself, too."""

import logging
from collections.abc import Callable
from contextlib import closing
from typing import Any

import gevent
import sqlalchemy as sa

from printalma.config import settings
from printalma.db import db, postgres
from printalma.db.faults import why
from printalma.events import log as events
from printalma.lib.rare import RARE
from printalma.live.siblings import Siblings

log = logging.getLogger(__name__)
POLL = 0.2  # where no announcement is passed on
LISTEN_SECONDS = 5.0  # between two looks at whether a silent line is alive
BACK_OFF = (0.2, 5.0)  # seconds between attempts to listen again, first and longest


Call = Callable[[], None]


def start(nudge: Call, hear: Call, reached: Callable[[], int], siblings: Siblings | None) -> None:
    """Have `nudge` called when this process appends, and `hear` soon after another process of this server, on
    PostgreSQL of all, appends anything behind the event that is `reached`. Needs an app context."""
    events.on_append(nudge)
    if not settings().is_sqlite:
        gevent.spawn(_keep_up, db.engine, hear, reached)
    elif siblings is not None:
        events.on_append(siblings.tell)
        siblings.listen(hear)


def _keep_up(engine: sa.Engine, hear: Call, reached: Callable[[], int]) -> None:
    """Listen on a connection of its own, and on another when that one fails."""
    pause = BACK_OFF[0]
    while True:
        try:
            with closing(_own_connection(engine)) as connection:
                hear()  # for what was said while nobody listened
                pause = BACK_OFF[0]
                _listen(engine, connection, hear, reached)
        except Exception as error:  # noqa: BLE001 -- a driver's own faults; polling goes on meanwhile
            log.warning("listening again in %.1f s: %s", pause, why(error), extra=RARE)
        gevent.sleep(pause)
        pause = min(pause * 2, BACK_OFF[1])


def _own_connection(engine: sa.Engine) -> Any:
    """The driver's, set up as those of the pool are, and no longer one of them."""
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    return connection


def _listen(engine: sa.Engine, connection: Any, hear: Call, reached: Callable[[], int]) -> None:
    connection.autocommit = True
    connection.execute(f"LISTEN {events.CHANNEL}")
    if not postgres.hears(engine, connection, events.CHANNEL):
        log.warning("the pooler in front of the database passes no NOTIFY on: looking every %.1f s instead", POLL)
        _poll(hear)
    while True:
        for said in connection.notifies(timeout=LISTEN_SECONDS):
            if postgres.is_our_own(said):
                continue  # whoever has committed nudges
            if not said.payload.isdecimal() or int(said.payload) > reached():
                hear()
        connection.execute("SELECT 1")  # a line that died without a word would be silent for ever


def _poll(hear: Call) -> None:
    while True:
        hear()
        gevent.sleep(POLL)
