"""Taking a step back: the last move that counts does not count any more, and all it changed is as it was before."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.policy import Role
from printalma.catalog import service as stock
from printalma.db import Connection, table, transactional
from printalma.events.log import Record
from printalma.events.types import OrderStatusChanged, OrderStatusTakenBack
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, Forbidden, Invalid, NotFound
from printalma.lib.i18n import t
from printalma.orders import counters, history, queries
from printalma.orders.commands import TakeBack
from printalma.orders.models import STAMPS, Order, Status
from printalma.orders.queries import Fields

A_MINUTE = timedelta(seconds=70)  # pressed in the last second, it still has to get here

_orders = table(Order)


@transactional
def take_back(tx: Connection, order_id: int, command: TakeBack, actor: Actor) -> Fields:
    """Take back an order's last move: for a minute whoever made it may, an owner with a reason whatever and whenever it
    was. What has just been taken back stays so. The order as it is then.

    Raises NotFound; Conflict when somebody moved it since, or what it needs is sold; Forbidden; Invalid.
    """
    order = queries.by_id_for_update(tx, order_id)
    if order is None:
        raise NotFound(t("orders.unknown"))
    made = history.moves(tx, order_id)
    if _is_taken_back(order, made, command):
        return order
    if command.version != order["version"]:
        raise Conflict(history.who_moved(tx, order))
    standing = history.standing(made)
    if not standing:
        raise Conflict(t("orders.nothing_to_take_back"))
    _check_right(standing[-1], command.reason, actor)
    return _undo(tx, order, standing[-1], actor, command.reason)


def previous(made: Sequence[Record]) -> str | None:
    """The status that an order with these moves would be taken back to; None when there is nothing to take back."""
    standing = history.standing(made)
    event = standing[-1].event if standing else None
    return event.previous if isinstance(event, OrderStatusChanged) else None


def _is_taken_back(order: Fields, made: list[Record], command: TakeBack) -> bool:
    is_last = bool(made) and isinstance(made[-1].event, OrderStatusTakenBack)
    return is_last and command.version == order["version"] - 1


def _is_own_and_fresh(move: Record, actor: Actor) -> bool:
    return move.actor_id == actor.id and now() - move.at <= A_MINUTE


def _check_right(move: Record, reason: str | None, actor: Actor) -> None:
    if _is_own_and_fresh(move, actor):
        return
    if actor.role != Role.SUPERADMIN:
        raise Forbidden(t("orders.only_owners_take_back"))
    if reason is None:
        raise Invalid(t("orders.reason_needed"))


def _undo(tx: Connection, order: Fields, move: Record, actor: Actor, reason: str | None) -> Fields:
    assert isinstance(move.event, OrderStatusChanged)
    previous, present = Status(move.event.previous), Status(order["status"])
    before = _before(order, previous, present, reason)
    tx.execute(sa.update(_orders).where(_orders.c.id == order["id"]).values(before))
    if present.gives_back:
        stock.take_stock(tx, queries.quantities(tx, order["id"]))
    since = order[STAMPS[present]] if present in STAMPS else None
    counters.count_taken_back(tx, order, previous.value, since, lambda: queries.shares(tx, order["id"]))
    history.tell(tx, OrderStatusTakenBack, order, previous, actor, reason)
    return {**order, **before}


def _before(order: Fields, previous: Status, present: Status, reason: str | None) -> dict[str, Any]:
    """The columns that the move changed, as they were. Before a move to a status, its moment was empty; as long as an
    order was pending, nobody had validated it."""
    values: dict[str, Any] = {"status": previous.value, "version": order["version"] + 1, "updated_at": now()}
    if present in STAMPS:
        values[STAMPS[present]] = None
    if previous == Status.PENDING:
        values |= {"validated_at": None, "validated_by": None}
    if reason:
        values["noted"] = order["noted"] + 1
    return values
