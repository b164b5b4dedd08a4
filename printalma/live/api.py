"""Who is connected, for admins."""

from flask import Blueprint, Response
from typing_extensions import TypedDict

from printalma.accounts.guard import access
from printalma.accounts.policy import ADMIN
from printalma.lib.i18n import t
from printalma.live.process import live
from printalma.web.describe import describe
from printalma.web.responses import success
from printalma.web.schemas import Success

bp = Blueprint("presence", __name__)


class Sockets(TypedDict):
    connectedAdmins: int
    connectedUsers: int
    total: int


@bp.get("/orders/admin/websocket-stats")
@access(ADMIN)
@describe({200: Success[Sockets]})
def websocket_stats() -> Response:
    """Sockets through all doors, over all server processes (docs/contract.md, "Orders")."""
    counts = live().presence.count()
    admins = sum(n for (_, is_admin), n in counts.items() if is_admin)
    total = sum(counts.values())
    data: Sockets = {"connectedAdmins": admins, "connectedUsers": total - admins, "total": total}
    return success(t("live.stats"), data)
