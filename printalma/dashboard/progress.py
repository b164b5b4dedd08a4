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
    """An order that was lost has the steps that it made, and its end; one in a status beside the way goes on from there
    where that leads. Moves that were taken back do not count."""
    status, reached = Status(order.status), {Status.PENDING: order.created_at}
    for record in history.standing(moves):
        reached[Status(history.move_of(record).new)] = record.at
    way = _way()
    left = way[way.index(status.step) :] if status.step else []
    made = way[: way.index(status)] if status in way else [step for step in way if step in reached and step not in left]
    done = [Step(step, "done", reached.get(step)) for step in made]
    return [*done, Step(status, "now", reached.get(status)), *(Step(step, "ahead") for step in left)]


def _way() -> list[Status]:
    found = [Status.PENDING]
    while (following := found[-1].step) is not None:
        found.append(following)
    return found
