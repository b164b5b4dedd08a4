"""The doors through which sockets come in."""

import json
import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, request
from flask_sock import Sock
from simple_websocket import ConnectionClosed, Server

from printalma.accounts.actor import Actor
from printalma.accounts.guard import SOCKET, access, current_actor
from printalma.events import renderings
from printalma.events.renderings import View
from printalma.lib.clock import now
from printalma.lib.errors import Forbidden
from printalma.lib.text import t
from printalma.live import frames
from printalma.live.connection import Connection
from printalma.live.hub import Join, Socket
from printalma.live.process import LiveProcess, live
from printalma.live.views import DEFAULT_PATH, PlainPage
from printalma.serve import origin

log = logging.getLogger(__name__)
HELLO_WITHIN = 2.0

bp = Blueprint("live", __name__)
sock = Sock()


@bp.before_request
def _take_the_line() -> None:
    """Put our own writer where simple_websocket expects the socket, and decline compression: a frame is encoded
    once for everybody, and each socket's own compressor would cost 150 kB."""
    if not origin.socket_is_ours():
        raise Forbidden(t("errors.cross_site"))
    request.environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
    request.environ["gunicorn.socket"] = Connection(request.environ["gunicorn.socket"])


@sock.route("/dashboard/live", bp=bp)
@access(SOCKET)
def dashboard(ws: Server) -> None:
    """HTML fragments for the pages of admins. A page that lost its session is told 4401, not refused: to a browser
    a refused handshake looks like a broken line, and it would try for ever."""
    line: Connection = ws.sock
    try:
        _serve(ws, line, current_actor(), live())
    except ConnectionClosed:
        pass  # the page is gone
    except Exception:
        log.exception("a dashboard's socket failed")
        line.end(frames.OUR_FAULT)


def _serve(ws: Server, line: Connection, actor: Actor | None, process: LiveProcess) -> None:
    if actor is None or not actor.is_admin:
        line.end(frames.ENDED)
        _wait_for_goodbye(ws)
        return
    socket = Socket(line, actor.id, actor.sign_in, actor.is_admin)
    if not process.hub.add(socket):
        _wait_for_goodbye(ws)
        return
    try:
        message = ws.receive(HELLO_WITHIN)
        while not line.ended:
            process.join(_join(socket, message))
            message = _next(ws, line, actor)
    finally:
        process.hub.remove(socket)


def _next(ws: Server, line: Connection, actor: Actor) -> Any:
    """The page's next hello, or None when the sign-in has run out meanwhile."""
    left = (actor.expires_at - now()).total_seconds()
    message = ws.receive(max(left, 0))
    if message is None:
        line.end(frames.ENDED)
        _wait_for_goodbye(ws)
    return message


def _wait_for_goodbye(ws: Server) -> None:
    while True:
        ws.receive()  # until the peer answers our close or the line is cut: then it raises ConnectionClosed


def _join(socket: Socket, message: str | bytes | None) -> Join:
    """What a hello asks for; anything else, or silence, means the default list from now on."""
    hello = _hello(message)
    if hello is None:
        return Join(socket, _view(DEFAULT_PATH), None)
    since = hello.get("since")
    known = isinstance(since, int) and not isinstance(since, bool) and since >= 0
    return Join(socket, _view(str(hello.get("view", DEFAULT_PATH))), since if known else None)


def _hello(message: str | bytes | None) -> dict[str, Any] | None:
    try:
        hello = json.loads(message) if message is not None else None
    except (ValueError, RecursionError):
        return None
    return hello if isinstance(hello, dict) and hello.get("t") == "hello" else None


def _view(address: str) -> View:
    try:
        parts = urlsplit(address)
        return renderings.view_of(parts.path, parse_qs(parts.query, max_num_fields=50)) or PlainPage()
    except ValueError:
        return PlainPage()
