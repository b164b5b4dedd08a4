"""The dashboard's door: HTML fragments for htmx (docs/contract.md, "Three ways in", 3)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, Flask, current_app, request
from flask_sock import Sock
from simple_websocket import Server

from printalma.accounts.actor import Actor
from printalma.accounts.guard import access, current_actor, may_open, signed_in_actor
from printalma.accounts.policy import ATELIER, SOCKET
from printalma.config import settings
from printalma.db import Connection, reading
from printalma.events import log as events
from printalma.events import renderings
from printalma.events.renderings import View
from printalma.live import websocket
from printalma.live.channels import Page
from printalma.live.hub import Join, Socket
from printalma.web import origin
from printalma.web.routing import url_for

HELLO_SECONDS = 2.0

bp = Blueprint("live", __name__, url_prefix="/dashboard")
sock = Sock()


@dataclass(frozen=True)
class PlainPage:
    """A page with nothing live on it but what others did."""

    name = ""

    def redraw(self, _connection: Connection) -> str:
        return ""


@bp.before_request
def _only_ours() -> None:
    if request.environ.get("HTTP_UPGRADE", "").lower() == "websocket":
        if not origin.socket_is_ours():
            origin.refuse()
        limits = settings().limits
        websocket.take_over(request.environ, limits, limits.socket_message_bytes)


@sock.route("/live", bp=bp)
@access(SOCKET)
def pages(ws: Server) -> None:
    """A page that lost its session is told 4401, not refused: to a browser a refused handshake looks like a broken
    line, and it would try for ever."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    websocket.serve(ws, "dashboard", _colleague, lambda socket, message: _asked(app, socket, message), HELLO_SECONDS)


@bp.get("/missed")
@access(ATELIER)
def missed() -> str:
    """The same fragments over HTTP, for a page whose network lets no socket through: what came after `since`."""
    page = _page(request.args.get("view"), signed_in_actor())
    with reading() as connection:
        cursor = events.last_id(connection)
        since = websocket.position_of(request.args.get("since"))
        return page.missed(connection, cursor if since is None else since, cursor)


def _colleague(_ws: Server) -> Actor | None:
    actor = current_actor()
    return actor if actor is not None and actor.may(ATELIER) else None


def _asked(app: Flask, socket: Socket, message: str | bytes | None) -> Join:
    """What a hello asks for; anything else, or silence, means the default list from now on."""
    hello: dict[str, Any] = websocket.message_of(message)
    is_hello = hello.get("t") == "hello"
    socket.away = hello.get("away") is True
    with app.app_context():
        page = _page(hello.get("view") if is_hello else None, socket)
    return Join(socket, page, websocket.position_of(hello.get("since")) if is_hello else None)


def _page(address: object, onlooker: Actor | Socket) -> Page:
    """What the page at an address shows. One that nobody knows, or that is not for the onlooker, shows nothing live but
    toasts."""
    found: View | None = None
    try:
        parts = urlsplit(address if isinstance(address, str) else url_for("orders_list.orders"))
        if may_open(parts.path, onlooker.may):
            found = renderings.view_of(parts.path, parse_qs(parts.query, max_num_fields=50), onlooker.page_sight)
    except ValueError:
        pass
    return Page(found or PlainPage(), onlooker.page_sight)
