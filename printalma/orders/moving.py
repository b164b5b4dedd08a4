"""Moving several orders at once: each by itself, so that one that cannot move keeps no other back."""

from collections.abc import Callable
from dataclasses import dataclass

from printalma.accounts.actor import Actor
from printalma.db import reading
from printalma.lib.errors import NotFound, Refused
from printalma.lib.i18n import t
from printalma.orders import queries, service, taking_back
from printalma.orders.commands import ChangeStatus, MoveMany, Seen, TakeBack, TakeBackMany
from printalma.orders.queries import Fields


@dataclass(frozen=True)
class Outcome:
    """What became of one order, and how it is now; `problem` says in words why it is not as was asked."""

    order_id: int
    number: str
    status: str | None = None
    version: int | None = None
    problem: str | None = None

    @property
    def seen(self) -> str:
        """As a form names it."""
        return f"{self.order_id}:{self.version}"


def move_many(command: MoveMany, actor: Actor) -> list[Outcome]:
    """Move orders as an admin, each in a transaction of its own, and tell what became of each, in the same order.

    The same command again changes nothing and tells the same.
    """

    def move(seen: Seen) -> Fields:
        wanted = ChangeStatus(status=command.status, version=seen.version)
        return service.change_status(seen.id, wanted, actor, by_hand=True).order

    return _each(command.orders, move)


def take_back_many(command: TakeBackMany, actor: Actor) -> list[Outcome]:
    """Take back the last move of each of these orders, as one moves them."""
    return _each(command.orders, lambda seen: taking_back.take_back(seen.id, TakeBack(version=seen.version), actor))


def outcome_of(order: Fields, problem: str | None = None) -> Outcome:
    """What became of an order that is now as `order` says."""
    return Outcome(order["id"], order["number"], order["status"], order["version"], problem)


def _each(orders: list[Seen], act: Callable[[Seen], Fields]) -> list[Outcome]:
    seen = {order.id: order for order in orders}
    return [_outcome(order, act) for order in seen.values()]


def _outcome(seen: Seen, act: Callable[[Seen], Fields]) -> Outcome:
    try:
        return outcome_of(act(seen))
    except NotFound as refused:
        return Outcome(seen.id, t("ui.move.number", id=seen.id), problem=refused.message)
    except Refused as refused:
        with reading() as connection:
            order = queries.by_id(connection, seen.id)
        assert order is not None, "an order is never deleted"
        return outcome_of(order, refused.message)
