"""What happens to orders that are there: each verb is one transaction that ends with its event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.accounts.policy import DASHBOARD, OWNER, Sight, own
from printalma.catalog import stock
from printalma.db import Connection, reading, table, transactional
from printalma.events import log
from printalma.events.log import Record
from printalma.events.types import OrderNoted, OrderStatusChanged, OrderStatusTakenBack
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from printalma.lib.i18n import t
from printalma.orders import counters, history, marks, queries
from printalma.orders.commands import AddNote, ChangeStatus, MoveMany, Seen, TakeBack, TakeBackMany
from printalma.orders.mending import save
from printalma.orders.models import STAMPS, Order, Status
from printalma.orders.queries import Details, OrderRow

A_MINUTE = timedelta(seconds=70)  # pressed in the last second, it still has to get here

_orders = table(Order)
# Neither `version` nor `updated_at`: a note must make no colleague's change a conflict, and customers read both.
_COUNT_NOTE = (
    sa.update(_orders)
    .where(_orders.c.id == sa.bindparam("order"))
    .values(noted=_orders.c.noted + 1)
    .returning(_orders.c.number)
)


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
def change_status(tx: Connection, order_id: int, command: ChangeStatus, actor: Actor, by_hand: bool = False) -> Details:
    """Move an order as an admin. The status it already has, and the move that has just been made, change nothing; but
    who moves it `by_hand` is told of a colleague who was faster.

    Raises NotFound; Conflict for a forbidden transition or when somebody moved it since `command.version`.
    """
    details = locked(tx, order_id, actor.sight)
    if _is_made(tx, details.order, command, actor if by_hand else None):
        return details
    _check_move(tx, details.order, command)
    return _move(tx, details, command.status, actor, command.notes)


@transactional
def cancel(tx: Connection, order_id: int, actor: Actor, note: str | None = None) -> Details:
    """Cancel one's own order while nobody has begun it; `note` is the customer's. Raises NotFound, also for somebody
    else's; Conflict."""
    details = locked(tx, order_id, own(actor.id))
    if details.order.status != Status.PENDING:
        raise Conflict(t("orders.too_late", status=t(f"statuses.{details.order.status}")))
    return _move(tx, details, Status.CANCELLED, actor, note)


@transactional
def take_back(tx: Connection, order_id: int, command: TakeBack, actor: Actor) -> Details:
    """Take back an order's last move, so that all it changed is as before: for a minute whoever made it may, an owner
    with a reason whatever and whenever it was. What has just been taken back stays so.

    Raises NotFound; Conflict when somebody moved it since, or what it needs is sold; Forbidden; Invalid.
    """
    details = locked(tx, order_id, actor.sight)
    order, last = details.order, history.last_change(tx, order_id)
    if command.version == order.version - 1 and last and isinstance(last.event, OrderStatusTakenBack):
        return details
    if command.version != order.version:
        raise Conflict(history.who_changed(tx, order))
    move = history.last_standing(history.moves(tx, order_id))
    if move is None:
        raise Conflict(t("orders.nothing_to_take_back"))
    _check_right(move, command.reason, actor)
    return _undo(tx, details, move, actor, command.reason)


@transactional
@once
def add_note(tx: Connection, order_id: int, command: AddNote, actor: Actor) -> None:
    """Tell the team something of an order, whatever its status: never in the JSON API, never to a customer. Raises
    NotFound."""
    seen = actor.sight.where(user_id=_orders.c.user_id, status=_orders.c.status)
    number = count_note(tx, order_id, *seen)
    if number is None:
        raise NotFound(t("orders.unknown"))
    log.append(tx, OrderNoted(order_id, number, command.notes, actor.name), actor.id)


def count_note(tx: Connection, order_id: int, *seen: sa.ColumnElement[bool]) -> str | None:
    """Count a note of an order that is `seen`: its number, or None where there is none. Its event is the caller's."""
    number: str | None = tx.execute(_COUNT_NOTE.where(*seen), {"order": order_id}).scalar_one_or_none()
    return number


def move_many(command: MoveMany, actor: Actor) -> list[Outcome]:
    """Move orders as an admin, each in a transaction of its own: one that cannot move keeps no other back. What became
    of each, in the same order; the same command again changes nothing and is answered the same."""

    def move(seen: Seen) -> Details:
        return change_status(seen.id, ChangeStatus(status=command.status, version=seen.version), actor, by_hand=True)

    return several(command.orders, move)


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


def _is_made(tx: Connection, order: OrderRow, command: ChangeStatus, mover: Actor | None) -> bool:
    """Whether the order is where it should go: as it was seen, or by this very move, made a moment ago, by `mover` if
    there is one. What the second sender has to say is not lost: with another note it is no repetition."""
    if order.status != command.status:
        return False
    if command.version in (None, order.version):
        return True
    if command.version != order.version - 1:
        return False
    moves = history.moves(tx, order.id)
    if not moves or (mover is not None and moves[-1].actor_id != mover.id):
        return False
    return command.notes in (None, history.note_of(moves[-1]))


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
    if move.actor_id == actor.id and now() - move.at <= A_MINUTE:
        return
    if not actor.may(OWNER):
        raise Forbidden(t("orders.only_owners_take_back"))
    if reason is None:
        raise Invalid(t("orders.reason_needed"))


def _move(tx: Connection, details: Details, new: Status, actor: Actor, note: str | None) -> Details:
    order, moment = details.order, now()
    after = moved(order, new, actor, note, moment)
    save(tx, order, after)
    if new.is_lost:
        stock.give_back(tx, details.wanted)
    counters.change(tx, order, after, details.shares)
    history.append(tx, OrderStatusChanged, order, new, actor, note)
    return replace(details, order=after)


def moved(order: OrderRow, new: Status, actor: Actor, note: str | None, moment: datetime) -> OrderRow:
    """What a move makes of an order."""
    note = None if actor.id == order.user_id else note  # a customer's is no note of the team
    after = _with_status(order, new, note, moment)._replace(**_stamp(new, moment))
    if new.is_final:
        after = after._replace(marks="")
    if order.status == Status.PENDING and actor.may(DASHBOARD) and order.validated_at is None:
        after = after._replace(validated_at=moment, validated_by=actor.id)
    return after


def _undo(tx: Connection, details: Details, move: Record, actor: Actor, reason: str | None) -> Details:
    """Before a move to a status, its moment was empty; as long as an order was pending, nobody had validated it."""
    assert isinstance(move.event, OrderStatusChanged)
    order, previous, present = details.order, Status(move.event.previous), Status(details.order.status)
    undone = _with_status(order, previous, reason, now())._replace(**_stamp(present, None))
    if previous == Status.PENDING:
        undone = undone._replace(validated_at=None, validated_by=None)
    if present.is_final:
        undone = undone._replace(marks=marks.reopened(tx, order.id))
    save(tx, order, undone)
    if present.is_lost:
        stock.take(tx, details.wanted)
    counters.change(tx, order, undone, details.shares)
    history.append(tx, OrderStatusTakenBack, order, previous, actor, reason)
    return replace(details, order=undone)


def _with_status(order: OrderRow, status: Status, note: str | None, moment: datetime) -> OrderRow:
    noted = order.noted + 1 if note else order.noted
    return order._replace(status=status.value, version=order.version + 1, updated_at=moment, noted=noted)


def _stamp(status: Status, moment: datetime | None) -> dict[str, Any]:
    """The column that keeps when an order got there, if there is one."""
    return {STAMPS[status]: moment} if status in STAMPS else {}


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
