"""What a customer's orders come to (docs/contract.md, "A customer's statistics"): amounts are of what is paid."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from typing_extensions import TypedDict

from printalma.db import Connection, Row, table
from printalma.lib import money
from printalma.orders import payments
from printalma.orders.models import Order, Status
from printalma.orders_api.pages import PageJSON

# The newest of one user. An account in whose name a front end posts everybody's has any number, and nobody reads it.
MAX_ORDERS = 5000
RECENT_DAYS = 7
PAID = "PAID"


class AmountsJSON(TypedDict):
    totalAmount: float
    totalRevenue: float
    totalVendorAmount: float
    totalCommission: float
    annualRevenue: float
    monthlyRevenue: float


class OwnStatisticsJSON(AmountsJSON):
    totalOrders: int
    statusBreakdown: dict[str, int]
    paymentStatusBreakdown: dict[str, int]
    paymentMethods: dict[str, int]
    averageOrderValue: float
    recentOrders: int
    pendingOrders: int
    confirmedOrders: int
    deliveredOrders: int
    cancelledOrders: int
    paidOrders: int
    unpaidOrders: int


class OwnPageJSON(PageJSON):
    statistics: OwnStatisticsJSON


_orders = table(Order)
_COLUMNS = "status", "payment_status", "payment_method", "day"
_NEWEST = (
    sa.select(*(_orders.c[name] for name in (*_COLUMNS, "total")))
    .where(_orders.c.user_id == sa.bindparam("user"))
    .order_by(_orders.c.id.desc())
    .limit(MAX_ORDERS)
    .subquery()
)
_KEY = [_NEWEST.c[name] for name in _COLUMNS]
_COUNTED = [sa.func.count().label("orders"), sa.func.sum(_NEWEST.c.total).label("amount")]
_SUMS = sa.select(*_KEY, *_COUNTED).group_by(*_KEY)


def of_user(connection: Connection, user_id: int, today: date, currency: str) -> OwnStatisticsJSON:
    """Of the user's newest MAX_ORDERS orders; `today` is the shop's day."""
    sums = connection.execute(_SUMS, {"user": user_id}).all()
    by_status, by_payment, by_method = (_counted(sums, name) for name in _COLUMNS[:3])
    orders, paid = sum(by_status.values()), _paid(sums)
    recent = str(today - timedelta(days=RECENT_DAYS - 1))
    return {
        "totalOrders": orders,
        "statusBreakdown": by_status,
        "paymentStatusBreakdown": by_payment,
        "paymentMethods": by_method,
        "recentOrders": sum(row.orders for row in sums if row.day >= recent),
        "pendingOrders": by_status[Status.PENDING],
        "confirmedOrders": by_status[Status.CONFIRMED],
        "deliveredOrders": by_status[Status.DELIVERED],
        "cancelledOrders": by_status[Status.CANCELLED],
        "paidOrders": by_payment[PAID],
        "unpaidOrders": orders - by_payment[PAID],
        **_amounts(sums, today, currency),
        "averageOrderValue": money.number(round(paid / max(orders, 1)), currency),
    }


def _amounts(sums: Sequence[Row], today: date, currency: str) -> AmountsJSON:
    paid = money.number(_paid(sums), currency)
    return {
        "totalAmount": paid,
        "totalRevenue": paid,
        "totalVendorAmount": paid,
        "totalCommission": 0,
        "annualRevenue": money.number(_paid(sums, f"{today:%Y-}"), currency),
        "monthlyRevenue": money.number(_paid(sums, f"{today:%Y-%m-}"), currency),
    }


def _counted(sums: Sequence[Row], name: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in sums:
        found[payments.known_as(getattr(row, name))] += row.orders
    return found


def _paid(sums: Sequence[Row], since: str = "") -> int:
    """What is paid of the orders of days that begin with `since`, in minor units."""
    return sum(int(row.amount) for row in sums if row.payment_status == PAID and row.day.startswith(since))
