"""What the WebSocket doors have in common: taking the line over, and letting a socket live on it."""

import json
import logging
from collections.abc import Callable
from typing import Any

from flask import current_app, request
from simple_websocket import ConnectionClosed, Server
from werkzeug.exceptions import BadRequest

from printalma.accounts.actor import Actor
from printalma.live import frames
from printalma.live.connection import Connection
from printalma.live.hub import Join, Socket
from printalma.live.process import live

log = logging.getLogger(__name__)

Asks = Callable[[Socket, str | bytes | None], Join | None]


def take_line(environ: dict[str, Any]) -> None:
    """Put our own writer where simple_websocket expects the socket, and decline compression: a frame is encoded
    once for everybody, and each socket's own compressor would cost 150 kB."""
    environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
    environ["gunicorn.socket"] = Connection(environ["gunicorn.socket"])


def serve(ws: Server, door: str, who: Callable[[Server], Actor | None], asks: Asks, patience: float) -> None:
    """Let a socket in and answer what it asks for until it is gone.

    `who` says who it is; nobody gets 4401. `asks` turns a message, or the silence of the first `patience` seconds
    (None), into a Join, or None when it asks for nothing. Nothing gets out of here but the end of the line: an
    exception would write an HTTP 500 into the upgraded stream.
    """
    line: Connection = ws.sock
    try:
        actor = who(ws)
        if actor is None:
            line.end(frames.ENDED)
            _wait_for_goodbye(ws)
            return
        _converse(ws, Socket(line, door, actor.id, actor.sign_in, actor.is_admin, actor.expires_at), asks, patience)
    except ConnectionClosed:
        pass  # the peer is gone, or has answered our close
    except Exception:
        log.exception("a socket of %s failed", request.path)
        line.end(frames.OUR_FAULT)


def no_handshake(_error: Exception) -> Any:
    """The answer to a request for an upgrade that is no valid handshake (RFC 6455, 4.2.1)."""
    return current_app.handle_user_exception(BadRequest())


def message_of(text: str | bytes | None) -> dict[str, Any]:
    """The JSON object a peer sent; empty for anything else."""
    try:
        found = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def position_of(value: object) -> int | None:
    """A position of the log as a peer says it; None for anything that cannot be one."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value < 2**53 else None


def _converse(ws: Server, socket: Socket, asks: Asks, patience: float) -> None:
    process = live()
    if not process.hub.add(socket):
        _wait_for_goodbye(ws)
        return
    try:
        message = ws.receive(patience) if patience else None
        while not socket.line.ended:
            join = asks(socket, message)
            if join is not None:
                process.join(join)
            message = ws.receive()
        _wait_for_goodbye(ws)
    finally:
        process.hub.remove(socket)


def _wait_for_goodbye(ws: Server) -> None:
    while True:
        ws.receive()  # until the peer answers our close or the line is cut: then it raises ConnectionClosed
