"""What every change of an order has in common: its row is written as it was believed to be, and it is found by what it
says now and by what the team writes of it."""

from collections.abc import Sequence

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.events import log
from printalma.events.types import OrderNoted
from printalma.orders import history, printed
from printalma.orders.listing import search
from printalma.orders.listing.models import OrderText
from printalma.orders.listing.texts import as_words, searchable
from printalma.orders.models import Order
from printalma.orders.queries import ItemRow, OrderRow

_orders, _texts = table(Order), table(OrderText)
# Neither `version` nor `updated_at`: a note must make no colleague's change a conflict, and customers read both.
_COUNT = (
    sa.update(_orders)
    .where(_orders.c.id == sa.bindparam("order"))
    .values(noted=_orders.c.noted + 1)
    .returning(_orders.c.number)
)


def save(tx: Connection, before: OrderRow, after: OrderRow) -> None:
    """Write the columns that differ, and which papers do not say what the order does any more."""
    known, after = before._asdict(), after._replace(printed=printed.since(before, after))
    changes = {name: value for name, value in after._asdict().items() if value != known[name]}
    believed = sa.update(_orders).where(_orders.c.id == before.id, _orders.c.version == before.version)
    saved = tx.execute(believed.values(changes)).rowcount
    assert saved == 1, "the row is locked, so its version cannot have changed"


def reword(tx: Connection, order: OrderRow, items: Sequence[ItemRow]) -> None:
    """Have an order found by what it says now."""
    known = tx.scalar(sa.select(_texts.c.text).where(_texts.c.order_id == order.id).with_for_update())
    text = searchable(order, items, history.remarks(tx, order))
    if known not in (None, text):
        search.reword(tx, order.id, str(known), text)


def note(
    tx: Connection, order_id: int, text: str, by: str, actor_id: int | None, *seen: sa.ColumnElement[bool]
) -> bool:
    """Note something of an order that is `seen`; whether there is one."""
    number: str | None = tx.execute(_COUNT.where(*seen), {"order": order_id}).scalar_one_or_none()
    if number is None:
        return False
    remember(tx, order_id, text)
    log.append(tx, OrderNoted(order_id, number, text, by), actor_id)
    return True


def remember(tx: Connection, order_id: int, *texts: str | None) -> None:
    """Have an order, whose row is locked, found by what was written of it as well."""
    if words := [word for text in texts for word in as_words(text)]:
        search.enrich(tx, order_id, words)
