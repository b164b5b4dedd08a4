"""Money that changes hands, as the team or a provider says: every act is in the history, with who, and ends with its
event."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Protocol

from printalma.accounts.actor import Actor
from printalma.config import settings
from printalma.db import Connection
from printalma.events import log
from printalma.events.types import OrderPaymentNoted
from printalma.lib import money
from printalma.lib.clock import now
from printalma.lib.errors import Conflict
from printalma.lib.i18n import t
from printalma.orders import counters, payments
from printalma.orders.changing import save
from printalma.orders.models import Status
from printalma.orders.queries import Details, OrderRow


class Act(StrEnum):
    """WITHDRAWN: what was noted as received never was. LATE: received for an order that nobody will get any more."""

    RECEIVED = "received"
    LATE = "late"
    FAILED = "failed"
    REFUNDED = "refunded"
    WITHDRAWN = "withdrawn"


_MAKES: dict[Act, Callable[[OrderRow, int], OrderRow]] = {
    Act.RECEIVED: payments.received,
    Act.LATE: payments.received,
    Act.FAILED: payments.failed,
    Act.REFUNDED: payments.refunded,
    Act.WITHDRAWN: payments.withdrawn,
}


class By(Protocol):
    """Who says that money came: somebody of the team, or a provider, which has no account."""

    @property
    def id(self) -> int | None: ...
    @property
    def name(self) -> str: ...


def receive(tx: Connection, details: Details, amount: int, means: str | None, actor: By, note: str | None) -> Details:
    """Note that `amount` of an order, whose row is locked, was paid. Raises Conflict for more than is due, and for an
    order that nobody will get: its money goes back, or it is taken up again."""
    order = details.order
    if Status(order.status).is_lost:
        raise Conflict(t("paying.lost", status=t(f"statuses.{order.status}")))
    if amount > (rest := payments.rest(order)):
        raise Conflict(t("paying.too_much", rest=_shown(rest)) if rest else t("paying.nothing_due"))
    return _note(tx, details, Act.RECEIVED, amount, actor, means=means, note=note)


def receive_late(tx: Connection, details: Details, amount: int, means: str, by: By, note: str) -> Details:
    """Note that an order, whose row is locked, was paid after its end. It stays as it is: its money is to go back."""
    return _note(tx, details, Act.LATE, amount, by, means=means, note=note)


def fail(tx: Connection, details: Details, means: str, by: By, note: str) -> Details:
    """Note that the payment of an order, whose row is locked and for which a gateway is waited for, came to nothing."""
    return _note(tx, details, Act.FAILED, 0, by, means=means, note=note)


def collect_rest(tx: Connection, details: Details, actor: Actor) -> Details:
    """Note that all that is still due of an order, whose row is locked, was paid by the means that it names; with
    nothing due, nothing is done."""
    rest = payments.rest(details.order)
    return receive(tx, details, rest, details.order.payment_method, actor, None) if rest else details


def give_back(
    tx: Connection, details: Details, amount: int, means: str | None, actor: Actor, note: str | None
) -> Details:
    """Note that `amount` was given back to the customer. Raises Conflict for more than is kept."""
    _check_kept(details.order, amount)
    return _note(tx, details, Act.REFUNDED, amount, actor, means=means, note=note)


def withdraw(tx: Connection, details: Details, amount: int, actor: Actor, note: str | None) -> Details:
    """Note that `amount` never came, whatever was noted. Raises Conflict for more than is kept."""
    _check_kept(details.order, amount)
    return _note(tx, details, Act.WITHDRAWN, amount, actor, note=note)


def _check_kept(order: OrderRow, amount: int) -> None:
    if amount > (kept := payments.kept(order)):
        raise Conflict(t("paying.more_than_kept", kept=_shown(kept)) if kept else t("paying.nothing_kept"))


def _note(
    tx: Connection,
    details: Details,
    act: Act,
    amount: int,
    actor: By,
    means: str | None = None,
    note: str | None = None,
) -> Details:
    before = details.order
    after = _MAKES[act](before, amount)._replace(version=before.version + 1, updated_at=now())
    save(tx, before, after)
    counters.change(tx, before, after, details.shares)
    log.append(tx, _event(after, (act, amount, means, note), actor), actor.id)
    return replace(details, order=after)


def _event(after: OrderRow, said: tuple[Act, int, str | None, str | None], actor: By) -> OrderPaymentNoted:
    act, amount, means, note = said
    return OrderPaymentNoted(
        order_id=after.id,
        number=after.number,
        act=act.value,
        amount=amount,
        currency=settings().shop_currency,
        means=means,
        note=note,
        state=payments.known_as(after.payment_status),
        customer_id=after.user_id,
        customer_email=after.email,
        by=actor.name,
        status=after.status,
        total=after.total,
    )


def _shown(amount: int) -> str:
    return money.shown(amount, settings().shop_currency)
