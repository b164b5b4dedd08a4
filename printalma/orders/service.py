"""What happens to orders that are there: each verb is one transaction that ends with its event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.accounts.policy import OWNER, Sight, own
from printalma.db import Connection, reading, table, transactional
from printalma.events import log
from printalma.events.log import Record
from printalma.events.types import OrderStatusChanged, OrderStatusTakenBack
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from printalma.lib.i18n import t
from printalma.orders import archive, changing, counters, history, marks, paying, payments, queries, shelving, steps
from printalma.orders.changing import reword, save
from printalma.orders.commands import AddNote, Answers, ChangeStatus, MoveMany, Said, Seen, TakeBack, TakeBackMany
from printalma.orders.models import Order, Status
from printalma.orders.queries import Details, OrderRow

TAKE_BACK_WITHIN = timedelta(seconds=70)  # pressed in the last second, it still has to get here

_orders = table(Order)


@dataclass(frozen=True)
class Outcome:
    """What became of one order of several, and how it is now; `problem` says in words why it is not as was asked."""

    order_id: int
    number: str
    status: str | None = None
    version: int | None = None
    problem: str | None = None

    @classmethod
    def of(cls, order: OrderRow, problem: str | None = None) -> "Outcome":
        return cls(order.id, order.number, order.status, order.version, problem)

    @property
    def seen(self) -> str:
        """As a form names it."""
        return f"{self.order_id}:{self.version}"


@transactional
def change_status(
    tx: Connection, order_id: int, command: ChangeStatus, actor: Actor, by_hand: bool = False, collect: bool = False
) -> Details:
    """Move an order as an admin. The status it already has, and the move that has just been made, change nothing; but
    who moves it `by_hand` is told of a colleague who was faster. `collect`: what was to pay at the door is paid.

    Raises NotFound; Conflict for a forbidden transition or when somebody moved it since `command.version`.
    """
    return move(tx, locked(tx, order_id, actor.sight), command, actor, by_hand, collect)


def move(
    tx: Connection, details: Details, command: ChangeStatus, actor: Actor, by_hand: bool = False, collect: bool = False
) -> Details:
    """The same of an order that is locked already."""
    if _is_made(tx, details.order, command, actor.id if by_hand else None):
        return details
    _check_move(tx, details.order, command)
    return _move(tx, details, command.status, actor, command, collect)


@transactional
def cancel(tx: Connection, order_id: int, actor: Actor, note: str | None = None) -> Details:
    """Cancel one's own order while nobody has begun it; `note` is the customer's. One that is cancelled already stays
    as it is. Raises NotFound, also for somebody else's; Conflict."""
    details = locked(tx, order_id, own(actor.id))
    if _is_made(tx, details.order, ChangeStatus(status=Status.CANCELLED, notes=note), None):
        return details
    if details.order.status != Status.PENDING:
        raise Conflict(t("orders.too_late", status=t(f"statuses.{details.order.status}")))
    return _move(tx, details, Status.CANCELLED, actor, Said(notes=note))


@transactional
def take_back(tx: Connection, order_id: int, command: TakeBack, actor: Actor) -> Details:
    """Take back an order's last move, so that all it changed is as before: for a minute whoever made it may, an owner
    with a reason whatever and whenever it was. What has just been taken back stays so.

    Raises NotFound; Conflict when somebody moved it since, or what it needs is sold; Forbidden; Invalid.
    """
    return take_back_locked(tx, locked(tx, order_id, actor.sight), command, actor)


def take_back_locked(tx: Connection, details: Details, command: TakeBack, actor: Actor) -> Details:
    """The same of an order that is locked already."""
    order, last = details.order, history.last_change(tx, details.order.id)
    last_event = last.event if last else None
    if isinstance(last_event, OrderStatusTakenBack) and command.version == history.version_before(last_event, order):
        return details
    if command.version != order.version:
        raise Conflict(history.who_changed(tx, order))
    made = history.last_standing(history.moves(tx, order.id))
    if made is None:
        raise Conflict(t("orders.nothing_to_take_back"))
    _check_right(made, command.reason, actor)
    return _undo(tx, details, made, actor, command.reason)


@transactional
@once
def add_note(tx: Connection, order_id: int, command: AddNote, actor: Actor) -> None:
    """Tell the team something of an order, whatever its status: never in the JSON API, never to a customer. Raises
    NotFound."""
    seen = actor.sight.where(user_id=_orders.c.user_id, status=_orders.c.status)
    if not changing.note(tx, order_id, command.notes, actor.name, actor.id, *seen):
        raise NotFound(t("orders.unknown"))


def move_many(command: MoveMany, answers: Answers, actor: Actor) -> list[Outcome]:
    """Move orders as an admin, each in a transaction of its own: one that cannot move keeps no other back. What became
    of each, in the same order; the same command again changes nothing and is answered the same."""

    def one_of(seen: Seen) -> Details:
        one = answers.to(ChangeStatus(status=command.status, version=seen.version))
        return change_status(seen.id, one, actor, by_hand=True, collect=answers.collected)

    return several(command.orders, one_of)


