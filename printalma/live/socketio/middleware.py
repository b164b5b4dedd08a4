"""Socket.IO v4 on /socket.io/, namespaces /orders and /notifications (docs/contract.md, "Three ways in", 1).

python-socketio speaks the protocol; events go around its queues. They are encoded once as Socket.IO packets and
written by our own connection, the same bytes to everybody in a room, bounded as on every other door.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import gevent
import socketio
from flask import Flask, request
from socketio.exceptions import ConnectionRefusedError as Refused

from printalma.accounts import tokens
from printalma.accounts.actor import Actor
from printalma.accounts.guard import actor_of, cookie_token
from printalma.accounts.models import lasting_id
from printalma.config import SETTINGS
from printalma.lib.clock import iso, now
from printalma.lib.i18n import t
from printalma.lib.limits import Limits
from printalma.live.channels import ROOMS, BellRoom, Room
from printalma.live.connection import WebSocketTransport
from printalma.live.hub import Join, Socket
from printalma.live.process import LiveProcess
from printalma.live.socketio.relay import NotHandedOver
from printalma.live.socketio.server import MAX_MESSAGE, Server
from printalma.live.socketio.transport import SocketIOTransport
from printalma.live.websocket import take_over
from printalma.web import origin
from printalma.web.peer import STRANGERS

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
UNKNOWN = b'{"code":1,"message":"Session ID unknown"}'  # in the words of the official server

_current: ContextVar[Environ] = ContextVar("the request that is answered")


class SocketIOMiddleware:
    """WSGI middleware: /socket.io/ is answered here, everything else by the app behind it."""

    def __init__(self, app: Flask, process: LiveProcess) -> None:
        self._app = app
        self._process = process
        self._limits: Limits = app.extensions[SETTINGS].limits
        self._sockets: dict[str, Socket] = {}
        self._transports: dict[str, WebSocketTransport] = {}
        self.server = Server(self._is_known, app.extensions[STRANGERS])
        self.server.on("connect", self._refuse_root, "/")
        for room in ROOMS.values():
            self.server.on("connect", partial(self._connect, room), room.namespace)
            self.server.on("disconnect", self._disconnect, room.namespace)
        self.server.on("ping", self._ping, Room.namespace)
        self.server.on("ping", self._ping_bell, BellRoom.namespace)
        self.server.on("getStats", self._stats, BellRoom.namespace)
        make_id = self.server.eio.generate_id
        self.server.eio.generate_id = lambda: process.relay.session_id(make_id())
        self._wsgi = socketio.WSGIApp(self.server, app.wsgi_app)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith("/socket.io/"):
            return self._answer(environ, start_response)
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        if "j" in query:
            # JSONP: a script of any site's page could read the answer. Clients of Socket.IO v4 do not ask for it.
            start_response("400 Bad Request", [("Content-Length", "0")])
            return []
        session = query.get("sid", [""])[0]
        if session and environ["REQUEST_METHOD"] != "OPTIONS" and not self.server.is_open(session):
            return self._elsewhere(session, environ, start_response)
        if self._process.hub.closing:
            # A session begun here would die half-way through its upgrade, which the official client notices after
            # 45 s. This it tries again, and finds the next process.
            start_response("503 Service Unavailable", [("Content-Length", "0"), ("Connection", "close")])
            return []
        _current.set(environ)
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            return self._over_websocket(session, environ, start_response)
        return self._answer(environ, start_response)

    def _elsewhere(self, session: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """A session that another process has, or none any more: upon that answer clients begin a new one."""
        owner = self._process.relay.owner_of(session)
        if owner:
            with suppress(NotHandedOver):
                self._process.relay.hand_over(owner, environ)
                raise StopIteration  # gunicorn closes its side of the connection, and says no more
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(UNKNOWN)))]
        start_response("400 Bad Request", headers + self.server.eio._cors_headers(environ))
        return [UNKNOWN]

    def _over_websocket(self, session: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        take_over(environ, self._limits, MAX_MESSAGE)
        transport: WebSocketTransport = environ["gunicorn.socket"]
        if session:
            self._transports[session] = transport  # polling moves on to a WebSocket
            if self.server.knows(session):
                transport.trust()
        try:
            return self._answer(environ, start_response)
        except OSError:
            if transport.ended:
                raise StopIteration from None  # the peer went in the middle of the handshake: gunicorn hangs up
            raise
        finally:
            self._transports.pop(session, None)

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer: Iterable[bytes] = self._wsgi(environ, start_response)
        return answer

    def _refuse_root(self, _sid: str, environ: Environ, auth: object = None) -> None:
        raise Refused("Invalid namespace" if self._actor(environ, auth) else "unauthorized")

    def _connect(self, room: type[Room], sid: str, environ: Environ, auth: object = None) -> None:
        actor = self._actor(environ, auth)
        if actor is None or not self.server.is_open(self.server.manager.eio_sid_from_sid(sid, room.namespace)):
            raise Refused("unauthorized")  # or it went while the database was asked: its end has been told already
        find = partial(self._transport, environ)
        transport = SocketIOTransport(self.server, sid, room.namespace, find)
        self._introduce(transport.session, environ)
        socket = Socket(transport, "socketio", actor.id, lasting_id(actor.sign_in), actor.role, actor.expires_at)
        if not self._process.hub.add(socket):
            return  # it was hung up on. A refusal would be for ever: only from a lost line do front ends come back
        self._sockets[sid] = socket
        self.server.save_session(sid, {"email": actor.email}, room.namespace)
        # From here on it takes itself for connected: what happens before the tailer lets it in, it hears then.
        since = self._process.hub.cursor or None
        self._process.join(Join(socket, room(actor.sight), since))
        if room is BellRoom:
            gevent.spawn(self._greet, sid, socket)  # once it has been told that it is connected

    def _introduce(self, session: str, environ: Environ) -> None:
        self.server.introduce(session)
        transport = self._transport(environ, session)
        if transport is not None:
            transport.trust()

    def _disconnect(self, sid: str, _reason: str) -> None:
        socket = self._sockets.pop(sid, None)
        if socket is not None:
            socket.transport.ended = True
            self._process.hub.remove(socket)

    def _ping(self, sid: str, *_data: object) -> None:
        email = self.server.get_session(sid, Room.namespace)["email"]
        pong = {"message": t("live.pong"), "timestamp": iso(now()), "user": email}
        self.server.emit("pong", pong, to=sid, namespace=Room.namespace)

    def _greet(self, sid: str, socket: Socket) -> None:
        who = {"userId": socket.user_id, "role": socket.role.value, "timestamp": iso(now())}
        self._say(sid, "connected", {"message": t("live.bell.connected"), **who})

    def _ping_bell(self, sid: str, *_data: object) -> None:
        pong = {"message": t("live.bell.pong"), "timestamp": iso(now()), "service": "notifications"}
        self._say(sid, "pong", pong)

    def _stats(self, sid: str, *_data: object) -> Mapping[str, object] | None:
        """How many are connected, to the team; a customer counts for themselves."""
        socket = self._sockets.get(sid)
        if socket is None:
            return None
        with self._app.app_context():
            counts = self._process.presence.count() if socket.is_admin else {("socketio", False): 1}
        admins = sum(n for (_, is_admin), n in counts.items() if is_admin)
        connected = {"connectedAdmins": admins, "connectedUsers": sum(counts.values()) - admins}
        stats = {**connected, "yourRole": socket.role.value, "timestamp": iso(now())}
        self._say(sid, "stats", stats)
        return stats

    def _say(self, sid: str, event: str, said: Mapping[str, object]) -> None:
        self.server.emit(event, said, to=sid, namespace=BellRoom.namespace)

    def _transport(self, environ: Environ, session: str) -> WebSocketTransport | None:
        """The WebSocket of an Engine.IO session: the one it moved on to, or the one it began with."""
        found = self._transports.get(session, environ.get("gunicorn.socket"))
        return found if isinstance(found, WebSocketTransport) else None

    def _is_known(self, _origin: str, environ: Environ) -> bool:
        """A page's origin must be ours or listed (docs/architecture.md, "Rules of the live side")."""
        with self._app.request_context(environ):
            known = origin.may_listen()
            if not known:
                origin.tell_refused()
            return known

    def _cookie(self, environ: Environ) -> str | None:
        """The cookie, where the browser says that a page of ours or a listed one sends it.

        Browsers add it to whatever any page asks for: a page next door once read an admin's stream.
        """
        with self._app.request_context(environ):
            counts = origin.socket_is_ours() or origin.is_listed()
            return cookie_token(request.cookies) if counts else None

    def _actor(self, environ: Environ, auth: object) -> Actor | None:
        """Who it is, by the first of the contract's four places that holds a token."""
        query = parse_qs(environ.get("QUERY_STRING", "")).get("token", [None])[0]
        places = (
            auth.get("token") if isinstance(auth, dict) else None,
            query,
            tokens.bearer(environ.get("HTTP_AUTHORIZATION", "")),
            self._cookie(environ),
            self._cookie(_current.get()),
        )
        with self._app.app_context():
            return actor_of(next(filter(None, map(tokens.given, places)), None))
