"""What bells of the first implementation read of an order's event (docs/contract.md, "Notifications")."""

from typing import Any

from printalma.config import settings
from printalma.events.log import Record
from printalma.events.renderings import Bell
from printalma.events.types import OrderMended, OrderPaymentNoted, OrderPlaced, OrderStatusChanged
from printalma.lib import money


def to_team(record: Record) -> Bell:
    event = record.event
    if isinstance(event, OrderPlaced):
        said = _said(event, event.total, event.currency) | {"customer": event.customer_name}
        return Bell("ORDER_NEW", said | {"itemsCount": event.lines})
    said = to_customer(record).metadata | {"customer": _changed(event).customer_name}
    if isinstance(event, OrderStatusChanged):
        said |= {"oldStatus": event.previous}
    return Bell("ORDER_UPDATED", said)


def to_customer(record: Record) -> Bell:
    event = _changed(record.event)
    if isinstance(event, OrderStatusChanged):
        said = _said(event, event.order_total, settings().shop_currency) | {"newStatus": event.new}
    else:
        said = _said(event, event.total, event.currency)
    return Bell("ORDER_UPDATED", said)


_Changed = OrderStatusChanged | OrderMended | OrderPaymentNoted


def _changed(event: object) -> _Changed:
    assert isinstance(event, _Changed)
    return event


def _said(event: OrderPlaced | _Changed, total: int, currency: str) -> dict[str, Any]:
    return {"orderId": event.order_id, "orderNumber": event.number, "amount": money.number(total, currency)}
