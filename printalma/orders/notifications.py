"""What an order's event says in words: to front ends and the bell (docs/contract.md, "Notifications"), to phones, and
to a page, which toasts and sounds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from printalma.events.log import Record
from printalma.events.renderings import ADMINS, About, Notice, PushNotice
from printalma.events.types import OrderMended, OrderPaymentNoted, OrderPlaced, OrderStatusChanged, OrderStatusTakenBack
from printalma.lib import money
from printalma.lib.clock import iso
from printalma.lib.i18n import count, t
from printalma.orders import bells
from printalma.orders.mending import told
from printalma.orders.models import Status
from printalma.web.routing import url_for

MAX_CHANGES = 50  # of an order with hundreds of lines, that are told: who wants to know all asks for the order
MAX_WORDED = 3  # a frame of more events says of what kind they are: the page sums them up


@dataclass(frozen=True)
class Announcement:
    """An event as a page hears of it; the page decides what is news, for it knows who looks and what it has shown.

    `kind` is placed, cancelled (by the customer) or moved; `actor` is empty for a guest. `title` and `message` are the
    contract's; `spoken` is for a screen reader, which hears of new orders only.
    """

    id: int
    kind: str
    order_id: int
    actor: int | str
    title: str
    message: str
    spoken: str


def json_of_placed(record: Record) -> list[Notice]:
    """A new order is for the admins."""
    return [_to_team(record, "newOrder", to_admins(record))]


def json_of_status_changed(record: Record) -> list[Notice]:
    """A change of status is for the admins, and for the customer whose order it is."""
    event = record.event
    assert isinstance(event, OrderStatusChanged)
    notices = [_to_team(record, "orderStatusChanged", to_admins(record))]
    return notices + _to_own(record, event.customer_id, "myOrderUpdated", _to_customer(record, event))


def json_of_mended(record: Record) -> list[Notice]:
    """What an order says now is for the team, and for the customer whose order it is."""
    event = _mended(record)
    told = updated(record, t("notifications.mended", number=event.number), _mended_data(event))
    return [_to_team(record, "orderUpdated", told), *_to_own(record, event.customer_id, "orderUpdated", told)]


def json_of_payment(record: Record) -> list[Notice]:
    """Money that was noted is for the team, and for the customer whose order it is."""
    event = _payment(record)
    told = updated(record, t(f"notifications.payment.{event.state}", number=event.number), _payment_data(event))
    return [_to_team(record, "orderUpdated", told), *_to_own(record, event.customer_id, "orderUpdated", told)]


def _to_team(record: Record, name: str, told: dict[str, Any]) -> Notice:
    return Notice(ADMINS, name, told, bells.to_team(record), about(record))


def _to_own(record: Record, customer: int | None, name: str, told: dict[str, Any]) -> list[Notice]:
    return [] if customer is None else [Notice(customer, name, told, bells.to_customer(record))]


def push_of_payment(record: Record) -> list[PushNotice]:
    """To the customer's phones alone: the team sees it on every page."""
    event = _payment(record)
    if event.customer_id is None:
        return []
    words = updated(record, t(f"notifications.payment.{event.state}", number=event.number), _payment_data(event))
    return [PushNotice(event.customer_id, "own", f"order-{event.order_id}", "push.many_own", None, None, words)]


def push_of_mended(record: Record) -> list[PushNotice]:
    """To the customer's phones alone: the team sees it on every page."""
    event = _mended(record)
    if event.customer_id is None:
        return []
    data = {name: value for name, value in _mended_data(event).items() if name != "changes"}  # which may be long
    words = updated(record, t("notifications.my_order_mended", number=event.number), data)
    return [PushNotice(event.customer_id, "own", f"order-{event.order_id}", "push.many_own", None, None, words)]


def updated(record: Record, message: str, data: dict[str, Any]) -> dict[str, Any]:
    """An order says something else than it did: `orderUpdated`."""
    return _notification("ORDER_UPDATED", message, record, data)


