"""The plain WebSocket for front ends: JSON events, lossless (docs/contract.md, "Three ways in", 2)."""

from flask import Blueprint, current_app, request
from flask_sock import Sock
from simple_websocket import Server

from printalma.accounts import tokens
from printalma.accounts.actor import Actor
from printalma.accounts.guard import access, actor_of, current_actor
from printalma.accounts.policy import SOCKET
from printalma.config import settings
from printalma.lib.addresses import address_key
from printalma.live import frames, websocket
from printalma.live.channels import Stream
from printalma.live.hub import Join, Socket
from printalma.web import origin
from printalma.web.peer import STRANGERS, Strangers

AUTH_SECONDS = 10.0  # seconds a socket without header and cookie has to say who it is

bp = Blueprint("stream", __name__, url_prefix="/orders")
sock = Sock()


@bp.before_request
def _known_origin() -> None:
    if request.environ.get("HTTP_UPGRADE", "").lower() == "websocket":
        # A program sends no Origin; a page sends one, and it must be ours or listed.
        if "Origin" in request.headers and not origin.may_listen():
            origin.refuse()
        limits = settings().limits
        websocket.take_over(request.environ, limits, limits.socket_message_bytes)


@sock.route("/live", bp=bp)
@access(SOCKET)
def events(ws: Server) -> None:
    since = websocket.position_of(request.args.get("since"))
    websocket.serve(ws, "stream", _who, lambda socket, message: _asked(socket, message, since), 0)


def _who(ws: Server) -> Actor | None:
    """By header or cookie, else by a first message {"event": "auth", "data": {"token": …}}."""
    actor = current_actor()
    if actor is not None:
        return actor
    strangers: Strangers = current_app.extensions[STRANGERS]
    with strangers.waiting(address_key(request.remote_addr), ws, lambda: ws.sock.end(frames.POLICY)):
        message = websocket.message_of(ws.receive(AUTH_SECONDS))
    data = message.get("data")
    token = data.get("token") if message.get("event") == "auth" and isinstance(data, dict) else None
    return actor_of(tokens.given(token))


def _asked(socket: Socket, message: str | bytes | None, since: int | None) -> Join | None:
    """At first from `since`, or from now on; later {"event": "resume", "data": {"since": id}}."""
    channel = Stream(socket.sight)
    if message is None:
        return Join(socket, channel, since)
    asked = websocket.message_of(message)
    data = asked.get("data")
    if asked.get("event") != "resume" or not isinstance(data, dict):
        return None
    return Join(socket, channel, websocket.position_of(data.get("since")))
