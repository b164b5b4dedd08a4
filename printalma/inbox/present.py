"""A notification as JSON (contract, "Notifications")."""

from typing import Any, TypedDict

from printalma.inbox.queries import Item


class Notification(TypedDict):
    """`createdAt` is `timestamp`, under the name that the first implementation's bells read."""

    id: int
    type: str
    title: str
    message: str
    data: dict[str, Any]
    timestamp: str
    createdAt: str
    isRead: bool


def notification_json(item: Item) -> Notification:
    told = item.notification
    return {
        "id": item.id,
        "type": told["type"],
        "title": told["title"],
        "message": told["message"],
        "data": told["data"],
        "timestamp": told["timestamp"],
        "createdAt": told["timestamp"],
        "isRead": item.is_read,
    }
