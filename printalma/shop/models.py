"""The shop's settings, a column each. What may be said of them: commands.py; who goes by them: service.py (_adopt)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import Model


class ShopRow(Model):
    """One row. What nobody has saved yet is None: the environment's value applies.

    An order that waits to be confirmed is late after `confirm_late` hours and overdue after `confirm_overdue`; one that
    waits to be sent goes by the other two. 0 is never.
    """

    __tablename__ = "shop"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str | None] = mapped_column(sa.String(100))
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    zone: Mapped[str | None] = mapped_column(sa.String(64))
    country: Mapped[str | None] = mapped_column(sa.String(2))
    low_stock: Mapped[int]
    most_per_product: Mapped[int] = mapped_column(server_default="0")
    reasons: Mapped[str | None] = mapped_column(sa.Text)
    min_dpi: Mapped[int] = mapped_column(server_default="150")
    confirm_late: Mapped[int] = mapped_column(server_default="24")
    confirm_overdue: Mapped[int] = mapped_column(server_default="48")
    send_late: Mapped[int] = mapped_column(server_default="72")
    send_overdue: Mapped[int] = mapped_column(server_default="120")
    address: Mapped[str | None] = mapped_column(sa.Text)
    phone: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int]
