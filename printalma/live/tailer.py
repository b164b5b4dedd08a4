"""Reads the log in order and tells the screens: one greenlet per process, which alone moves the hub's cursor.

Between two looks it lets new sockets in. Because the same greenlet reads, draws and admits, a socket that joins at
the cursor has caught up with everything before and gets everything after: there is no gap and nothing twice.
"""

import logging
import time
from collections.abc import Sequence

import gevent
import sqlalchemy as sa
from flask import Flask, render_template
from gevent.event import Event

from printalma.db import Connection, reading
from printalma.events import log as events
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import View
from printalma.events.types import AccessEnded, OrderPlaced
from printalma.live import frames, signal
from printalma.live.hub import Hub, Join

log = logging.getLogger(__name__)

BATCH = 500
BEHIND_MOST = 500  # events; a page further behind is drawn anew, which is cheaper than telling it everything
LOOK = 1.0  # seconds between two looks at the log when nothing nudges
REST = 2.0  # pause after a batch, in lengths of that batch, so that orders are taken while screens are told …
REST_MOST = 0.02  # … but never longer than this, in seconds
BEAT = 15.0
PING = 25.0
BACK_OFF = (0.1, 5.0)
UNREACHABLE = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)


class Tailer:
    def __init__(self, app: Flask, hub: Hub) -> None:
        self._app = app
        self._hub = hub
        self.nudge = Event()
        self.looked_at = 0.0
        self._beat_at = self._ping_at = time.monotonic()

    @property
    def is_alive(self) -> bool:
        """Whether it has looked at the log lately."""
        return time.monotonic() - self.looked_at < 5 * LOOK

    def run(self) -> None:
        """For ever. An unreachable database is tried again; any other exception ends the process, on purpose."""
        pause = BACK_OFF[0]
        with self._app.app_context():
            signal.start(self.nudge)
            started = False
            while True:
                try:
                    if not started:
                        self._start()
                        started = True
                    self._turn()
                    pause = BACK_OFF[0]
                except UNREACHABLE as error:
                    log.error("database unavailable, looking again in %.1f s: %s", pause, type(error).__name__)
                    gevent.sleep(pause)
                    pause = min(pause * 2, BACK_OFF[1])

    def _start(self) -> None:
        with reading() as connection:
            self._hub.cursor = events.last_id(connection)

    def _turn(self) -> None:
        self.nudge.wait(LOOK)
        self.nudge.clear()
        began = time.monotonic()
        if self._look():
            gevent.sleep(min(REST * (time.monotonic() - began), REST_MOST))
        self.looked_at = time.monotonic()
        self._keep_alive()

    def _look(self) -> bool:
        """Tell everybody what is new, then let in who waits. Whether anything was new."""
        hub = self._hub
        joining, hub.joining = hub.joining, []
        try:
            with reading() as connection:
                found = False
                while records := events.since(connection, hub.cursor, BATCH):
                    self._tell(connection, records)
                    found = True
                self._admit(connection, joining)
        except UNREACHABLE:
            hub.joining = joining + hub.joining
            raise
        return found

    def _tell(self, connection: Connection, records: Sequence[Record]) -> None:
        upto = records[-1].id
        frames_by_view = {view: self._frame(connection, view, records, upto) for view in self._hub}
        self._hub.cursor = upto
        for view, frame in frames_by_view.items():
            if frame:
                self._hub.push(view, frame)
        for record in records:
            if isinstance(record.event, AccessEnded):
                self._hub.end_sign_ins(record.event.sign_ins)
        placed = sum(isinstance(record.event, OrderPlaced) for record in records)
        if placed and log.isEnabledFor(logging.DEBUG):
            log.debug("%d new order(s) sent to %d connected admin(s)", placed, self._hub.count()[0])

    def _admit(self, connection: Connection, joining: Sequence[Join]) -> None:
        """Catch up once for all sockets that show the same view and stopped at the same event."""
        groups: dict[tuple[View, int], list[Join]] = {}
        for join in joining:
            since = self._hub.cursor if join.since is None else join.since
            groups.setdefault((join.view, since), []).append(join)
        for (view, since), members in groups.items():
            frame = self._catch_up(connection, view, since)
            for join in members:
                join.socket.line.push(frame)
                self._hub.follow(join)

    def _catch_up(self, connection: Connection, view: View, since: int) -> bytes:
        cursor = self._hub.cursor
        if since > cursor or cursor - since > BEHIND_MOST:
            return _page_frame(view.redraw(connection), cursor)
        missed = events.since(connection, since, BEHIND_MOST, cursor)
        return _page_frame(renderings.html(connection, view, missed) if missed else "", cursor)

    def _frame(self, connection: Connection, view: View, records: Sequence[Record], upto: int) -> bytes:
        fragments = renderings.html(connection, view, records)
        return _page_frame(fragments, upto) if fragments else b""

    def _keep_alive(self) -> None:
        moment = time.monotonic()
        if moment - self._beat_at >= BEAT:
            self._beat_at = moment
            beat = _page_frame("", self._hub.cursor)
            for view in self._hub:
                self._hub.push(view, beat)
        if moment - self._ping_at >= PING:
            self._ping_at = moment
            self._hub.ping()


def _page_frame(fragments: str, cursor: int) -> bytes:
    """Fragments and, behind them, the page's new position: the page has it exactly when it has what came before."""
    return frames.text(fragments + render_template("live/_position.html", position=cursor))
