"""What a step asks of who makes it by hand, and what the answers change of an order. (Which statuses
there are, and which follows which: models.py.)"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from printalma.accounts.actor import Actor
from printalma.accounts.policy import DASHBOARD
from printalma.events.types import OrderStatusChanged
from printalma.orders import payments
from printalma.orders.commands import CASH_ON_DELIVERY, Said
from printalma.orders.models import STAMPS, Status
from printalma.orders.queries import OrderRow


class Ask(StrEnum):
    """Why it is lost; who carries it, under which number; whether it was paid at the door."""

    REASON = "reason"
    PARCEL = "parcel"
    PAID = "paid"


def asks(order: OrderRow, new: Status) -> Ask | None:
    """What is asked when the order moves; most moves ask nothing."""
    if new.is_lost:
        return Ask.REASON
    if new == Status.SHIPPED:
        return Ask.PARCEL
    return Ask.PAID if new == Status.DELIVERED and is_paid_at_door(order) else None


def is_paid_at_door(order: OrderRow) -> bool:
    """Whether whoever brings it has money to collect."""
    return order.payment_method == CASH_ON_DELIVERY and payments.is_owed(order) and payments.rest(order) > 0


def moved(order: OrderRow, new: Status, actor: Actor, said: Said, moment: datetime) -> OrderRow:
    """What a move makes of an order."""
    note = None if actor.id == order.user_id else said.notes  # a customer's is no note of the team
    after = _with_status(carried(order, said), new, note, moment)._replace(**_stamp(new, moment))
    if new.is_final:
        after = after._replace(marks="")
    if order.status == Status.PENDING and actor.may(DASHBOARD) and order.validated_at is None:
        after = after._replace(validated_at=moment, validated_by=actor.id)
    return after


def undone(order: OrderRow, made: OrderStatusChanged, reason: str | None, moment: datetime) -> OrderRow:
    """The order as it was before a move. Before a move to a status, its moment was empty; as long as an order was
    pending, nobody had validated it; its parcel is as before, but for what was changed since."""
    previous, present = Status(made.previous), Status(order.status)
    before = _with_status(order, previous, reason, moment)._replace(**_stamp(present, None))
    if previous == Status.PENDING:
        before = before._replace(validated_at=None, validated_by=None)
    carrier = made.carrier_before if order.carrier == made.carrier else order.carrier
    tracking = made.tracking_before if order.tracking_number == made.tracking else order.tracking_number
    return before._replace(carrier=carrier, tracking_number=tracking)


def carried(order: OrderRow, said: Said) -> OrderRow:
    """The order with the carrier and the tracking number that were said."""
    return order._replace(
        carrier=said.carrier or order.carrier, tracking_number=said.trackingNumber or order.tracking_number
    )


def _with_status(order: OrderRow, status: Status, note: str | None, moment: datetime) -> OrderRow:
    noted = order.noted + 1 if note else order.noted
    return order._replace(status=status.value, version=order.version + 1, updated_at=moment, noted=noted)


def _stamp(status: Status, moment: datetime | None) -> dict[str, Any]:
    """The column that keeps when an order got there, if there is one."""
    return {STAMPS[status]: moment} if status in STAMPS else {}
