"""What payment providers reported, and what came of it."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment

KEPT_FOR = timedelta(days=30)


class PaymentMessage(Model):
    """A message that was believed: `token` is the provider's name of the payment, `outcome` what was said of it
    (messages.Outcome), `state` what came of it (service.State). What is said again is the same row.

    `body` is JSON, without what its sender proves itself by.
    """

    __tablename__ = "payment_messages"
    __table_args__ = (sa.UniqueConstraint("provider", "token", "outcome"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    provider: Mapped[str] = mapped_column(sa.String(20))
    token: Mapped[str] = mapped_column(sa.String(200))
    outcome: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(20))
    order_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("orders.id"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)
