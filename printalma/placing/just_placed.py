"""Orders that this process has just placed: whoever tells of them need not read what was written a moment ago."""

from collections import Counter
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from printalma.db import Connection
from printalma.events.log import Record
from printalma.events.types import OrderPlaced, OrderStatusChanged
from printalma.orders import queries
from printalma.orders.queries import OrderRow

_rows: WeakKeyDictionary[OrderPlaced, OrderRow] = WeakKeyDictionary()  # as long as the log keeps the event


def keep(event: OrderPlaced, order: OrderRow) -> None:
    """Its event is written with the order."""
    _rows[event] = order


def orders(connection: Connection, records: Sequence[Record]) -> list[OrderRow]:
    """The orders that records tell of, newest first: as they are, but for those of which nothing else is told than that
    they came. What happened to these since is told behind."""
    told = Counter(map(order_of, records))
    known = {
        event.order_id: row
        for event in (record.event for record in records)
        if isinstance(event, OrderPlaced) and told[event.order_id] == 1 and (row := _rows.get(event)) is not None
    }
    found = [*known.values(), *queries.rows(connection, sorted(told.keys() - known.keys()))]
    return sorted(found, key=lambda order: order.id, reverse=True)


def order_of(record: Record) -> int:
    """Which order an event of orders tells of."""
    assert isinstance(record.event, OrderPlaced | OrderStatusChanged)
    return record.event.order_id
