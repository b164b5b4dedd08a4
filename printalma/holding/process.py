"""Who has an order's page open, as the sockets of this process tell: written down when it changes and once a minute.

Nothing happens while nobody has an order and no order's page is open: the greenlet sleeps until one is.
"""

import logging
import time
from functools import partial
from typing import Any

import gevent
from flask import Flask
from gevent.event import Event

from printalma.accounts.policy import Sight
from printalma.dashboard.detail_page import OrderPage
from printalma.db import UNREACHABLE, Connection, transaction
from printalma.db.faults import why
from printalma.events import subscriptions
from printalma.events.types import OrderHoldersChanged
from printalma.holding import service
from printalma.holding.service import Look
from printalma.lib.rare import RARE
from printalma.live.channels import Channel
from printalma.live.hub import Hub, Socket
from printalma.live.process import LiveProcess

log = logging.getLogger(__name__)

# Seconds for which a page is open before its reader counts: who leafs through twenty orders takes none of them. And who
# loads a page anew has never left it.
DWELL_SECONDS = 1.5
RENEW_SECONDS = 60.0


class HoldingProcess:
    """Made once per app; `start` is called once per server process, after gunicorn's fork and gevent's patch."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._changed = Event()
        self._is_needed = False
        self._known: set[Look] = set()
        self._written_at = 0.0
        app.extensions["printalma.holding"] = self
        subscriptions.subscribe(self._read_again, OrderHoldersChanged)

    def start(self, worker: Any) -> None:
        """Until `worker` (gunicorn's) ends; a greenlet that dies takes the worker with it."""
        live: LiveProcess = self._app.extensions["printalma.live"]
        live.hub.on_follow = self._follow
        gevent.spawn(self._run, live).link_exception(lambda _: setattr(worker, "alive", False))

    def _read_again(self, connection: Connection) -> None:
        was_needed, self._is_needed = self._is_needed, service.is_needed(connection)
        if self._is_needed and not was_needed:
            self._changed.set()

    def _follow(self, channel: Channel) -> None:
        if _page_of(channel):
            self._changed.set()

    def _run(self, live: LiveProcess) -> None:
        with self._app.app_context():
            while live.hub.closing is None:
                self._changed.wait(self._pause())
                gevent.sleep(DWELL_SECONDS)
                self._changed.clear()
                try:
                    self._look(live.hub, live.relay.name)
                except UNREACHABLE as error:
                    log.warning("not written who looks at orders: %s", why(error), extra=RARE)
                    self._changed.set()

    def _pause(self) -> float | None:
        return max(0.0, self._written_at + RENEW_SECONDS - time.monotonic()) if self._is_needed else None

    def _look(self, hub: Hub, process: str) -> None:
        """Write down what is new, or once more what is not. A page that was closed, in the seconds before everybody is
        sent away, is open again elsewhere."""
        moment = time.monotonic()
        readers = [(page, socket) for socket in hub.sockets if (page := _page_of(socket.channel)) and _is_there(socket)]
        looks: dict[Look, Sight] = {}
        for page, socket in readers:
            look = page.order_id, socket.user_id
            if look in self._known or moment - socket.followed_at >= DWELL_SECONDS:
                looks[look] = socket.sight
            else:
                self._changed.set()
        if hub.closing is not None or (looks.keys() == self._known and self._pause()):
            return
        present = {socket.user_id for socket in hub.sockets if _is_there(socket)}
        transaction(partial(service.attend, process=process, looks=looks, present=present))
        self._known, self._written_at = set(looks), moment


def _is_there(socket: Socket) -> bool:
    return socket.is_admin and socket.door == "dashboard" and not socket.away


def _page_of(channel: Channel | None) -> OrderPage | None:
    view = getattr(channel, "view", None)
    return view if isinstance(view, OrderPage) else None
