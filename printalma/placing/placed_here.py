"""Orders that this process has placed itself: they are as this release writes them, and nobody need look whether they
are tidy. They are forgotten when the shop's settings change, by which texts are judged."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from printalma.config import Settings, settings
from printalma.db import Connection, after_commit, table
from printalma.db.prepared import Prepared
from printalma.orders.models import Order
from printalma.orders.queries import OrderRow

MAX_RUNS = 100  # what is forgotten is looked at

_orders = table(Order)
_SAME = Prepared(
    sa.select(_orders.c.id).where(
        *(_orders.c[name] == sa.bindparam(name) for name in ("id", "number", "created_at")),
    )
)


@dataclass
class _Run:
    """Orders whose ids follow each other: the first one's, and the last of them; by which settings."""

    first: int
    last: OrderRow
    shop: Settings


_runs: deque[_Run] = deque(maxlen=MAX_RUNS)


def keep(tx: Connection, orders: Sequence[OrderRow], shop: Settings) -> None:
    """They are placed, by these settings, once the transaction is."""
    after_commit(tx, lambda: _keep(orders, shop))


def reach(connection: Connection, position: int) -> int:
    """The last of those right behind an order's id; that id itself when others may be in between."""
    for run in [run for run in _runs if run.shop != settings()]:
        _runs.remove(run)
    for run in [*_runs]:
        if run.first <= position + 1 <= run.last.id and _is_there(connection, run.last):
            return run.last.id
    return position


def _keep(orders: Sequence[OrderRow], shop: Settings) -> None:
    if shop != settings():
        return  # they have changed meanwhile
    for order in orders:
        last = _runs[-1] if _runs else None
        if last is not None and last.shop is shop and order.id == last.last.id + 1:
            last.last = order
        else:
            _runs.append(_Run(order.id, order, shop))


def _is_there(connection: Connection, order: OrderRow) -> bool:
    """Whether it is still that order: where a copy was put back ids come again."""
    values = {"id": order.id, "number": order.number, "created_at": order.created_at}
    return bool(_SAME.all(connection, values))
