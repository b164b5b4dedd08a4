"""Products: what is sold, at what price, and how many are left."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment


class Product(Model):
    """`price` is in minor units. `stock` None means untracked: as many as anybody orders."""

    __tablename__ = "products"
    __table_args__ = (sa.CheckConstraint("stock >= 0", name="stock"), sa.CheckConstraint("price >= 0", name="price"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(150))
    description: Mapped[str] = mapped_column(sa.Text)
    price: Mapped[int] = mapped_column(sa.BigInteger)
    sizes: Mapped[list[str]] = mapped_column(sa.JSON)
    colors: Mapped[list[str]] = mapped_column(sa.JSON)
    stock: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
