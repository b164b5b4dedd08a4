"""Reading the shop's settings."""

import sqlalchemy as sa

from printalma.db import Connection, Row, table
from printalma.events.models import LoggedEvent
from printalma.events.types import OrderPlaced
from printalma.shop.models import ShopRow

_shop = table(ShopRow)
_events = table(LoggedEvent)
_ROW = sa.select(_shop)
_FIRST_ORDER = sa.select(_events.c.data).where(_events.c.type == OrderPlaced.__name__).order_by(_events.c.id).limit(1)


def row(connection: Connection) -> Row:
    return connection.execute(_ROW).one()


def row_held(tx: Connection) -> Row:
    """The row, which nobody changes before the end of the transaction."""
    return tx.execute(_ROW.with_for_update(read=True)).one()


def row_for_update(tx: Connection) -> Row:
    """The row, locked until the end of the transaction."""
    return tx.execute(_ROW.with_for_update()).one()


def currency_of_orders(connection: Connection) -> str | None:
    """The currency of the orders there are; None while there is none."""
    placed = connection.scalar(_FIRST_ORDER)
    return None if placed is None else str(placed["currency"])
