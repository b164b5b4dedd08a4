"""Products: what is sold, at what price, and how many are left."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment


class Product(Model):
    """`price` is in minor units. `stock` None means untracked: as many as anybody orders. A product that is counted
    `by_variant` has the sum of its variants there. `print_width` is how wide the area is that is printed on, in mm."""

    __tablename__ = "products"
    __table_args__ = (sa.CheckConstraint("stock >= 0", name="stock"), sa.CheckConstraint("price >= 0", name="price"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(150))
    description: Mapped[str] = mapped_column(sa.Text)
    price: Mapped[int] = mapped_column(sa.BigInteger)
    sizes: Mapped[list[str]] = mapped_column(sa.JSON)
    colors: Mapped[list[str]] = mapped_column(sa.JSON)
    stock: Mapped[int | None]
    by_variant: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    print_width: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class Reference(Model):
    """What a front end's own number or word for an article stands for ("vendor:245"): one of our products, or an
    article that only has a name here."""

    __tablename__ = "product_references"
    reference: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    product_id: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("products.id"))
    name: Mapped[str | None] = mapped_column(sa.String(150))


class AcceptedPrice(Model):
    """Up to which price of one, in minor units, what a front end announces needs nobody's look: of a product
    ("product:12") or of a reference that is none ("vendor:245"), in a size ("" where there is none)."""

    __tablename__ = "accepted_prices"
    of: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    size: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    amount: Mapped[int] = mapped_column(sa.BigInteger)


class ProductVariant(Model):
    """How many are left of one size and colour; "" where the product has no sizes, or no colours. One without a row is
    not counted."""

    __tablename__ = "product_variants"
    __table_args__ = (sa.CheckConstraint("stock >= 0", name="stock"),)

    product_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    size: Mapped[str] = mapped_column(sa.String(50), primary_key=True)
    color: Mapped[str] = mapped_column(sa.String(50), primary_key=True)
    stock: Mapped[int]


class ProductPicture(Model):
    """What a product looks like, small and large (`copy`), never the file that was sent. `hash` is that of the large
    one, under which browsers keep both."""

    __tablename__ = "product_pictures"
    product_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    copy: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    hash: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(20))
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)
