"""An order as anybody may see it who has its number: nothing of it says who ordered."""

from typing import Literal

import sqlalchemy as sa
from typing_extensions import TypedDict

from printalma.db import Connection
from printalma.lib import money
from printalma.lib.clock import iso
from printalma.lib.i18n import t
from printalma.orders import payments, queries
from printalma.orders.models import Status
from printalma.orders.queries import OrderRow
from printalma.web.schemas import Instant


class NamelessOrderJSON(TypedDict):
    id: int
    orderNumber: str
    status: Status
    statusLabel: str
    paymentMethod: str
    paymentStatus: str
    totalAmount: float
    subtotal: float
    deliveryFee: float
    createdAt: Instant


class PaymentStateJSON(TypedDict):
    success: Literal[True]
    orderNumber: str
    paymentStatus: str
    transactionId: str | None
    paymentMethod: str
    totalAmount: float
    orderStatus: Status


_BY_NUMBER = queries.ORDERS.where(queries.ORDERS.selected_columns.number == sa.bindparam("number"))


def by_number(connection: Connection, number: str) -> OrderRow | None:
    return next(iter(queries.read(connection, _BY_NUMBER, {"number": number})), None)


def order_json(order: OrderRow, currency: str) -> NamelessOrderJSON:
    status = Status(order.status)
    return {
        "id": order.id,
        "orderNumber": order.number,
        "status": status,
        "statusLabel": t(f"statuses.{status}"),
        "paymentMethod": order.payment_method,
        "paymentStatus": payments.told(order.payment_status),
        "totalAmount": money.number(order.total, currency),
        "subtotal": money.number(order.subtotal, currency),
        "deliveryFee": money.number(order.shipping_amount, currency),
        "createdAt": iso(order.created_at),
    }


def payment_json(order: OrderRow, currency: str) -> PaymentStateJSON:
    return {
        "success": True,
        "orderNumber": order.number,
        "paymentStatus": payments.told(order.payment_status),
        # Another provider's opens its receipt, with the customer's name.
        "transactionId": order.transaction_id if order.payment_method == "ORANGE_MONEY" else None,
        "paymentMethod": order.payment_method,
        "totalAmount": money.number(order.total, currency),
        "orderStatus": Status(order.status),
    }
