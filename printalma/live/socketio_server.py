"""python-socketio's server, made to bear what strangers send it."""

import logging
from collections.abc import Callable
from typing import Any

import gevent
import socketio

from printalma.db import UNREACHABLE

log = logging.getLogger(__name__)

CONNECT_WITHIN = 20.0  # seconds a peer has to say who it is; who only answers pings would stay for ever
MESSAGE_MOST = 100_000  # bytes
GIBBERISH = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)  # what its parsing raises

# Engine.IO logs a traceback for each odd byte a stranger sends. What is our own fault is logged below.
_unheard = logging.getLogger("printalma.engineio")
_unheard.addHandler(logging.NullHandler())
_unheard.propagate = False


class Server(socketio.Server):  # type: ignore[misc]
    """A peer whose packets make no sense loses its line, and costs nothing but a line in the log."""

    def __init__(self, is_known: Callable[[str, dict[str, Any]], bool]) -> None:
        super().__init__(
            async_mode="threading",  # gevent's patch makes its threads greenlets
            cors_allowed_origins=is_known,
            max_http_buffer_size=MESSAGE_MOST,
            async_handlers=False,
            engineio_logger=_unheard,
        )
        self.eio.disconnect = self._hang_up

    def drop(self, session: str) -> None:
        """Hang up on an Engine.IO session. A front end takes that for a lost line and connects anew."""
        gevent.spawn(self._hang_up, session)  # not here: the session may be in the middle of something

    def _handle_eio_connect(self, session: str, environ: dict[str, Any]) -> None:
        super()._handle_eio_connect(session, environ)
        gevent.spawn_later(CONNECT_WITHIN, self._expect_somebody, session)

    def _handle_eio_message(self, session: str, data: str | bytes) -> None:
        try:
            super()._handle_eio_message(session, data)
        except UNREACHABLE as error:
            log.warning("a front end is asked to come back: %s", type(error).__name__)
            self.drop(session)
        except GIBBERISH as error:
            # One line and no traceback for a stranger's odd bytes, but not silence: a fault of ours may look the same.
            log.warning("a Socket.IO packet made no sense: %s", type(error).__name__)
            self.drop(session)
        except Exception:
            log.exception("a Socket.IO session failed")
            self.drop(session)

    def _hang_up(self, session: str) -> None:
        """Engine.IO's own way waits until everything is fetched: for ever, when a polling client has gone."""
        found = self.eio.sockets.pop(session, None)
        if found is not None:
            found.close(wait=False, reason=self.reason.SERVER_DISCONNECT)

    def _expect_somebody(self, session: str) -> None:
        is_there = session in self.eio.sockets
        if is_there and not any(self.manager.sid_from_eio_sid(session, n) for n in self.manager.get_namespaces()):
            self.drop(session)
