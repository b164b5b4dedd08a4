"""Reads the log in order and tells the screens: one greenlet per process, which alone moves the hub's cursor.

Between two looks it lets new sockets in. Because the same greenlet reads, draws and admits, a socket that joins at
the cursor has caught up with everything before and gets everything after: there is no gap and nothing twice.
"""

import logging
import time
from collections import Counter

import gevent
from flask import Flask
from gevent.event import Event

from printalma.accounts.models import lasting_id
from printalma.db import UNREACHABLE, Connection, ReadTooLong, reading, transaction
from printalma.db.faults import why
from printalma.events import log as events
from printalma.events import subscriptions, telling
from printalma.events.renderings import ADMINS
from printalma.events.types import AccessEnded, LogRenewed
from printalma.lib.metrics import EVENTS_TOLD, FAN_OUT
from printalma.lib.rare import RARE
from printalma.live import wakeup
from printalma.live.channels import Batch, Channel
from printalma.live.hub import Hub, Join
from printalma.live.pace import Pace
from printalma.live.siblings import Siblings
from printalma.web.peer import let_others

log = logging.getLogger(__name__)

BATCH = 500
ADMIT_SECONDS = 0.05  # seconds for those who come, between two looks
POLL_SECONDS = 1.0  # seconds between two looks at the log when nothing nudges
BACK_OFF = (0.1, 2.0)


class Tailer:
    def __init__(self, app: Flask, hub: Hub) -> None:
        self._app = app
        self._hub = hub
        self.nudge = Event()
        self._is_announced = False  # that somebody else has appended
        self.looked_at = 0.0
        self._reached = events.Place(0)
        self._pace = Pace()
        self.turns = 0  # attempts that have ended, well or not

    @property
    def is_alive(self) -> bool:
        """Whether it has looked at the log lately: what a page is told of the log is true."""
        return time.monotonic() - self.looked_at < 5 * POLL_SECONDS

    def run(self, siblings: Siblings | None = None) -> None:
        """For ever. An unreachable database is tried again; any other exception ends the process, on purpose."""
        pause = BACK_OFF[0]
        step = self._start
        with self._app.app_context():
            wakeup.start(self.nudge.set, self._hear, lambda: self._reached.id, siblings)
            while True:
                try:
                    step()
                    step = self._turn
                    pause = BACK_OFF[0]
                except UNREACHABLE as error:
                    log.error("database unavailable, looking again in %.1f s: %s", pause, why(error), extra=RARE)
                    gevent.sleep(pause)
                    pause = min(pause * 2, BACK_OFF[1])
                    self.nudge.set()
                self.turns += 1

    def _start(self) -> None:
        with reading() as connection:
            reached = events.place(connection)
            subscriptions.tell_all(connection)
        self._reached, self._hub.cursor = reached, reached.id
        self.looked_at = time.monotonic()

    def _hear(self) -> None:
        """What others appended nobody here has ahead."""
        self._is_announced = True
        self.nudge.set()

    def _turn(self) -> None:
        self._is_announced |= not self.nudge.wait(POLL_SECONDS)
        if left := self._pace.left():
            gevent.sleep(left)
        self.nudge.clear()
        self._look()
        self.looked_at = time.monotonic()

    def _look(self) -> None:
        """Tell everybody what is new, then let in who waits."""
        with reading() as connection:
            while (more := self._read_on(connection)) is True:
                pass
            if more is False:
                self._admit(connection)
                return
        log.error("the log went back behind event %d: everybody is told to fetch anew", self._reached.id)
        reached = self._reached
        transaction(lambda tx: events.renew(tx, reached))
        self._start()
        self._hub.restart()

    def _read_on(self, connection: Connection) -> bool | None:
        """Tell the next batch. Whether there may be more: while others go on writing, who waits is let in. What this
        process has appended needs no reading; what others have announced does.

        The place is taken once it is told: a database that falls silent while it is drawn is asked for it again.
        None when the log is another than the one told of: a backup was restored under us, or a standby took over.
        """
        if known := events.ahead.take(self._reached, BATCH):
            with telling.screens():
                self._tell(connection, Batch(known[0]))
            self._reached = known[1]
            return self._is_announced or self._reached.id < events.ahead.newest
        self._is_announced = False
        found = events.follow(connection, self._reached, BATCH)
        if found is None:
            return None
        records, reached = found
        if records:
            with telling.screens():
                self._tell(connection, Batch(records))
        self._reached = reached
        return len(records) == BATCH

    @FAN_OUT.time()
    def _tell(self, connection: Connection, batch: Batch) -> None:
        hub = self._hub
        subscriptions.tell(connection, batch.records)
        drawn: list[tuple[Channel, bytes]] = []
        for channel in hub:
            if drawn:
                let_others()  # an admin may look at a hundred different lists
            drawn.append((channel, channel.news(connection, batch)))
        hub.cursor = batch.upto
        EVENTS_TOLD.inc(len(batch.records))
        with self._pace.sending():
            for channel, frame in drawn:
                if frame:
                    hub.push(channel, frame)
        for record in batch.records:
            if isinstance(record.event, AccessEnded):
                hub.end_sign_ins(map(lasting_id, record.event.sign_ins))
            elif isinstance(record.event, LogRenewed):
                hub.restart()  # who they are and what they have seen, everybody must say anew
        if log.isEnabledFor(logging.DEBUG):
            self._say(batch)

    def _say(self, batch: Batch) -> None:
        names = Counter(notice.name for _, notice in batch.notices.get(ADMINS, ()))
        admins = sum(n for (_, is_admin), n in self._hub.count().items() if is_admin)
        for name, n in names.items():
            log.debug("%d %s sent to %d connected admin(s)", n, name, admins)

    def _admit(self, connection: Connection) -> None:
        """Catch up once for all sockets that follow the same channel and stopped at the same event.

        Each catching up may be hundreds of events to read and draw: others have their turn between two, and after
        ADMIT_SECONDS what is new comes first again. A customer's 500 resumes, 25 kB, once stopped everything for 23 s.
        """
        hub, deadline = self._hub, time.monotonic() + ADMIT_SECONDS
        groups: dict[tuple[Channel, int], list[Join]] = {}
        for join in hub.joining.values():
            since = hub.cursor if join.since is None else join.since
            groups.setdefault((join.channel, since), []).append(join)
        for (channel, since), members in groups.items():
            if time.monotonic() > deadline:
                self.nudge.set()
                return
            try:
                frame = channel.catch_up(connection, since, hub.cursor)
            except ReadTooLong:
                hub.send_away(members)  # else all others would wait for them again and again
                raise
            for join in members:
                hub.admit(join, frame)
            let_others()
