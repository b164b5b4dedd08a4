"""Moving several orders at once: each by itself, so that one that cannot move keeps no other back."""

from dataclasses import dataclass

from printalma.accounts.actor import Actor
from printalma.db import reading
from printalma.events import log
from printalma.events.types import OrderStatusChanged
from printalma.lib.errors import Conflict, NotFound
from printalma.lib.text import t
from printalma.orders import queries, service
from printalma.orders.commands import ChangeStatus, MoveMany, Seen
from printalma.orders.models import Status


@dataclass(frozen=True)
class Outcome:
    """What became of one order; `problem` says in words why it did not move, None when it has the wanted status."""

    order_id: int
    number: str
    problem: str | None = None


def move_many(command: MoveMany, actor: Actor) -> list[Outcome]:
    """Move orders as an admin, each in a transaction of its own, and tell what became of each, in the same order.

    The same command again changes nothing and tells the same: what the actor has already moved is no conflict.
    """
    seen = {order.id: order for order in command.orders}
    return [_move(order, command.status, actor) for order in seen.values()]


def _move(seen: Seen, status: Status, actor: Actor) -> Outcome:
    try:
        wanted = ChangeStatus(status=status, version=seen.version)
        return Outcome(seen.id, service.change_status(seen.id, wanted, actor).order["number"])
    except NotFound as refused:
        return Outcome(seen.id, t("ui.move.number", id=seen.id), refused.message)
    except Conflict as refused:
        return _as_it_is(seen.id, status, actor, refused)


def _as_it_is(order_id: int, status: Status, actor: Actor, refused: Conflict) -> Outcome:
    with reading() as connection:
        order = queries.by_id(connection, order_id)
        assert order is not None, "an order is never deleted"
        moves = [r for r in log.of_order(connection, order_id) if isinstance(r.event, OrderStatusChanged)]
    is_done = order["status"] == status and bool(moves) and moves[-1].actor_id == actor.id
    return Outcome(order_id, order["number"], None if is_done else refused.message)
