"""/orders/admin/…statistics: how the shop goes, read from the counters (docs/contract.md, "Orders")."""

from flask import Blueprint, Response
from typing_extensions import TypedDict

from printalma.accounts.guard import access
from printalma.accounts.policy import ADMIN
from printalma.config import settings
from printalma.db import Connection, reading
from printalma.lib import money
from printalma.lib.clock import now, shop_day
from printalma.lib.i18n import t
from printalma.orders import queries, serializers
from printalma.orders.models import Status
from printalma.orders.schemas import OwnOrderJSON
from printalma.statistics import queries as counted
from printalma.web.describe import describe
from printalma.web.responses import success
from printalma.web.schemas import Success

RECENT = 5

bp = Blueprint("statistics", __name__, url_prefix="/orders/admin")


class Statistics(TypedDict):
    totalOrders: int
    pendingOrders: int
    confirmedOrders: int
    processingOrders: int
    shippedOrders: int
    deliveredOrders: int
    cancelledOrders: int
    rejectedOrders: int
    totalRevenue: float
    averageOrderValue: float
    ordersToday: int
    ordersThisWeek: int
    ordersThisMonth: int
    revenueToday: float
    revenueThisMonth: float
    totalCollected: float
    totalToCollect: float
    ordersByStatus: dict[Status, int]


class FrontendStatistics(Statistics):
    recentOrders: list[OwnOrderJSON]


@bp.get("/statistics")
@access(ADMIN)
@describe({200: Success[Statistics]})
def statistics() -> Response:
    with reading() as connection:
        found = _statistics(connection)
    return success(t("orders.statistics"), found)


@bp.get("/frontend-statistics")
@access(ADMIN)
@describe({200: Success[FrontendStatistics]})
def frontend_statistics() -> Response:
    with reading() as connection:
        found = _statistics(connection)
        recent = queries.newest(connection, RECENT)
    orders = [serializers.order_json(details, settings().shop_currency) for details in recent]
    shown: FrontendStatistics = {**found, "recentOrders": orders}
    return success(t("orders.frontend_statistics"), shown)


def _statistics(connection: Connection) -> Statistics:
    found = counted.overview(connection, shop_day(now(), settings().shop_tz))
    by_status = {status: found.by_status.get(status, 0) for status in Status}
    return {
        "totalOrders": sum(by_status.values()),
        "pendingOrders": by_status[Status.PENDING],
        "confirmedOrders": by_status[Status.CONFIRMED],
        "processingOrders": by_status[Status.PROCESSING],
        "shippedOrders": by_status[Status.SHIPPED],
        "deliveredOrders": by_status[Status.DELIVERED],
        "cancelledOrders": by_status[Status.CANCELLED],
        "rejectedOrders": by_status[Status.REJECTED],
        "totalRevenue": _number(found.revenue),
        "averageOrderValue": _number(round(found.revenue / found.earning)) if found.earning else 0,
        "ordersToday": found.today,
        "ordersThisWeek": found.this_week,
        "ordersThisMonth": found.this_month,
        "revenueToday": _number(found.revenue_today),
        "revenueThisMonth": _number(found.revenue_this_month),
        "totalCollected": _number(found.collected),
        "totalToCollect": _number(found.to_collect),
        "ordersByStatus": by_status,
    }


def _number(minor: int) -> float:
    return money.number(minor, settings().shop_currency)
