"""/notifications: the bell of front ends written for the first implementation.

They read `unreadCount`, `updatedCount` and `metadata` beside `data`, so these are there as well.
"""

from flask import Blueprint, Response, request

from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import SIGNED_IN
from printalma.db import reading
from printalma.lib.i18n import count, t
from printalma.notifications import queries, service
from printalma.notifications.commands import ListNotifications
from printalma.notifications.serializers import AllRead, Bell, Left, Read, UnreadCounted, notification_json
from printalma.web.describe import describe
from printalma.web.responses import success
from printalma.web.schemas import Success

bp = Blueprint("notifications", __name__, url_prefix="/notifications")


@bp.get("")
@access(SIGNED_IN)
@describe({200: Bell}, query=ListNotifications)
def notifications() -> Response:
    actor, command = signed_in_actor(), ListNotifications.parse_query(request.args)
    with reading() as connection:
        found = [notification_json(item) for item in queries.listed(connection, actor, command)]
        unread = queries.unread(connection, actor, queries.position(connection, actor))
    asked = {"limit": command.limit, "includeRead": command.includeRead is not False, "total": len(found)}
    return success(t("notifications.found"), found, unreadCount=unread, metadata=asked)


@bp.get("/unread-count")
@access(SIGNED_IN)
@describe({200: UnreadCounted})
def unread_count() -> Response:
    actor = signed_in_actor()
    with reading() as connection:
        unread = queries.unread(connection, actor, queries.position(connection, actor))
    return success(t("notifications.unread"), {"unreadCount": unread}, unreadCount=unread)


@bp.post("/<int:event_id>/mark-read")
@access(SIGNED_IN)
@describe({200: Success[Read]})
def mark_read(event_id: int) -> Response:
    unread = service.mark_read(event_id, signed_in_actor())
    return success(t("notifications.read"), {"id": event_id, "isRead": True, "unreadCount": unread})


@bp.delete("/<int:event_id>")
@access(SIGNED_IN)
@describe({200: Success[Left]})
def drop(event_id: int) -> Response:
    """It is gone from the caller's bell alone."""
    unread = service.drop(event_id, signed_in_actor())
    return success(t("notifications.dropped"), {"id": event_id, "unreadCount": unread})


@bp.post("/mark-all-read")
@access(SIGNED_IN)
@describe({200: AllRead})
def mark_all_read() -> Response:
    updated = service.mark_all_read(signed_in_actor())
    return success(count("notifications.all_read", updated), {"updatedCount": updated}, updatedCount=updated)
