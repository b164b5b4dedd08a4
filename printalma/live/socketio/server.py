"""python-socketio's server, made to bear what strangers send it."""

import logging
from collections.abc import Callable
from typing import Any

import gevent
import socketio
from engineio.socket import Socket as EngineSocket
from socketio.packet import CONNECT_ERROR

from printalma.db import UNREACHABLE
from printalma.lib.addresses import address_key
from printalma.live.channels import ROOMS
from printalma.web.peer import Strangers

log = logging.getLogger(__name__)

CONNECT_SECONDS = 20.0  # seconds a peer has to say who it is; who only answers pings would stay for ever
MAX_MESSAGE = 100_000  # bytes
# Events that no client may send, as the official parser has it: here their names would call our own handlers.
RESERVED = ("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener")
GIBBERISH = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)  # what its parsing raises

# Engine.IO logs a traceback for each odd byte a stranger sends. What is our own fault is logged below.
_unheard = logging.getLogger("printalma.engineio")
_unheard.addHandler(logging.NullHandler())
_unheard.propagate = False


class Session(EngineSocket):  # type: ignore[misc]
    """An Engine.IO session that ends by its line breaking.

    Engine.IO's own end says CLOSE, after which python-socketio never comes back, and waits until everything is fetched:
    for ever, when a polling client has gone.
    """

    def close(self, *_: bool, reason: str | None = None, **_how: bool) -> None:
        super().close(wait=False, abort=True, reason=reason)


class Server(socketio.Server):  # type: ignore[misc]
    """A peer whose packets make no sense loses its line, and costs nothing but a line in the log."""

    def __init__(self, is_known: Callable[[str, dict[str, Any]], bool], strangers: Strangers) -> None:
        self._strangers = strangers
        self._addresses: dict[str, str] = {}  # of sessions of whom nobody has said who they are
        super().__init__(
            async_mode="threading",  # gevent's patch makes its threads greenlets
            cors_allowed_origins=is_known,
            max_http_buffer_size=MAX_MESSAGE,
            async_handlers=False,
            engineio_logger=_unheard,
        )

    def is_open(self, session: str) -> bool:
        found = self.eio.sockets.get(session)
        return found is not None and not found.closing

    def drop(self, session: str) -> None:
        """Hang up on an Engine.IO session. A front end takes that for a lost line and connects anew."""
        gevent.spawn(self.eio.disconnect, session)  # not here: the session may be in the middle of something

    def _handle_eio_connect(self, session: str, environ: dict[str, Any]) -> None:
        self.eio.sockets[session].__class__ = Session
        super()._handle_eio_connect(session, environ)
        address = self._addresses[session] = address_key(environ.get("REMOTE_ADDR"))
        self._strangers.enter(address, session, lambda: self.drop(session))
        gevent.spawn_later(CONNECT_SECONDS, self._expect_somebody, session)

    def _handle_eio_disconnect(self, session: str, reason: str) -> None:
        self.introduce(session)
        super()._handle_eio_disconnect(session, reason)

    def knows(self, session: str) -> bool:
        return session not in self._addresses

    def introduce(self, session: str) -> None:
        """It is known who the session is of, or it is over."""
        address = self._addresses.pop(session, None)
        if address is not None:
            self._strangers.leave(address, session)

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

    def _handle_connect(self, session: str, namespace: str | None, data: object) -> None:
        if (namespace or "/") in self.handlers:
            super()._handle_connect(session, namespace, data)
        else:
            refusal = {"message": "Invalid namespace"}
            self._send_packet(session, self.packet_class(CONNECT_ERROR, data=refusal, namespace=namespace))

    def _handle_event(self, session: str, namespace: str | None, number: int | None, data: list[Any]) -> None:
        if data[0] in RESERVED:
            raise ValueError("a reserved event")
        super()._handle_event(session, namespace, number, data)

    def _handle_disconnect(self, session: str, namespace: str | None, reason: str | None = None) -> None:
        super()._handle_disconnect(session, namespace, reason)
        if self.is_open(session):
            gevent.spawn_later(CONNECT_SECONDS, self._expect_somebody, session)

    def _expect_somebody(self, session: str) -> None:
        if self.is_open(session) and not any(self.manager.sid_from_eio_sid(session, n) for n in ROOMS):
            self.drop(session)
