"""Some days of the shop: what was sold on them, where the orders are now, and how long they took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from printalma.catalog.models import Product
from printalma.db import Connection, table
from printalma.orders.models import DailyDurations, DailyOrders, DailyProducts
from printalma.statistics.spans import FIRST, LAST, Span, Totals, days_of

_daily, _products = table(DailyOrders), table(DailyProducts)
_durations, _catalogue = table(DailyDurations), table(Product)
_BY_STATUS = (
    sa.select(
        _daily.c.status, sa.func.sum(_daily.c.orders).label("orders"), sa.func.sum(_daily.c.amount).label("amount")
    )
    .where(_daily.c.day.between(FIRST, LAST))
    .group_by(_daily.c.status)
)
_BY_PRODUCT = (
    sa.select(
        _products.c.product_id,
        _catalogue.c.name,
        sa.func.sum(_products.c.orders).label("orders"),
        sa.func.sum(_products.c.quantity).label("quantity"),
        sa.func.sum(_products.c.revenue).label("revenue"),
    )
    .join(_catalogue, _catalogue.c.id == _products.c.product_id)
    .where(_products.c.day.between(FIRST, LAST))
    .group_by(_products.c.product_id, _catalogue.c.name)
    .having(sa.func.sum(_products.c.quantity) > 0)
    .order_by(sa.desc("revenue"), sa.desc("quantity"), _products.c.product_id)
)
_TAKEN = (
    sa.select(_durations.c.seconds, sa.func.sum(_durations.c.orders).label("orders"))
    .where(_durations.c.day.between(FIRST, LAST), _durations.c.status == sa.bindparam("status"))
    .group_by(_durations.c.seconds)
    .order_by(_durations.c.seconds)
)


@dataclass(frozen=True)
class Sold:
    """A product and what it did; `revenue` in minor units."""

    name: str
    orders: int
    quantity: int
    revenue: int


def by_status(connection: Connection, span: Span) -> Mapping[str, Totals]:
    """Orders and their amounts by the status they have now; statuses nobody is in are missing."""
    rows = connection.execute(_BY_STATUS, days_of(span)).all()
    return {row.status: Totals(int(row.orders), int(row.amount)) for row in rows if row.orders}


def by_product(connection: Connection, span: Span) -> Sequence[Sold]:
    """What was ordered and neither cancelled nor rejected, the best first, under the names of today."""
    rows = connection.execute(_BY_PRODUCT, days_of(span))
    return [Sold(row.name, int(row.orders), int(row.quantity), int(row.revenue)) for row in rows]


def taken(connection: Connection, span: Span, status: str) -> Sequence[tuple[int, int]]:
    """(seconds, orders): how long the orders of `span` took to become `status`, the shortest first."""
    rows = connection.execute(_TAKEN, days_of(span) | {"status": status})
    return [(row.seconds, int(row.orders)) for row in rows]
