"""Telling that pictures of orders have arrived, or will not: whoever judges orders by their pictures registers here,
and hears of it in the same transaction (pictures know no order)."""

from collections.abc import Callable, Collection, Sequence

from printalma.db import Connection
from printalma.events import log
from printalma.events.types import PicturesChanged

Settled = Callable[[Connection, Sequence[int], Collection[str]], None]
_registered: list[Settled] = []


def on_settled(settled: Settled) -> None:
    """`settled` is told of orders, by their ids, and of sources whose orders may be more than these, by their keys."""
    _registered[:] = [settled]


def tell(tx: Connection, order_ids: Sequence[int], keys: Collection[str] = ()) -> None:
    """The last statement of a transaction by which pictures of these orders are settled."""
    for settled in _registered:
        settled(tx, order_ids, keys)
    log.append(tx, PicturesChanged(list(order_ids)), None)
