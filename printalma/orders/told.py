"""What a page needs to count and to sound by itself: which events a frame tells of, of what kind, and whose doing."""

from dataclasses import dataclass

from printalma.events.log import Record
from printalma.events.types import OrderPlaced, OrderStatusChanged
from printalma.orders.models import Status


@dataclass(frozen=True)
class Told:
    """`kind` is placed, cancelled (by the customer) or moved; `actor` is empty for a guest."""

    id: int
    kind: str
    order_id: int
    actor: int | str


def told(record: Record) -> Told:
    """What a record of an order is to the page."""
    event, actor = record.event, record.actor_id or ""
    if isinstance(event, OrderPlaced):
        return Told(record.id, "placed", event.order_id, actor)
    assert isinstance(event, OrderStatusChanged)
    by_customer = event.customer_id is not None and record.actor_id == event.customer_id
    kind = "cancelled" if by_customer and event.new == Status.CANCELLED else "moved"
    return Told(record.id, kind, event.order_id, actor)
