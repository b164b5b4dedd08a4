"""How a process learns that there is something new to read. Only speed: the tailer looks by itself, too."""

import logging
import time

import gevent
import sqlalchemy as sa
from gevent.event import Event

from printalma.config import settings
from printalma.db import db
from printalma.events import log as events

log = logging.getLogger(__name__)
GLANCE = 0.02  # seconds between two looks at another process's commits (SQLite)
BACK_OFF = (0.2, 5.0)  # seconds between attempts to listen again, first and longest


def start(nudge: Event) -> None:
    """Have `nudge` set soon after anything is appended, by whichever process. Needs an app context."""
    events.on_append(nudge.set)
    if settings().is_sqlite:
        gevent.spawn(_watch_file, db.engine, nudge)
    else:
        gevent.spawn(_listen, db.engine.url, nudge)


def _watch_file(engine: sa.Engine, nudge: Event) -> None:
    """`PRAGMA data_version` tells of other connections' commits when it is read on one connection of its own."""
    connection = engine.raw_connection()
    connection.detach()
    seen = None
    while True:
        (version,) = connection.cursor().execute("PRAGMA data_version").fetchone()
        if version != seen:
            seen = version
            nudge.set()
        gevent.sleep(GLANCE)


def _listen(url: sa.URL, nudge: Event) -> None:
    import psycopg  # not above: a shop on SQLite starts a sixth of a second sooner without it

    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    pause = BACK_OFF[0]
    while True:
        try:
            with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
                connection.execute(f"LISTEN {events.CHANNEL}")
                pause = BACK_OFF[0]
                nudge.set()  # what was announced while nobody listened
                for _ in connection.notifies():
                    nudge.set()
        except psycopg.OperationalError as error:
            log.warning("listening again in %.1f s: %s", pause, type(error).__name__)
        time.sleep(pause)
        pause = min(pause * 2, BACK_OFF[1])
