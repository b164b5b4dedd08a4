"""What front ends hear of orders, in the contract's words (docs/contract.md, "Notifications")."""

from typing import Any

from printalma.events.log import Record
from printalma.events.renderings import ADMINS, Notice
from printalma.events.types import OrderPlaced, OrderStatusChanged
from printalma.lib import money
from printalma.lib.clock import iso
from printalma.lib.i18n import t


def of_placed(record: Record) -> list[Notice]:
    """A new order is for the admins."""
    return [Notice(ADMINS, "newOrder", to_admins(record))]


def of_status_changed(record: Record) -> list[Notice]:
    """A change of status is for the admins, and for the customer whose order it is."""
    event = record.event
    assert isinstance(event, OrderStatusChanged)
    told = [Notice(ADMINS, "orderStatusChanged", to_admins(record))]
    if event.customer_id is not None:
        label = t(f"statuses.{event.new}")
        data = {
            "orderId": event.order_id,
            "orderNumber": event.number,
            "status": event.new,
            "statusLabel": label,
        }
        message = t("notifications.my_order", number=event.number, label=label)
        told.append(
            Notice(event.customer_id, "myOrderUpdated", _notification("MY_ORDER_UPDATED", message, record, data))
        )
    return told


def to_admins(record: Record) -> dict[str, Any]:
    """The notification admins get (docs/contract.md, "Notifications")."""
    event = record.event
    if isinstance(event, OrderPlaced):
        message = t("notifications.new_order", number=event.number, total=money.told(event.total, event.currency))
        return _notification("NEW_ORDER", message, record, _placed_data(event))
    assert isinstance(event, OrderStatusChanged)
    message = t("notifications.status_changed", number=event.number, previous=event.previous, new=event.new)
    data = {
        "orderId": event.order_id,
        "orderNumber": event.number,
        "previousStatus": event.previous,
        "newStatus": event.new,
        "changedBy": event.changed_by,
        "customerEmail": event.customer_email,
    }
    return _notification("ORDER_STATUS_CHANGED", message, record, data)


def _placed_data(event: OrderPlaced) -> dict[str, Any]:
    return {
        "orderId": event.order_id,
        "orderNumber": event.number,
        "totalAmount": money.number(event.total, event.currency),
        "customerName": event.customer_name,
        "customerEmail": event.customer_email,
        "itemsCount": event.lines,
        "createdAt": event.placed_at,
    }


def _notification(kind: str, message: str, record: Record, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": kind,
        "title": t(f"titles.{kind}"),
        "message": message,
        "data": data,
        "timestamp": iso(record.at),
    }
