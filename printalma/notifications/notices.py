"""What an order's event says in words to front ends and their bell (docs/contract.md, "Notifications"). Pages:
announcing.py; phones: pushes.py."""

from typing import Any

from printalma.config import settings
from printalma.events.log import Record
from printalma.events.renderings import ADMINS, About, Bell, Notice
from printalma.events.types import OrderMended, OrderPaymentNoted, OrderPlaced, OrderStatusChanged
from printalma.lib import money
from printalma.lib.clock import iso
from printalma.lib.i18n import t
from printalma.mending import difference
from printalma.orders.models import Status

MAX_CHANGES = 50  # of an order with hundreds of lines, that are told: who wants to know all asks for the order


def json_of_placed(record: Record) -> list[Notice]:
    """A new order is for the admins."""
    return [_to_team(record, "newOrder", to_admins(record))]


def json_of_status_changed(record: Record) -> list[Notice]:
    """A change of status is for the admins, and for the customer whose order it is."""
    event = record.event
    assert isinstance(event, OrderStatusChanged)
    notices = [_to_team(record, "orderStatusChanged", to_admins(record))]
    return notices + _to_own(record, event.customer_id, "myOrderUpdated", to_customer(record, event))


def json_of_mended(record: Record) -> list[Notice]:
    """What an order says now is for the team, and for the customer whose order it is."""
    event = as_mended(record)
    told = updated(record, t("notifications.mended", number=event.number), mended_data(event))
    return [_to_team(record, "orderUpdated", told), *_to_own(record, event.customer_id, "orderUpdated", told)]


def json_of_payment(record: Record) -> list[Notice]:
    """Money that was noted is for the team, and for the customer whose order it is."""
    event = as_payment(record)
    told = updated(record, t(f"notifications.payment.{event.state}", number=event.number), payment_data(event))
    return [_to_team(record, "orderUpdated", told), *_to_own(record, event.customer_id, "orderUpdated", told)]


def _to_team(record: Record, name: str, told: dict[str, Any]) -> Notice:
    return Notice(ADMINS, name, told, _bell_of_team(record), about(record))


def _to_own(record: Record, customer: int | None, name: str, told: dict[str, Any]) -> list[Notice]:
    return [] if customer is None else [Notice(customer, name, told, _bell_of_customer(record))]


def updated(record: Record, message: str, data: dict[str, Any]) -> dict[str, Any]:
    """An order says something else than it did: `orderUpdated`."""
    return _notification("ORDER_UPDATED", message, record, data)


def as_mended(record: Record) -> OrderMended:
    assert isinstance(record.event, OrderMended)
    return record.event


def mended_data(event: OrderMended) -> dict[str, Any]:
    return {
        "orderId": event.order_id,
        "orderNumber": event.number,
        "status": event.status,
        "totalAmount": money.number(event.total, event.currency),
        "paymentStatus": event.payment_status,
        "changes": [{**change, "text": difference.sentence(change)} for change in event.changes[:MAX_CHANGES]],
    }


def as_payment(record: Record) -> OrderPaymentNoted:
    assert isinstance(record.event, OrderPaymentNoted)
    return record.event


def payment_data(event: OrderPaymentNoted) -> dict[str, Any]:
    return {
        "orderId": event.order_id,
        "orderNumber": event.number,
        "status": event.status,
        "totalAmount": money.number(event.total, event.currency),
        "paymentStatus": event.state,
        "changes": [],
    }


def about(record: Record) -> About:
    """By what it is told who of the team sees the order: what it was, and what it is since."""
    event = record.event
    if isinstance(event, OrderMended | OrderPaymentNoted):
        return {"status": (event.status,)}
    assert isinstance(event, OrderPlaced | OrderStatusChanged)
    return {"status": (event.previous, event.new) if isinstance(event, OrderStatusChanged) else (Status.PENDING.value,)}


def to_admins(record: Record) -> dict[str, Any]:
    """The notification that admins get, on a socket and in the bell."""
    event = record.event
    if isinstance(event, OrderPlaced):
        message = t("notifications.new_order", number=event.number, total=money.plain(event.total, event.currency))
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
        **_parcel(event),
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


def to_customer(record: Record, event: OrderStatusChanged) -> dict[str, Any]:
    label = t(f"statuses.{event.new}")
    what = {"orderId": event.order_id, "orderNumber": event.number, "status": event.new, "statusLabel": label}
    data = what | _parcel(event)
    message = t("notifications.my_order", number=event.number, label=label)
    return _notification("MY_ORDER_UPDATED", message, record, data)


def _parcel(event: OrderStatusChanged) -> dict[str, Any]:
    """Who carries it and under which number, as soon as either is known."""
    is_known = event.carrier or event.tracking
    return {"transporteurName": event.carrier, "trackingNumber": event.tracking} if is_known else {}


def _notification(kind: str, message: str, record: Record, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": kind,
        "title": t(f"titles.{kind}"),
        "message": message,
        "data": data,
        "timestamp": iso(record.at),
    }


def _bell_of_team(record: Record) -> Bell:
    """What bells of the first implementation read of it (docs/contract.md, "Notifications")."""
    event = record.event
    if isinstance(event, OrderPlaced):
        said = _told(event, event.total, event.currency) | {"customer": event.customer_name}
        return Bell("ORDER_NEW", said | {"itemsCount": event.lines})
    said = _bell_of_customer(record).metadata | {"customer": _changed(event).customer_name}
    if isinstance(event, OrderStatusChanged):
        said |= {"oldStatus": event.previous}
    return Bell("ORDER_UPDATED", said)


def _bell_of_customer(record: Record) -> Bell:
    event = _changed(record.event)
    if isinstance(event, OrderStatusChanged):
        said = _told(event, event.order_total, settings().shop_currency) | {"newStatus": event.new}
    else:
        said = _told(event, event.total, event.currency)
    return Bell("ORDER_UPDATED", said)


_Changed = OrderStatusChanged | OrderMended | OrderPaymentNoted


def _changed(event: object) -> _Changed:
    assert isinstance(event, _Changed)
    return event


def _told(event: OrderPlaced | _Changed, total: int, currency: str) -> dict[str, Any]:
    return {"orderId": event.order_id, "orderNumber": event.number, "amount": money.number(total, currency)}
