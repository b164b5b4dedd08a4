"""Which pictures an order names: what is printed on its lines, and the articles under it."""

from collections.abc import Iterator

from printalma.db import Connection
from printalma.orders import queries, sent
from printalma.web.peer import let_others


def of_order(connection: Connection, order_id: int) -> Iterator[str]:
    """The addresses, in the order of lines; of each line, what is printed first. A line may take a tenth of a second to
    read: it is, once somebody wants to know."""
    texts = sent.of(connection, [order_id]).get(order_id, {})
    items = queries.items(connection, [order_id])[order_id] if texts else []
    for item in items:
        yield from sent.addresses(item, texts.get(item.id))
        let_others()
