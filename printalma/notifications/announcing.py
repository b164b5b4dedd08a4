"""What an order's event says in words to the team's own pages: in the notice of the bar, and on the bell's page.
Front ends: notices.py; phones: pushes.py."""

from collections.abc import Sequence
from typing import NamedTuple

from printalma.events.log import Record
from printalma.events.types import OrderPlaced, OrderStatusChanged, OrderStatusTakenBack
from printalma.lib import money
from printalma.lib.i18n import t
from printalma.lib.letters import glued
from printalma.orders.models import Status
from printalma.web.templating import isolated

MAX_WORDED = 3  # a frame of more events says of what kind they are: the page sums them up


class Announcement(NamedTuple):
    """An event as a page hears of it; the page decides what is news, for it knows who looks and what it has shown.

    `kind` is placed, cancelled (by the customer) or moved; `actor` is empty for a guest.
    """

    id: int
    kind: str
    order_id: int
    actor: int | str
    title: str
    message: str


def announcements(records: Sequence[Record]) -> list[Announcement]:
    """What records of orders are to a page: which events a frame brings, and whose doing they are."""
    return [_announcement(record, len(records) <= MAX_WORDED) for record in records]


def words(event: OrderPlaced | OrderStatusChanged) -> tuple[str, str]:
    """A title and what is said below it, with names that stand by themselves and amounts as the list has them."""
    if isinstance(event, OrderPlaced):
        total = money.shown(event.total, event.currency)
        return _of_new(event), isolated("ui.bell.placed_by", who=event.customer_name, total=total)
    is_back = isinstance(event, OrderStatusTakenBack)
    title = t("ui.bell.back" if is_back else "ui.bell.moved", number=event.number, label=t(f"statuses.{event.new}"))
    return glued(title), t("ui.bell.by_customer") if event.by_customer else isolated("ui.bell.by", who=event.changed_by)


def _of_new(event: OrderPlaced) -> str:
    return t("ui.bell.placed", number=event.number)


def _announcement(record: Record, worded: bool) -> Announcement:
    event = record.event
    assert isinstance(event, OrderPlaced | OrderStatusChanged)
    title, message = words(event) if worded else ("", "")
    return Announcement(record.id, _kind(event), event.order_id, record.actor_id or "", title, message)


def _kind(event: OrderPlaced | OrderStatusChanged) -> str:
    if isinstance(event, OrderPlaced):
        return "placed"
    return "cancelled" if event.by_customer and event.new == Status.CANCELLED else "moved"
