"""What an order's page shows of its payment, and the forms it offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from printalma.orders import payments
from printalma.orders.commands import MEANS
from printalma.orders.models import Status
from printalma.orders.queries import Details


@dataclass(frozen=True)
class Paid:
    """Amounts in minor units. `rest` may still be received and `kept` given back; `to_return` should be: what was
    paid of an order that nobody gets, or beyond its total."""

    amounts: Sequence[tuple[str, int]]
    rest: int
    kept: int
    to_return: int
    means: Sequence[str] = MEANS


def shown(details: Details) -> dict[str, Any]:
    """What the block's template needs."""
    order, kept = details.order, payments.kept(details.order)
    lost = Status(order.status).is_lost
    rest = 0 if lost else payments.rest(order)
    named = {"received": order.paid, "refunded": order.refunded, "rest": rest, "excess": payments.excess(order)}
    amounts = [(name, value) for name, value in named.items() if value]
    return {"pay": Paid(amounts, rest, kept, kept if lost else payments.excess(order))}
