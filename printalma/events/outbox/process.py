"""A channel in one server process: it plans and sends in greenlets of its own, and never in a request."""

import logging
from collections import Counter
from functools import partial
from typing import Any

import gevent
from flask import Flask
from gevent.event import Event

from printalma.db import UNREACHABLE, reading, transaction
from printalma.db.faults import why
from printalma.events import log as events
from printalma.events import repeating
from printalma.events.outbox import claims, planning
from printalma.events.outbox.channel import Answer, Channel, Claim, Outcome, Send
from printalma.lib.rare import RARE

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.05  # seconds between an event and its plan
PLAN_SECONDS = 0.5  # seconds between two plans: under load each takes up more
MAX_SENDING = 64  # messages under way in this process
PER_HOST = 8  # messages under way to one host: a slow one holds no more than these
AT_ONCE = PER_HOST  # claimed in one transaction; they may all be for one host
# Between two messages begun: all at once, their milliseconds of work would hold every request up.
SPACING_SECONDS = 0.01


class ChannelProcess:
    """Made once per app; `start` is called once per server process, after gunicorn's fork and gevent's patch."""

    def __init__(self, app: Flask, channel: Channel) -> None:
        self._app = app
        self._channel = channel
        self._is_any_waiting = claims.any_waiting(channel)
        self._planning, self._sending = Event(), Event()
        self._under_way: Counter[str] = Counter()

    def start(self, worker: Any) -> None:
        """Plan and send until `worker` (gunicorn's) ends; a greenlet that dies takes the worker with it."""
        self._worker = worker
        events.on_append(self._planning.set)
        repeating.start(self._app, worker, self._plan, self._planning, GATHER_SECONDS)
        repeating.start(self._app, worker, self._send, self._sending, poll=self._channel.poll_seconds)

    def _plan(self) -> None:
        with reading() as connection:
            behind = planning.is_behind(self._channel, connection)
        if not behind:
            gevent.sleep(PLAN_SECONDS)  # mostly nobody listens: each order would be looked at by itself
            return
        while transaction(partial(planning.plan, self._channel)):
            gevent.sleep(0)  # a backlog is planned between the requests, not before them
        self._sending.set()
        gevent.sleep(PLAN_SECONDS)

    def _send(self) -> None:
        """Claim what is due until there is no more, or no more room."""
        while self._worker.alive and (room := self._room()) > 0 and self._is_any_waiting():
            busy = self._full()
            with reading() as connection:
                if not claims.is_any_due(self._channel, connection, busy):
                    return
                send = self._channel.sender(connection)
            claimed = transaction(partial(claims.claim, self._channel, busy=busy, most=min(room, AT_ONCE)))
            for claim in claimed:
                self._under_way[claim.recipient.host] += 1
                gevent.spawn(self._deliver, claim, send)
                gevent.sleep(SPACING_SECONDS)
            if not claimed:
                return  # another process was faster, or nothing of it is to be told after all

    def _room(self) -> int:
        return MAX_SENDING - self._under_way.total()

    def _full(self) -> list[str]:
        """Hosts with as many messages under way as one may have."""
        return [host for host, n in self._under_way.items() if n >= PER_HOST]

    def _deliver(self, claim: Claim, send: Send) -> None:
        try:
            with self._app.app_context():
                answer = _tried(send, claim)
                transaction(lambda tx: claims.settle(self._channel, tx, claim, answer))
                self._channel.count(answer)
        except UNREACHABLE as error:
            log.error("a message's outcome is not written, it will be repeated: %s", why(error), extra=RARE)
        finally:
            if claim.recipient.host in self._full() or self._room() <= 0:
                self._sending.set()  # somebody waits for this place
            self._under_way[claim.recipient.host] -= 1


def _tried(send: Send, claim: Claim) -> Answer:
    """What came of it, in any case: a delivery that is never settled is sent for ever, without a pause."""
    try:
        return send(claim)
    except Exception:
        log.exception("a message could not be sent")
        return Answer(Outcome.FAILING)
