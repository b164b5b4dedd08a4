"""Which pictures an order names: what is printed on its lines, and the articles under it."""

from collections.abc import Collection, Iterator

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.db.prepared import Prepared
from printalma.orders import queries, sent
from printalma.orders.models import Order
from printalma.web.peer import let_others

_orders = table(Order)
_SENT_WITH = Prepared(
    sa.select(_orders.c.id).where(_orders.c.id.in_(sa.bindparam("ids", expanding=True)), _orders.c.sent_size > 0),
    ["ids"],
)


def may_name(connection: Connection, ids: Collection[int]) -> set[int]:
    """Those of the orders `ids` with which something was sent."""
    return {row.id for row in _SENT_WITH.all(connection, {"ids": [*ids]})} if ids else set()


def of_order(connection: Connection, order_id: int) -> Iterator[str]:
    """The addresses, in the order of lines; of each line, what is printed first. A line may take a tenth of a second to
    read: it is, once somebody wants to know."""
    texts = sent.of(connection, [order_id]).get(order_id, {})
    items = queries.items(connection, [order_id])[order_id] if texts else []
    for item in items:
        yield from sent.addresses(item, texts.get(item.id))
        let_others()
