"""What the WebSocket doors have in common: taking the line over, and letting a socket live on it."""

import json
import logging
from collections.abc import Callable
from typing import Any

import gevent
from simple_websocket import ConnectionClosed, Server

from printalma.accounts.actor import Actor
from printalma.accounts.models import lasting_id
from printalma.db import UNREACHABLE
from printalma.lib.limits import Limits
from printalma.live import frames
from printalma.live.budget import Bucket, Budget
from printalma.live.connection import WebSocketTransport
from printalma.live.hub import Join, Socket
from printalma.live.process import LiveProcess, live

log = logging.getLogger(__name__)

LAST_POSITION = 2**53 - 1
DIGITS = len(str(LAST_POSITION)) + 1  # as many say already that a position is beyond the last

Asks = Callable[[Socket, str | bytes | None], Join | None]


def take_over(environ: dict[str, Any], limits: Limits, message_bytes: int) -> None:
    """Put our own transport where simple_websocket expects the socket, and decline compression: a frame is encoded
    once for everybody, and each socket's own compressor would cost 150 kB."""
    environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
    budget = Budget(limits, message_bytes)
    environ["gunicorn.socket"] = WebSocketTransport(environ["gunicorn.socket"].dup(), budget)


def serve(ws: Server, door: str, who: Callable[[Server], Actor | None], asks: Asks, patience: float) -> None:
    """Let a socket in; from then on it lives on its own, and the request that opened it is over.

    `who` says who it is; nobody gets 4401. `asks` turns a message, or the silence of the first `patience` seconds
    (None), into a Join, or None when it asks for nothing. Neither may need the request once the socket is in.
    """
    transport: WebSocketTransport = ws.sock
    try:
        actor = who(ws)
        if actor is None:
            transport.end(frames.ENDED)
        else:
            transport.trust()
            socket = Socket(transport, door, actor.id, lasting_id(actor.sign_in), actor.role, actor.expires_at)
            gevent.spawn(_converse, ws, socket, asks, patience, live())
    except ConnectionClosed:
        pass  # the peer is gone
    except UNREACHABLE as error:
        log.warning("a socket is asked to come back: %s", type(error).__name__)
        transport.end(frames.OUR_FAULT)
    except Exception:
        log.exception("a socket could not be opened")
        transport.end(frames.OUR_FAULT)
    finally:
        _let_go(ws)


def _let_go(ws: Server) -> None:
    """End the request without ending the socket: a request that waits as long as its socket costs 20 kB of memory,
    and a place among gunicorn's connections. The transport has a descriptor of our own, so gunicorn may close its."""
    ws.environ = {}
    ws.close = lambda *_: None  # Flask-Sock closes what its handler returns from


def message_of(text: str | bytes | None) -> dict[str, Any]:
    """The JSON object a peer sent; empty for anything else."""
    try:
        found = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def position_of(value: object) -> int | None:
    """A position of the log as a peer says it, in an address as digits; None for anything that cannot be one. Beyond
    all positions is the future, as far as it may be."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:DIGITS])
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return None
    return min(value, LAST_POSITION)


def _converse(ws: Server, socket: Socket, asks: Asks, patience: float, process: LiveProcess) -> None:
    """Answer what the socket asks for until it is gone, or asks for more than it may."""
    joins = Bucket(process.hub.limits.socket_joins_per_second)
    try:
        if process.hub.add(socket):
            message = ws.receive(patience) if patience else None
            while not socket.transport.ended:
                join = asks(socket, message)
                if join is not None and not joins.take():
                    socket.transport.end(frames.POLICY)
                elif join is not None:
                    process.join(join)
                message = ws.receive()
    except ConnectionClosed:
        pass  # the peer is gone, or has answered our close
    except Exception:
        log.exception("a socket of door %s failed", socket.door)
        socket.transport.end(frames.OUR_FAULT)
    finally:
        process.hub.remove(socket)
