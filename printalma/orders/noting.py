"""Telling the team something of an order: it is counted, the order is found by it, and those who look are told."""

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.events import log
from printalma.events.types import OrderNoted
from printalma.orders.listing import search
from printalma.orders.listing.texts import as_words
from printalma.orders.models import Order

_orders = table(Order)
# Neither `version` nor `updated_at`: a note must make no colleague's change a conflict, and customers read both.
_COUNT = (
    sa.update(_orders)
    .where(_orders.c.id == sa.bindparam("order"))
    .values(noted=_orders.c.noted + 1)
    .returning(_orders.c.number)
)


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
