"""A notification as JSON (docs/contract.md, "Notifications")."""

from typing import Any, Literal

from typing_extensions import TypedDict

from printalma.notifications.queries import Item
from printalma.web.schemas import Done, Instant


class Notification(TypedDict):
    """`createdAt` is `timestamp`, under the name that the first implementation's bells read."""

    id: int
    type: str
    title: str
    message: str
    data: dict[str, Any]
    timestamp: Instant
    createdAt: Instant
    isRead: bool


class Asked(TypedDict):
    limit: int
    includeRead: bool
    total: int


class Bell(Done):
    data: list[Notification]
    unreadCount: int
    metadata: Asked


class Unread(TypedDict):
    unreadCount: int


class UnreadCounted(Done):
    data: Unread
    unreadCount: int


class Read(Unread):
    id: int
    isRead: Literal[True]


class Updated(TypedDict):
    updatedCount: int


class AllRead(Done):
    data: Updated
    updatedCount: int


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
