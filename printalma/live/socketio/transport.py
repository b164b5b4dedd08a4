"""A Socket.IO client as the hub sees it, over a WebSocket or over polling."""

import math
from collections.abc import Callable

import gevent
from engineio.packet import MESSAGE, Packet

from printalma.live import frames
from printalma.live.connection import CLOSE_SECONDS, WebSocketTransport
from printalma.live.socketio.server import Server

MAX_QUEUE = 1000  # packets that wait for a polling client; over it the client is dropped and connects anew


class SocketIOTransport:
    """`find` gives the WebSocket of an Engine.IO session, None while it polls."""

    heard_at = math.inf  # Engine.IO asks for signs of life by itself

    def __init__(
        self, server: Server, sid: str, namespace: str, find: Callable[[str], WebSocketTransport | None]
    ) -> None:
        self._server = server
        self._sid, self._namespace = sid, namespace
        self._find = find
        self.session: str = server.manager.eio_sid_from_sid(sid, namespace)
        self.ended = False

    def push(self, frame: bytes) -> None:
        """Write frames of Socket.IO packets at once, or put them behind what Engine.IO has not sent yet."""
        session = self._server.eio.sockets.get(self.session)
        if self.ended or session is None or not frame:
            return
        transport = self._find(self.session) if session.upgraded and not session.upgrading else None
        if transport is not None and session.queue.empty():
            transport.push(frame)
        elif session.queue.qsize() > MAX_QUEUE:
            self.cut()
        else:
            for packet in frames.texts(frame):
                self._server.eio.send_packet(self.session, Packet(MESSAGE, packet[1:]))

    def ping(self) -> None:
        """Engine.IO does."""

    def end(self, code: int) -> None:
        """A right that ended is a disconnect, which the client does not repair; anything else it does."""
        if self.ended:
            return
        self.ended = True
        if code == frames.ENDED:
            gevent.spawn(self._server.disconnect, self._sid, self._namespace)
            gevent.spawn_later(CLOSE_SECONDS, self.cut)
            return
        transport = self._find(self.session)
        if transport is not None:
            transport.end(code)
        else:
            self.cut()

    def cut(self) -> None:
        self.ended = True
        self._server.drop(self.session)
