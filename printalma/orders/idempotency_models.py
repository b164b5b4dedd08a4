"""Keys by which a request that is sent again is known (orders.idempotency)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment


class IdempotencyKey(Model):
    """A key a caller sent ("guest" is one caller), the hash of its body and the order it made."""

    __tablename__ = "idempotency_keys"
    caller: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    order_id: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("orders.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
