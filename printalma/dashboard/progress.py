"""Where an order stands on its way: the steps that it has made, the one it is at, and those that are left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from printalma.events.log import Record
from printalma.orders import history
from printalma.orders.models import Status
from printalma.orders.queries import OrderRow


@dataclass(frozen=True)
class Step:
    """One status of the way. `at` is when the order got there."""

    status: Status
    is_: Literal["done", "now", "ahead"]
    at: datetime | None = None


def steps(order: OrderRow, moves: Sequence[Record]) -> list[Step]:
    """An order that was lost has the steps that it made, and its end. Moves that were taken back do not count."""
    status, reached = Status(order.status), {Status.PENDING: order.created_at}
    for record in history.standing(moves):
        reached[Status(history.move_of(record).new)] = record.at
    way = _way()
    made = [step for step in way if step in reached] if status.is_lost else way[: way.index(status)]
    done = [Step(step, "done", reached.get(step)) for step in made]
    ahead = [] if status.is_lost else [Step(step, "ahead") for step in way[len(made) + 1 :]]
    return [*done, Step(status, "now", reached.get(status)), *ahead]


def _way() -> list[Status]:
    found = [Status.PENDING]
    while (following := found[-1].step) is not None:
        found.append(following)
    return found
