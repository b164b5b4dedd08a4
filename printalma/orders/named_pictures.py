"""Which pictures an order names: what is printed on its lines, and the articles under it."""

from printalma.db import Connection
from printalma.orders import queries, sent


def of_order(connection: Connection, order_id: int) -> list[str]:
    """The addresses, in the order of lines; of each line, what is printed first."""
    texts = sent.of(connection, [order_id]).get(order_id, {})
    items = queries.items(connection, [order_id])[order_id] if texts else []
    return [address for item in items for address in sent.addresses(item, texts.get(item.id))]
