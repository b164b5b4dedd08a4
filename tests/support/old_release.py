"""The first release, beside the one under test: what it wrote of an order and of a move, nothing that came later."""

import time
from typing import Any

import sqlalchemy as sa

from tests.support import database as db

_NUMBER = (
    "INSERT INTO daily_numbers (day, last) VALUES (:day, 1) "
    "ON CONFLICT (day) DO UPDATE SET last = daily_numbers.last + 1 RETURNING last"
)
_ORDER = (
    "INSERT INTO orders (number, day, user_id, status, version, subtotal, shipping_amount, total, payment_method, "
    "payment_status, phone, customer, summary, lines, shipping_name, shipping_street, created_at, updated_at) "
    "VALUES (:number, :day, :user, 'PENDING', 1, :total, 0, :total, 'CASH_ON_DELIVERY', 'PENDING', :phone, :customer, "
    "'1 × T-shirt', 1, :customer, '1 rue', :at, :at) RETURNING id"
)
_ITEM = (
    "INSERT INTO order_items (order_id, product_id, product_name, quantity, unit_price, total_price) "
    "VALUES (:order, 1, 'T-shirt', 1, :total, :total)"
)
_COUNT = (
    "INSERT INTO daily_orders (status, day, orders, amount) VALUES (:status, :day, :n, :amount) "
    "ON CONFLICT (status, day) DO UPDATE SET "
    "orders = daily_orders.orders + excluded.orders, amount = daily_orders.amount + excluded.amount"
)
_EVENT = sa.text(
    "INSERT INTO events (id, at, type, actor_id, order_id, data) VALUES (:id, :at, :type, :actor, :order, :data)"
).bindparams(sa.bindparam("data", type_=sa.JSON))
TOTAL = 2490


class OldRelease:
    """Orders of "Ancienne Cliente", each with a number of its own in `numbers`, by id."""

    def __init__(self, database_url: str) -> None:
        self._engine = db.engine_of(database_url)
        self.numbers: dict[int, str] = {}

    def place(self, user_id: int | None = None, ago: float = 0) -> int:
        """Take an order as of `ago` seconds; its id."""
        moment = time.time() - ago
        day = time.strftime("%Y-%m-%d", time.gmtime(moment))
        values: dict[str, Any] = {
            "user": user_id,
            "total": TOTAL,
            "phone": "0612345678",
            "customer": "Ancienne Cliente",
        }
        with self._engine.begin() as tx:
            serial = tx.execute(sa.text(_NUMBER), {"day": day}).scalar_one()
            number = f"CMD{day.replace('-', '')}{serial:03}"
            values |= {"number": number, "day": day, "at": round(moment * 1000)}
            order_id: int = tx.execute(sa.text(_ORDER), values).scalar_one()
            tx.execute(sa.text(_ITEM), {"order": order_id, "total": TOTAL})
            _count(tx, "PENDING", day, 1)
            told = {"order_id": order_id, "number": number, "total": TOTAL, "currency": "EUR", "customer_id": user_id}
            told |= {"customer_name": values["customer"], "customer_email": None, "lines": 1, "placed_at": "2026"}
            _append(tx, "OrderPlaced", user_id, told)
        self.numbers[order_id] = number
        return order_id

    def confirm(self, order_id: int, actor_id: int, note: str | None = None) -> None:
        """Move a pending order on."""
        moved = (
            "UPDATE orders SET status = 'CONFIRMED', version = version + 1, updated_at = :at, confirmed_at = :at "
            "WHERE id = :id RETURNING number, day, user_id"
        )
        with self._engine.begin() as tx:
            order = tx.execute(sa.text(moved), {"id": order_id, "at": round(time.time() * 1000)}).one()
            for status, sign in (("CONFIRMED", 1), ("PENDING", -1)):
                _count(tx, status, order.day, sign)
            told = {"order_id": order_id, "number": order.number, "previous": "PENDING", "new": "CONFIRMED"}
            told |= {"customer_id": order.user_id, "customer_email": None, "changed_by": "Awa", "note": note}
            _append(tx, "OrderStatusChanged", actor_id, told)


def _count(tx: sa.Connection, status: str, day: str, n: int) -> None:
    tx.execute(sa.text(_COUNT), {"status": status, "day": day, "n": n, "amount": n * TOTAL})


def _append(tx: sa.Connection, kind: str, actor_id: int | None, data: dict[str, Any]) -> None:
    event_id = tx.execute(sa.text("UPDATE log_position SET last = last + 1 RETURNING last")).scalar_one()
    values = {"id": event_id, "at": round(time.time() * 1000), "type": kind, "actor": actor_id, "data": data}
    tx.execute(_EVENT, values | {"order": data["order_id"]})
