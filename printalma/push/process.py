"""The pushing side of one server process: it plans and sends in greenlets of its own, and never in a request."""

import logging
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import gevent
from flask import Flask
from gevent.event import Event

from printalma.config import settings
from printalma.db import UNREACHABLE, reading, transaction
from printalma.db.faults import why
from printalma.events import log as events
from printalma.lib.rare import RARE
from printalma.push import claims, ledger, message, office, planner
from printalma.push.claims import Claim
from printalma.push.models import Outcome
from printalma.push.office import PER_HOST
from printalma.push.post import Answer, Post

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0  # seconds between two looks when nothing nudges
PLAN_SECONDS = 0.5  # seconds between two plans: under load each takes up more
MAX_PUSHES = 64  # pushes under way in this process
AT_ONCE = PER_HOST  # claimed in one transaction; they may all be for one host
# Between two pushes begun: all at once, their milliseconds of work would hold every request up.
SPACING_SECONDS = 0.01
BACK_OFF = (0.2, 5.0)


class PushProcess:
    """Made once per app; `start` is called once per server process, after gunicorn's fork and gevent's patch."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._planning, self._sending = Event(), Event()
        self._under_way: Counter[str] = Counter()
        app.extensions["printalma.push"] = self

    def start(self, worker: Any) -> None:
        """Plan and send until `worker` (gunicorn's) ends; a greenlet that dies takes the worker with it."""
        self._worker = worker
        events.on_append(self._planning.set)
        for step, nudge in ((self._plan, self._planning), (self._send, self._sending)):
            gevent.spawn(self._run, step, nudge).link_exception(lambda _: setattr(worker, "alive", False))

    def _run(self, step: Callable[[], None], nudge: Event) -> None:
        """For ever. An unreachable database is tried again; any other exception ends the process, on purpose."""
        pause = BACK_OFF[0]
        with self._app.app_context():
            while True:
                # Processes look at moments of their own: none waits for another's write.
                nudge.wait(POLL_SECONDS * random.uniform(0.8, 1.2))
                nudge.clear()
                try:
                    step()
                    pause = BACK_OFF[0]
                except UNREACHABLE as error:
                    log.error("database unavailable, looking again in %.1f s: %s", pause, why(error), extra=RARE)
                    gevent.sleep(pause)
                    pause = min(pause * 2, BACK_OFF[1])

    def _plan(self) -> None:
        with reading() as connection:
            behind = planner.is_behind(connection)
        if not behind:
            return
        while transaction(planner.plan):
            gevent.sleep(0)  # a backlog is planned between the requests, not before them
        self._sending.set()
        gevent.sleep(PLAN_SECONDS)

    def _send(self) -> None:
        """Claim what is due until there is no more, or no more room."""
        zone = settings().shop_tz
        while self._worker.alive and (room := MAX_PUSHES - self._under_way.total()) > 0:
            busy = self._full()
            with reading() as connection:
                if not claims.is_any_due(connection, busy):
                    return
                post = office.post(connection)
            claimed = transaction(partial(claims.claim, zone=zone, busy=busy, most=min(room, AT_ONCE)))
            for claim in claimed:
                self._under_way[claim.device.host] += 1
                gevent.spawn(self._deliver, claim, post)
                gevent.sleep(SPACING_SECONDS)
            if not claimed:
                return  # another process was faster, or nothing of it is to be told after all

    def _full(self) -> list[str]:
        """Hosts with as many pushes under way as one may have."""
        return [host for host, n in self._under_way.items() if n >= PER_HOST]

    def _deliver(self, claim: Claim, post: Post) -> None:
        try:
            with self._app.app_context():
                answer = _tried(claim, post)
                transaction(lambda tx: ledger.settle(tx, claim.delivery, claim.lease, claim.device, answer))
        except UNREACHABLE as error:
            log.error("a push's outcome is not written, it will be repeated: %s", why(error), extra=RARE)
        finally:
            if claim.device.host in self._full() or self._under_way.total() >= MAX_PUSHES:
                self._sending.set()  # somebody waits for this place
            self._under_way[claim.device.host] -= 1


def _tried(claim: Claim, post: Post) -> Answer:
    """What came of it, in any case: a delivery that is never settled is sent for ever, without a pause."""
    try:
        return _try(claim, post)
    except Exception:
        log.exception("a push failed")
        return Answer(Outcome.FAILING)


def _try(claim: Claim, post: Post) -> Answer:
    told = message.of_notice(claim.notice, claim.delivery, settings().shop_tz)
    envelope = message.envelope(told)
    answer = post.send(claim.device, message.encoded(told), envelope)
    if answer.outcome is Outcome.TOO_LONG:
        answer = post.send(claim.device, message.encoded(told, short=True), envelope)
    return answer
