"""What phones say of an order's event. Front ends: notices.py; pages: announcing.py."""

from dataclasses import replace
from functools import partial

from printalma.db import Connection
from printalma.events.log import Record
from printalma.events.renderings import ADMINS, PushNotice
from printalma.events.types import OrderPlaced, OrderStatusChanged, OrderStatusTakenBack
from printalma.lib import money
from printalma.lib.i18n import count, t
from printalma.notifications import notices
from printalma.orders.models import Status
from printalma.pictures import queries, signed
from printalma.web.routing import url_for


def of_placed(record: Record) -> list[PushNotice]:
    """It has to be read in a glance, on a locked screen."""
    event = record.event
    assert isinstance(event, OrderPlaced)
    title = t("push.new_title", total=money.shown(event.total, event.currency))
    lines = count("push.lines", event.lines)
    message = t("push.new_message", number=event.number, customer=event.customer_name, lines=lines)
    notice = _push_to_admins(record, "new", "push.many_new", title, message)
    notice = replace(notice, image=partial(_picture_of, order_id=event.order_id))
    return [replace(notice, by=record.actor_id) if event.taken_by else notice]


def of_status_changed(record: Record) -> list[PushNotice]:
    """To the customer in the words of the contract; where it leads is for their front end to say."""
    event = record.event
    assert isinstance(event, OrderStatusChanged)
    message = t("push.status_message", number=event.number, who=event.changed_by)
    if event.by_customer and event.new == Status.CANCELLED:
        found = [_push_to_admins(record, "cancelled", "push.many_cancelled", t("push.cancelled_title"), message)]
    else:
        title = "push.back_title" if isinstance(event, OrderStatusTakenBack) else "push.status_title"
        label = t(f"statuses.{event.new}")
        found = [_push_to_admins(record, "status", "push.many_status", t(title, label=label), message)]
    if event.customer_id is not None:
        tag, words = f"order-{event.order_id}", notices.to_customer(record, event)
        found.append(PushNotice(event.customer_id, "own", tag, "push.many_own", None, None, words))
    return found


def of_mended(record: Record) -> list[PushNotice]:
    """To the customer's phones alone: the team sees it on every page."""
    event = notices.as_mended(record)
    if event.customer_id is None:
        return []
    # Without the changes, which may be long.
    data = {name: value for name, value in notices.mended_data(event).items() if name != "changes"}
    words = notices.updated(record, t("notifications.my_order_mended", number=event.number), data)
    return [PushNotice(event.customer_id, "own", f"order-{event.order_id}", "push.many_own", None, None, words)]


def of_payment(record: Record) -> list[PushNotice]:
    """To the customer's phones alone: the team sees it on every page."""
    event = notices.as_payment(record)
    if event.customer_id is None:
        return []
    message = t(f"notifications.payment.{event.state}", number=event.number)
    words = notices.updated(record, message, notices.payment_data(event))
    return [PushNotice(event.customer_id, "own", f"order-{event.order_id}", "push.many_own", None, None, words)]


def _push_to_admins(record: Record, kind: str, plural: str, title: str, message: str) -> PushNotice:
    notification = notices.to_admins(record) | {"title": title, "message": message}
    order_id = notification["data"]["orderId"]
    where = f"order-{order_id}", plural, url_for("dashboard.order", order_id=order_id), url_for("orders_list.orders")
    return PushNotice(ADMINS, kind, *where, notification, about=notices.about(record))


def _picture_of(connection: Connection, order_id: int) -> str | None:
    """Where a phone finds what is to be printed, if that has come already: a push waits for nothing."""
    name = queries.best_of(connection, [order_id]).get(order_id)
    return signed.address(name) if name else None
