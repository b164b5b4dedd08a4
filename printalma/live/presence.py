"""Who is connected over all processes: each writes down its own count, and reads the others'."""

import logging
from collections import Counter
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from gevent.event import Event

from printalma.db import UNREACHABLE, Connection, reading, table, transaction
from printalma.db.faults import why
from printalma.lib.clock import now
from printalma.lib.rare import RARE
from printalma.live.hub import Hub
from printalma.live.models import Attendance

log = logging.getLogger(__name__)
_attendance = table(Attendance)

RENEW = timedelta(seconds=20)
# A process that has not renewed its count for so long is dead, and so is one that has in the future.
FORGOTTEN = timedelta(seconds=50)

Counts = Counter[tuple[str, bool]]


class Presence:
    """`run` writes this process's count down when it has changed and every 20 s; `count` adds everybody's."""

    def __init__(self, app: Flask, hub: Hub, process: str) -> None:
        self._app = app
        self._hub = hub
        self._process = process
        self._killed: list[str] = []
        self._written: Counts | None = None
        self._written_at = now() - RENEW
        self._due = Event()

    def look(self) -> None:
        """Called about once a second: whether there is something to write."""
        if self._hub.count() != self._written or abs(now() - self._written_at) >= RENEW:
            self._due.set()

    def run(self) -> None:
        with self._app.app_context():
            while self._hub.closing is None:
                self._try_to_write(self._hub.count())
                self._due.clear()
                self._due.wait()

    def forget(self, processes: list[str]) -> None:
        """These were killed: their sockets are no longer counted. It is written down with our own count."""
        self._killed = processes

    def leave(self) -> None:
        """The process ends: it is no longer counted."""
        with self._app.app_context():
            self._try_to_write(Counter())

    def count(self) -> Counts:
        """Open sockets by door and whether an admin's: this process's as they are, the others' as last written."""
        moment = now()
        is_alive = _attendance.c.seen_at.between(moment - FORGOTTEN, moment + FORGOTTEN)
        others = sa.select(_attendance).where(_attendance.c.process != self._process, is_alive)
        found = Counter(self._hub.count())
        with reading() as connection:
            for row in connection.execute(others):
                found[row.door, row.is_admin] += row.sockets
        return found

    def _try_to_write(self, mine: Counts) -> None:
        try:
            transaction(lambda tx: self._write(tx, mine))
            self._written, self._written_at = mine, now()
        except UNREACHABLE as error:
            log.warning("presence not written: %s", why(error), extra=RARE)  # it is written again at the next look

    def _write(self, tx: Connection, mine: Counts) -> None:
        moment = now()
        dead = ~_attendance.c.seen_at.between(moment - FORGOTTEN, moment + FORGOTTEN)
        gone = _attendance.c.process.in_([self._process, *self._killed])
        tx.execute(sa.delete(_attendance).where(sa.or_(gone, dead)))
        rows = [
            {"process": self._process, "door": door, "is_admin": is_admin, "sockets": n, "seen_at": moment}
            for (door, is_admin), n in mine.items()
        ]
        if rows:
            tx.execute(sa.insert(_attendance), rows)