def _mended(record: Record) -> OrderMended:
    assert isinstance(record.event, OrderMended)
    return record.event


def _mended_data(event: OrderMended) -> dict[str, Any]:
    return {
        "orderId": event.order_id,
        "orderNumber": event.number,
        "status": event.status,
        "totalAmount": money.number(event.total, event.currency),
        "paymentStatus": event.payment_status,
        "changes": [{**change, "text": told.sentence(change)} for change in event.changes[:MAX_CHANGES]],
    }


def _payment(record: Record) -> OrderPaymentNoted:
    assert isinstance(record.event, OrderPaymentNoted)
    return record.event


def _payment_data(event: OrderPaymentNoted) -> dict[str, Any]:
    return {
        "orderId": event.order_id,
        "orderNumber": event.number,
        "status": event.status,
        "totalAmount": money.number(event.total, event.currency),
        "paymentStatus": event.state,
        "changes": [],
    }


def push_of_placed(record: Record) -> list[PushNotice]:
    """It has to be read in a glance, on a locked screen."""
    event = record.event
    assert isinstance(event, OrderPlaced)
    title = t("push.new_title", total=money.shown(event.total, event.currency))
    lines = count("push.lines", event.lines)
    message = t("push.new_message", number=event.number, customer=event.customer_name, lines=lines)
    notice = _push_to_admins(record, "new", "push.many_new", title, message)
    return [replace(notice, by=record.actor_id) if event.taken_by else notice]


def push_of_status_changed(record: Record) -> list[PushNotice]:
    """To the customer in the words of the contract; where it leads is for their front end to say."""
    event = record.event
    assert isinstance(event, OrderStatusChanged)
    message = t("push.status_message", number=event.number, who=event.changed_by)
    if event.by_customer and event.new == Status.CANCELLED:
        notices = [_push_to_admins(record, "cancelled", "push.many_cancelled", t("push.cancelled_title"), message)]
    else:
        title = "push.back_title" if isinstance(event, OrderStatusTakenBack) else "push.status_title"
        label = t(f"statuses.{event.new}")
        notices = [_push_to_admins(record, "status", "push.many_status", t(title, label=label), message)]
    if event.customer_id is not None:
        tag, words = f"order-{event.order_id}", _to_customer(record, event)
        notices.append(PushNotice(event.customer_id, "own", tag, "push.many_own", None, None, words))
    return notices


def announcements(records: Sequence[Record]) -> list[Announcement]:
    """What records of orders are to a page: which events a frame brings, and whose doing they are."""
    return [_announcement(record, len(records) <= MAX_WORDED) for record in records]


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


def _to_customer(record: Record, event: OrderStatusChanged) -> dict[str, Any]:
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


def _push_to_admins(record: Record, kind: str, plural: str, title: str, message: str) -> PushNotice:
    notification = to_admins(record) | {"title": title, "message": message}
    order_id = notification["data"]["orderId"]
    where = f"order-{order_id}", plural, url_for("dashboard.order", order_id=order_id), url_for("orders_list.orders")
    return PushNotice(ADMINS, kind, *where, notification, about=about(record))


def _announcement(record: Record, worded: bool) -> Announcement:
    event = record.event
    assert isinstance(event, OrderPlaced | OrderStatusChanged)
    words = to_admins(record) if worded else {"title": "", "message": ""}
    spoken = t("toasts.new_order", number=event.number) if isinstance(event, OrderPlaced) else ""
    actor = record.actor_id or ""
    return Announcement(record.id, _kind(record), event.order_id, actor, words["title"], words["message"], spoken)


def _kind(record: Record) -> str:
    event = record.event
    if isinstance(event, OrderPlaced):
        return "placed"
    assert isinstance(event, OrderStatusChanged)
    return "cancelled" if event.by_customer and event.new == Status.CANCELLED else "moved"