def take_back_many(command: TakeBackMany, actor: Actor) -> list[Outcome]:
    """Take back the last move of each of these orders, as one moves them."""

    def back(seen: Seen) -> Details:
        return take_back(seen.id, TakeBack(version=seen.version), actor)

    return several(command.orders, back)


def several(orders: Sequence[Seen], act: Callable[[Seen], Details]) -> list[Outcome]:
    """What became of each of `orders`, each named once, by `act`, which is a transaction."""
    return [_outcome(seen, act) for seen in {seen.id: seen for seen in orders}.values()]


def locked(tx: Connection, order_id: int, sight: Sight) -> Details:
    """The order, locked until the end of the transaction. Raises NotFound, also for one that is not to be seen."""
    order = queries.by_id_for_update(tx, order_id)
    if order is None or not sight.includes(order):
        raise NotFound(t("orders.unknown"))
    return queries.details(tx, [order])[0]


def _is_made(tx: Connection, order: OrderRow, command: ChangeStatus, mover: int | None) -> bool:
    """Whether the order is where it should go: as it was seen, or by this very move, made a moment ago, by `mover` if
    there is one. What the second sender has to say is not lost: with another note it is no repetition."""
    if order.status != command.status or steps.carried(order, command) != order:
        return False
    if command.version in (None, order.version):
        return True
    last = history.last_change(tx, order.id)
    if last is None or not isinstance(last.event, OrderStatusChanged) or mover not in (None, last.actor_id):
        return False
    is_last = command.version == history.version_before(last.event, order)
    return is_last and command.notes in (None, last.event.note) and command.reason in (None, last.event.reason)


def _check_move(tx: Connection, order: OrderRow, command: ChangeStatus) -> None:
    status = Status(order.status)
    if command.version is not None and command.version != order.version:
        raise Conflict(history.who_changed(tx, order))
    if command.status not in status.next:
        sentence = "orders.forbidden_move" if status.next else "orders.final"
        raise Conflict(t(sentence, now=t(f"statuses.{status}"), wanted=t(f"statuses.{command.status}")))
    if command.status not in marks.transitions(status, order.marks):
        raise marks.refusal(order.marks)


def _check_right(move: Record, reason: str | None, actor: Actor) -> None:
    if move.actor_id == actor.id and now() - move.at <= TAKE_BACK_WITHIN:
        return
    if not actor.may(OWNER):
        raise Forbidden(t("orders.only_owners_take_back"))
    if reason is None:
        raise Invalid(t("orders.reason_needed"))


def _move(tx: Connection, details: Details, new: Status, actor: Actor, said: Said, collect: bool = False) -> Details:
    collected = payments.rest(details.order) if collect and steps.is_paid_at_door(details.order) else 0
    if collected:
        details = paying.collect_rest(tx, details, actor)
    if new.is_lost:
        shelving.give_back(tx, details)
    order = details.order
    after = steps.moved(order, new, actor, said, now())
    _write(tx, details, after, said.notes)
    told = history.order_moved(
        OrderStatusChanged, order, after, actor, said.notes, reason=said.reason, collected=collected
    )
    log.append(tx, told, actor.id)
    return replace(details, order=after)


def _write(tx: Connection, details: Details, after: OrderRow, note: str | None) -> None:
    save(tx, details.order, after)
    if after.tracking_number != details.order.tracking_number:
        reword(tx, after, details.items)
    changing.remember(tx, after.id, note)
    counters.change(tx, details.order, after, details.shares)


def _undo(tx: Connection, details: Details, move: Record, actor: Actor, reason: str | None) -> Details:
    made = history.move_of(move)
    if made.collected:
        details = paying.withdraw(tx, details, made.collected, actor, None)
    order, present = details.order, Status(details.order.status)
    undone = steps.undone(order, made, reason, now())
    if present.is_final:
        archive.reopen(tx, order.id)
        undone = undone._replace(marks=marks.reopened(tx, order.id))
    details, ran_low = shelving.take(tx, details) if present.is_lost else (details, [])
    _write(tx, details, undone, reason)
    told = history.order_moved(OrderStatusTakenBack, order, undone, actor, reason, collected=made.collected)
    log.append(tx, told, actor.id, follows=ran_low)
    return replace(details, order=undone)


def _outcome(seen: Seen, act: Callable[[Seen], Details]) -> Outcome:
    try:
        return Outcome.of(act(seen).order)
    except NotFound as refused:
        return Outcome(seen.id, t("ui.move.number", id=seen.id), problem=refused.message)
    except Refused as refused:
        with reading() as connection:
            order = queries.by_id(connection, seen.id)
        assert order is not None, "an order is never deleted"
        return Outcome.of(order, refused.message)
