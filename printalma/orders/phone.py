"""What phones say of orders. It has to be read in a glance, on a locked screen."""

from printalma.events.log import Record
from printalma.events.renderings import ADMINS, PushNotice
from printalma.events.types import OrderPlaced, OrderStatusChanged, OrderStatusTakenBack
from printalma.lib import money
from printalma.lib.i18n import count, t
from printalma.orders import notifications
from printalma.orders.models import Status

HOME = "/dashboard"
ORDERS = f"{HOME}/orders"


def of_placed(record: Record) -> list[PushNotice]:
    """A new order is for the admins."""
    event = record.event
    assert isinstance(event, OrderPlaced)
    title = t("push.new_title", total=money.shown(event.total, event.currency))
    lines = count("push.lines", event.lines)
    message = t("push.new_message", number=event.number, customer=event.customer_name, lines=lines)
    return [_to_admins(record, "new", "push.many_new", title, message)]


def of_status_changed(record: Record) -> list[PushNotice]:
    """A change of status is for the admins, and for the customer whose order it is."""
    event = record.event
    assert isinstance(event, OrderStatusChanged)
    label = t(f"statuses.{event.new}")
    is_back = isinstance(event, OrderStatusTakenBack)
    title = t("push.back_title" if is_back else "push.status_title", label=label)
    by = t("push.status_message", number=event.number, who=event.changed_by)
    if event.by_customer and event.new == Status.CANCELLED:
        told = [_to_admins(record, "cancelled", "push.many_cancelled", t("push.cancelled_title"), by)]
    else:
        told = [_to_admins(record, "status", "push.many_status", title, by)]
    if event.customer_id is not None:
        told.append(_to_customer(record, event, event.customer_id))
    return told


def _to_admins(record: Record, kind: str, plural: str, title: str, message: str) -> PushNotice:
    notification = notifications.to_admins(record) | {"title": title, "message": message}
    order_id = notification["data"]["orderId"]
    return PushNotice(ADMINS, kind, f"order-{order_id}", plural, f"{ORDERS}/{order_id}", HOME, notification)


def _to_customer(record: Record, event: OrderStatusChanged, customer_id: int) -> PushNotice:
    """In the words of the contract; where it leads is for the customer's front end to say."""
    told = next(notice for notice in notifications.of_status_changed(record) if notice.to == customer_id)
    tag = f"order-{event.order_id}"
    return PushNotice(customer_id, "own", tag, "push.many_own", None, None, told.notification)
