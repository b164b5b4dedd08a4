"""Orders, their lines, the states they may be in, and the counters that are kept with them."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment


class Status(StrEnum):
    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    PROCESSING = "PROCESSING"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"
    REJECTED = "REJECTED"

    @property
    def next(self) -> tuple["Status", ...]:
        """What an order in this state may become (docs/contract.md, "Statuses")."""
        return _NEXT[self]

    @property
    def is_final(self) -> bool:
        """Whether nothing becomes of an order in this state any more."""
        return not self.next

    @property
    def step(self) -> "Status | None":
        """What an order in this state becomes when all goes well; None for an end."""
        return next((status for status in self.next if not status.is_lost), None)

    @property
    def earns(self) -> bool:
        """Whether an order in this state is revenue."""
        return self in (Status.CONFIRMED, Status.PROCESSING, Status.SHIPPED, Status.DELIVERED)

    @property
    def is_lost(self) -> bool:
        """Whether an order that gets here returns its stock: nothing of it is sold."""
        return self in (Status.CANCELLED, Status.REJECTED)

    @property
    def is_timed(self) -> bool:
        """Whether it is counted how long orders took to get here; it has a column in STAMPS."""
        return self in (Status.CONFIRMED, Status.SHIPPED)


_NEXT = {
    Status.PENDING: (Status.CONFIRMED, Status.REJECTED, Status.CANCELLED),
    Status.CONFIRMED: (Status.PROCESSING, Status.CANCELLED),
    Status.PROCESSING: (Status.SHIPPED, Status.CANCELLED),
    Status.SHIPPED: (Status.DELIVERED, Status.CANCELLED),
    Status.DELIVERED: (),
    Status.CANCELLED: (),
    Status.REJECTED: (),
}

# The same for SQL.
EARNING = tuple(status for status in Status if status.earns)
TIMED = tuple(status for status in Status if status.is_timed)
FINAL = tuple(status for status in Status if status.is_final)

# The column that keeps when an order got there.
STAMPS = {
    Status.CONFIRMED: "confirmed_at",
    Status.SHIPPED: "shipped_at",
    Status.DELIVERED: "delivered_at",
    Status.CANCELLED: "cancelled_at",
}


class Order(Model):
    """Amounts in minor units. `day` is the shop's day on which it came, `summary` its lines in a few words, `noted` how
    many notes the team has written about it."""

    __tablename__ = "orders"
    __table_args__ = (
        sa.Index("ix_orders_status_id", "status", "id"),
        sa.Index("ix_orders_status_payment_id", "status", "payment_method", "id"),
        sa.Index("ix_orders_user_id_id", "user_id", "id"),
        sa.Index("ix_orders_day_id", "day", "id"),
        sa.Index("ix_orders_total_id", "total", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(24), unique=True)
    day: Mapped[str] = mapped_column(sa.String(10))
    user_id: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(sa.String(20))
    version: Mapped[int]
    subtotal: Mapped[int] = mapped_column(sa.BigInteger)
    shipping_amount: Mapped[int] = mapped_column(sa.BigInteger)
    total: Mapped[int] = mapped_column(sa.BigInteger)
    payment_method: Mapped[str] = mapped_column(sa.String(20))
    payment_status: Mapped[str] = mapped_column(sa.String(20))
    phone: Mapped[str] = mapped_column(sa.String(40))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    notes: Mapped[str | None] = mapped_column(sa.Text)
    customer: Mapped[str] = mapped_column(sa.String(201))
    summary: Mapped[str] = mapped_column(sa.String(200))
    lines: Mapped[int]
    noted: Mapped[int] = mapped_column(default=0, server_default="0")
    shipping_name: Mapped[str] = mapped_column(sa.String(201))
    shipping_company: Mapped[str | None] = mapped_column(sa.String(150))
    shipping_street: Mapped[str] = mapped_column(sa.String(500))
    shipping_apartment: Mapped[str | None] = mapped_column(sa.String(100))
    shipping_city: Mapped[str | None] = mapped_column(sa.String(100))
    shipping_region: Mapped[str | None] = mapped_column(sa.String(100))
    shipping_postal_code: Mapped[str | None] = mapped_column(sa.String(20))
    shipping_country: Mapped[str | None] = mapped_column(sa.String(100))
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    updated_at: Mapped[datetime] = mapped_column(Moment, index=True)
    validated_at: Mapped[datetime | None] = mapped_column(Moment)
    validated_by: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    shipped_at: Mapped[datetime | None] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)


class OrderItem(Model):
    """`product_name` is the name at the time of the order: renaming a product rewrites no order."""

    __tablename__ = "order_items"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("orders.id"), index=True)
    product_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("products.id"))
    product_name: Mapped[str] = mapped_column(sa.String(150))
    quantity: Mapped[int]
    unit_price: Mapped[int] = mapped_column(sa.BigInteger)
    total_price: Mapped[int] = mapped_column(sa.BigInteger)
    size: Mapped[str | None] = mapped_column(sa.String(100))
    color: Mapped[str | None] = mapped_column(sa.String(100))
    color_id: Mapped[int | None] = mapped_column(sa.BigInteger)


class OrderText(Model):
    """What an order is found by (`searchable`): it changes with the rules of that alone, by and by (tidying)."""

    __tablename__ = "order_texts"
    order_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(sa.Text)


class ArchivedOrder(Model):
    """What was put aside of an order: its lines and its history, packed (orders.archive). The row and the text stay: it
    is counted, listed and found as ever."""

    __tablename__ = "archived_orders"
    order_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)


class DailyNumber(Model):
    """The last order number of a day of the shop."""

    __tablename__ = "daily_numbers"
    day: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    last: Mapped[int]


class IdempotencyKey(Model):
    """A key a caller sent ("guest" is one caller), the hash of its body and the order it made."""

    __tablename__ = "idempotency_keys"
    caller: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    order_id: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("orders.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)


class DailyOrders(Model):
    """Orders placed on a day of the shop ("2026-11-23") that are in `status` now; `amount` in minor units."""

    __tablename__ = "daily_orders"
    __table_args__ = (sa.Index("ix_daily_orders_day", "day"),)

    status: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    day: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    orders: Mapped[int]
    amount: Mapped[int] = mapped_column(sa.BigInteger)


class QuarterOrders(Model):
    """Orders placed in a quarter of an hour, numbered since 1970 in UTC, and what they earn now.

    No clock on Earth is off UTC by less than quarters: the shop's hours are told from these when they are read.
    """

    __tablename__ = "quarter_orders"

    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    orders: Mapped[int]
    revenue: Mapped[int] = mapped_column(sa.BigInteger)


class DailyProducts(Model):
    """What a product did in the orders of a day that are neither cancelled nor rejected."""

    __tablename__ = "daily_products"

    day: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    product_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("products.id"), primary_key=True, autoincrement=False)
    orders: Mapped[int]
    quantity: Mapped[int]
    revenue: Mapped[int] = mapped_column(sa.BigInteger)


class DailyDurations(Model):
    """How many orders of a day took `seconds`, as precise as people tell it, to become `status`."""

    __tablename__ = "daily_durations"

    day: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    status: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    seconds: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    orders: Mapped[int]
