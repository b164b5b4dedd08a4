"""The counters that are kept with orders (orders.counters)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model


class DailyOrders(Model):
    """Orders placed on a day of the shop ("2026-11-23") that are in `status` now, in minor units: `amount` is what
    their products cost, less what was given back; `collected` is kept of what was paid, `to_collect` is due."""

    __tablename__ = "daily_orders"
    __table_args__ = (sa.Index("ix_daily_orders_day", "day"),)

    status: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    day: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    orders: Mapped[int]
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    collected: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    to_collect: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")


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
    quantity: Mapped[int] = mapped_column(sa.BigInteger)
    revenue: Mapped[int] = mapped_column(sa.BigInteger)


class DailyDurations(Model):
    """How many orders of a day took `seconds`, as precise as people tell it, to become `status`."""

    __tablename__ = "daily_durations"

    day: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    status: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    seconds: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    orders: Mapped[int]
