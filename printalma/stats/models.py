"""Counters kept with the orders, so that no statistic ever counts them again."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import Model


class DailyOrders(Model):
    """Orders placed on a day of the shop ("2026-11-23") that are in `status` now; `amount` in minor units."""

    __tablename__ = "daily_orders"
    __table_args__ = (sa.Index("ix_daily_orders_day", "day"),)

    status: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    day: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    orders: Mapped[int]
    amount: Mapped[int] = mapped_column(sa.BigInteger)
