"""What is paid of an order, and how it is paid: what its amounts make of its state, in one place.

`paid` is what was received and `refunded` what was given back of it; both are changed by paying.py alone.
"""

from enum import StrEnum
from typing import Protocol

from printalma.events.types import OrderPaymentNoted
from printalma.lib import money
from printalma.lib.i18n import t
from printalma.orders.commands import MEANS, PAYMENTS
from printalma.orders.models import Status
from printalma.orders.queries import OrderRow

GATEWAYS = ("PAYTECH", "PAYDUNYA", "ORANGE_MONEY", "WAVE")


class PaymentState(StrEnum):
    """DUE is for the team to collect, PENDING for a gateway to report."""

    DUE = "DUE"
    PENDING = "PENDING"
    PARTLY = "PARTLY"
    PAID = "PAID"
    FAILED = "FAILED"
    REFUNDED = "REFUNDED"


def known_as(state: str) -> str:
    """The state as front ends know it."""
    return PaymentState.PENDING.value if state in (PaymentState.DUE, PaymentState.PARTLY) else state


class Money(Protocol):
    """The amounts of an order, and its states: what a row of it has."""

    @property
    def status(self) -> str: ...
    @property
    def payment_status(self) -> str: ...
    @property
    def total(self) -> int: ...
    @property
    def paid(self) -> int: ...
    @property
    def refunded(self) -> int: ...


def chip(order: Money) -> str | None:
    """The state as people see it at a glance. Of an order that nobody gets, only what was paid is of interest."""
    is_awaited = order.payment_status not in (PaymentState.PAID, PaymentState.REFUNDED)
    return None if is_awaited and Status(order.status).is_lost and not kept(order) else order.payment_status


def settled(order: OrderRow) -> OrderRow:
    """The order with the state that its amounts make. That a payment failed holds until one is received."""
    return order._replace(payment_status=_state(order).value)


def _state(order: OrderRow) -> PaymentState:
    if order.paid > 0:
        if order.refunded == order.paid:
            return PaymentState.REFUNDED
        return PaymentState.PAID if order.paid >= order.total else PaymentState.PARTLY
    if order.payment_status == PaymentState.FAILED:
        return PaymentState.FAILED
    return PaymentState.PENDING if order.payment_method in GATEWAYS else PaymentState.DUE


def is_owed(order: Money) -> bool:
    """Whether somebody of the team has money to collect: nobody pays what they do not get."""
    return order.payment_status in (PaymentState.DUE, PaymentState.PARTLY) and not Status(order.status).is_lost


def rest(order: Money) -> int:
    """What is still to be received. A refund makes nothing due again, unless all was given back."""
    return order.total if order.paid == order.refunded else max(0, order.total - order.paid)


def to_collect(order: Money) -> int:
    """What somebody of the team has still to collect."""
    return rest(order) if is_owed(order) else 0


def kept(order: Money) -> int:
    """What was received and not given back."""
    return order.paid - order.refunded


def excess(order: Money) -> int:
    """What is kept beyond the total, since that was lowered."""
    return max(0, kept(order) - order.total)


def received(order: OrderRow, amount: int) -> OrderRow:
    """The order when `amount` more is paid. After all was given back, it begins anew."""
    begun = order._replace(paid=0, refunded=0) if order.paid == order.refunded else order
    return settled(begun._replace(paid=begun.paid + amount))


def failed(order: OrderRow, _amount: int) -> OrderRow:
    """The order when a gateway says that nothing will come."""
    return order._replace(payment_status=PaymentState.FAILED.value)


def refunded(order: OrderRow, amount: int) -> OrderRow:
    """The order when `amount` is given back: first what was too much, which earned nothing either."""
    over = min(amount, excess(order)) if amount < kept(order) else 0
    return settled(order._replace(paid=order.paid - over, refunded=order.refunded + amount - over))


def withdrawn(order: OrderRow, amount: int) -> OrderRow:
    """The order as if `amount` had never been received."""
    return settled(order._replace(paid=order.paid - amount))


def sentence(event: OrderPaymentNoted) -> str:
    """What was done with money, in words: "Encaissé : 5 000 F CFA · Wave"."""
    words = t(f"paying.{event.act}", amount=money.shown(event.amount, event.currency))
    return f"{words} · {label(event.means)}" if event.means else words


def label(method: str) -> str:
    """A way to pay in words: ours where we know it, else the name under which a front end sent it."""
    return t(f"payments.{method}") if method in (*PAYMENTS, *MEANS) else method
