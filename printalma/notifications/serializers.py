"""A notification as JSON (docs/contract.md, "Notifications")."""

from typing import Any, Literal

from typing_extensions import TypedDict

from printalma.notifications.queries import Item
from printalma.web.schemas import Done, Instant


class Notification(TypedDict):
    """`type`, `metadata` and `createdAt` are what the first implementation's bells read of it."""

    id: int
    type: str
    title: str
    message: str
    data: dict[str, Any]
    metadata: dict[str, Any]
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


class Left(Unread):
    id: int


class Read(Left):
    isRead: Literal[True]


class Updated(TypedDict):
    updatedCount: int


class AllRead(Done):
    data: Updated
    updatedCount: int


def notification_json(item: Item) -> Notification:
    told, bell = item.notice.notification, item.notice.bell
    return {
        "id": item.id,
        "type": bell.type,
        "title": told["title"],
        "message": told["message"],
        "data": told["data"],
        "metadata": bell.metadata,
        "timestamp": told["timestamp"],
        "createdAt": told["timestamp"],
        "isRead": item.is_read,
    }
