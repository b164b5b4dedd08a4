"""Money that the team notes: each verb is one transaction, and who comes second is told who was first."""

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.accounts.policy import Sight
from printalma.db import Connection, transactional
from printalma.events.types import OrderPaymentNoted
from printalma.lib.errors import Conflict
from printalma.lib.i18n import t
from printalma.orders import history, paying, payments
from printalma.orders.commands import Seen
from printalma.orders.payments import PaymentState
from printalma.orders.queries import Details, OrderRow
from printalma.orders.service import Outcome, locked, several
from printalma.payments.commands import GiveBack, MarkAsPaid, Pay, PayMany, amount_of


@transactional
@once
def pay(tx: Connection, order_id: int, command: Pay, actor: Actor) -> None:
    """Note money received. Raises NotFound; Invalid for what is no amount; Conflict for more than is due, for an order
    that is cancelled, and when somebody changed it since `command.version`."""
    details = _as_seen(tx, order_id, command.version, actor.sight)
    amount = amount_of(command.amount, payments.rest(details.order))
    if amount == 0:
        raise Conflict(t("paying.nothing_due"))
    paying.receive(tx, details, amount, command.means, actor, command.note)


@transactional
@once
def give_back(tx: Connection, order_id: int, command: GiveBack, actor: Actor) -> None:
    """Note money given back, or that what was noted never came. Raises the same."""
    details = _as_seen(tx, order_id, command.version, actor.sight)
    amount = amount_of(command.amount, payments.kept(details.order))
    if command.mistaken:
        paying.withdraw(tx, details, amount, actor, command.note)
    else:
        paying.give_back(tx, details, amount, command.means, actor, command.note)


@transactional
def mark_as_paid(tx: Connection, order_id: int, command: MarkAsPaid, actor: Actor) -> Details:
    """Note that all that is due was received. An order that is paid stays as it is. Raises NotFound and Conflict."""
    details = locked(tx, order_id, actor.sight)
    if details.order.payment_status == PaymentState.PAID:
        return details
    return _receive_rest(tx, details, command.paymentMethod or details.order.payment_method, actor, command.notes)


def pay_many(command: PayMany, actor: Actor) -> list[Outcome]:
    """Note of each of these orders that all that is due was received, as one moves them."""

    def paid(seen: Seen) -> Details:
        return _pay_seen(seen, command.means, actor)

    return several(command.orders, paid)


@transactional
def _pay_seen(tx: Connection, seen: Seen, means: str, actor: Actor) -> Details:
    """The same form again changes nothing and is answered the same."""
    details = locked(tx, seen.id, actor.sight)
    if seen.version == details.order.version - 1 and _has_just_paid(tx, details.order, actor):
        return details
    _check_seen(tx, details.order, seen.version)
    return _receive_rest(tx, details, means, actor, None)


def _receive_rest(tx: Connection, details: Details, means: str, actor: Actor, note: str | None) -> Details:
    rest = payments.rest(details.order)
    if rest == 0:
        raise Conflict(t("paying.nothing_due"))
    return paying.receive(tx, details, rest, means, actor, note)


def _has_just_paid(tx: Connection, order: OrderRow, actor: Actor) -> bool:
    last = history.last_change(tx, order.id)
    mine = last is not None and last.actor_id == actor.id and isinstance(last.event, OrderPaymentNoted)
    return mine and order.payment_status == PaymentState.PAID


def _as_seen(tx: Connection, order_id: int, version: int, sight: Sight) -> Details:
    details = locked(tx, order_id, sight)
    _check_seen(tx, details.order, version)
    return details


def _check_seen(tx: Connection, order: OrderRow, version: int) -> None:
    if version != order.version:
        raise Conflict(history.who_changed(tx, order))
