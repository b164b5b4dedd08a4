"""Refused orders as they were sent, and how many requests were refused each day."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment
from printalma.orders.models import Status

KEPT_FOR = timedelta(days=7)
MAX_KEPT = 500  # when there are more, those that were seen go first, then the oldest
MAX_BODY = 64_000  # characters of a body; an order's artwork is left out first, then the rest is cut

# Who sees the orders that wait would have seen this one among them (accounts.policy).
ABOUT = {"status": (Status.PENDING.value,)}


class RefusedOrder(Model):
    """`sender` and `phone` are keyed hashes, by which the same customer is known again. The same body from the same
    sender is one row: it was refused `times` times, at `at` the last time. `order_id` is what the team made of it.

    `reasons` are the answer's sentences with their fields, `body` is JSON unless it came as none or was cut.
    """

    __tablename__ = "refused_orders"
    __table_args__ = (sa.UniqueConstraint("sender", "digest", name="uq_refused_orders_sender_digest"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    times: Mapped[int]
    status: Mapped[int]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    user_id: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("users.id"))
    sender: Mapped[str] = mapped_column(sa.String(32))
    phone: Mapped[str | None] = mapped_column(sa.String(32))
    digest: Mapped[str] = mapped_column(sa.String(32))
    body: Mapped[str] = mapped_column(sa.Text)
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_by: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("users.id"))
    order_id: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("orders.id"))


class RefusedDay(Model):
    """How many requests were answered with `status` on a day of the shop: `orders` by their looks, `others` not."""

    __tablename__ = "refused_days"
    day: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    status: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    orders: Mapped[int]
    others: Mapped[int]
