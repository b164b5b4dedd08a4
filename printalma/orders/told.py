"""What a page needs to count, to sound and to tell of by itself: which events a frame brings, and whose doing.

The page, not the frame, decides what is news: it knows who looks, and what it has told already.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from printalma.events.log import Record
from printalma.events.types import OrderPlaced, OrderStatusChanged
from printalma.lib.i18n import t
from printalma.orders import notifications
from printalma.orders.models import Status

MAX_WORDED = 3  # a frame of more events says of what kind they are: the page sums them up


@dataclass(frozen=True)
class Told:
    """`kind` is placed, cancelled (by the customer) or moved; `actor` is empty for a guest. `title` and `message` are
    the contract's; `said` is for a screen reader, which hears of new orders only."""

    id: int
    kind: str
    order_id: int
    actor: int | str
    title: str
    message: str
    said: str


def told(records: Sequence[Record]) -> list[Told]:
    """What records of orders are to the page."""
    return [_told(record, len(records) <= MAX_WORDED) for record in records]


def _told(record: Record, worded: bool) -> Told:
    event = record.event
    assert isinstance(event, OrderPlaced | OrderStatusChanged)
    notice = notifications.to_admins(record) if worded else {"title": "", "message": ""}
    said = t("toasts.new_order", number=event.number) if isinstance(event, OrderPlaced) else ""
    actor = record.actor_id or ""
    return Told(record.id, _kind(record), event.order_id, actor, notice["title"], notice["message"], said)


def _kind(record: Record) -> str:
    event = record.event
    if isinstance(event, OrderPlaced):
        return "placed"
    assert isinstance(event, OrderStatusChanged)
    return "cancelled" if event.by_customer and event.new == Status.CANCELLED else "moved"
