"""Orders, their lines, and the states they may be in. The counters kept with them are in orders.counter_models."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment


def _text(usual: int) -> sa.types.TypeEngine[str]:
    """What customers write, as long as it comes. SQLite never looked at the length that its column was made with."""
    return sa.Text().with_variant(sa.String(usual), "sqlite")


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
    def is_mendable(self) -> bool:
        """Whether the team may still change what an order in this state says: it is not on its way."""
        return self in (Status.PENDING, Status.CONFIRMED, Status.PROCESSING)

    @property
    def is_at_work(self) -> bool:
        """Whether an order in this state is being made, so that papers are printed for it."""
        return self in (Status.CONFIRMED, Status.PROCESSING)

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

# The same for SQL, and for a status in a row or an event, which may be a newer release's.
EARNING = tuple(status for status in Status if status.earns)
TIMED = tuple(status for status in Status if status.is_timed)
FINAL = tuple(status for status in Status if status.is_final)
LOST = tuple(status for status in Status if status.is_lost)
MENDABLE = tuple(status for status in Status if status.is_mendable)
AT_WORK = tuple(status for status in Status if status.is_at_work)

# The column that keeps when an order got there.
STAMPS = {
    Status.CONFIRMED: "confirmed_at",
    Status.SHIPPED: "shipped_at",
    Status.DELIVERED: "delivered_at",
    Status.CANCELLED: "cancelled_at",
}

MAX_NAME_KEY = 60  # characters, compared byte by byte: else a list would be in another order on each machine
_BYTEWISE = sa.String(MAX_NAME_KEY, collation="C").with_variant(sa.String(MAX_NAME_KEY), "sqlite")
_IS_MARKED = sa.text("marks <> ''")


def _listed(statuses: tuple[Status, ...]) -> str:
    return ", ".join(f"'{status}'" for status in statuses)


# Of indexes: who changes what a status means writes a migration that makes these anew.
# Hidden from planners, which would go through the index of states, and with it through all that was ever cancelled.
IS_OWED = sa.text(f"payment_status || '' IN ('DUE', 'PARTLY') AND status NOT IN ({_listed(LOST)})")
IS_AT_WORK = sa.text(f"status || '' IN ({_listed(AT_WORK)})")  # papers are printed of these; hidden, too


class Order(Model):
    """Amounts in minor units. `day` is the shop's day on which it came, `summary` its lines in a few words, `noted` how
    many notes the team has written about it.

    `announced_total` and `announced_fee` are what the front end told its customer. `marks` names what the team has to
    look at (orders.marks), and is empty when there is nothing. `sent_size` is how many bytes SentJSON keeps of it.
    `likeness` is the same for orders of the same telephone number and lines, `phone_key` and `email_key` for those of
    one customer, `name_key` for their name (placing.customers). `paid` was received, and `refunded` of it given back:
    `payment_status` is what they make of it (orders.payments). `printed` is which of its papers are (orders.printed).
    """

    __tablename__ = "orders"
    __table_args__ = (
        sa.Index("ix_orders_status_id", "status", "id"),
        sa.Index("ix_orders_status_payment_id", "status", "payment_method", "id"),
        sa.Index("ix_orders_user_id_id", "user_id", "id"),
        sa.Index("ix_orders_day_id", "day", "id"),
        sa.Index("ix_orders_total_id", "total", "id"),
        sa.Index("ix_orders_likeness", "likeness"),
        sa.Index("ix_orders_phone_key_id", "phone_key", "id"),
        sa.Index("ix_orders_email_key_id", "email_key", "id"),
        sa.Index("ix_orders_name_key_id", "name_key", "id"),
        sa.Index("ix_orders_payment_status_status_id", "payment_status", "status", "id", "payment_method"),
        sa.Index("ix_orders_updated_at_id", "updated_at", "id"),
        sa.Index("ix_orders_owed", "shipped_at", "id", sqlite_where=IS_OWED, postgresql_where=IS_OWED),
        sa.Index("ix_orders_marked", "id", sqlite_where=_IS_MARKED, postgresql_where=_IS_MARKED),
        sa.Index("ix_orders_at_work", "id", sqlite_where=IS_AT_WORK, postgresql_where=IS_AT_WORK),
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
    payment_method: Mapped[str] = mapped_column(_text(20))
    payment_status: Mapped[str] = mapped_column(sa.String(20))
    paid: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    refunded: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    phone: Mapped[str] = mapped_column(_text(40))
    email: Mapped[str | None] = mapped_column(_text(254))
    notes: Mapped[str | None] = mapped_column(sa.Text)
    customer: Mapped[str] = mapped_column(_text(201))
    summary: Mapped[str] = mapped_column(sa.String(200))
    lines: Mapped[int]
    noted: Mapped[int] = mapped_column(default=0, server_default="0")
    printed: Mapped[int] = mapped_column(default=0, server_default="0")
    shipping_name: Mapped[str] = mapped_column(_text(201))
    shipping_company: Mapped[str | None] = mapped_column(_text(150))
    shipping_street: Mapped[str] = mapped_column(_text(500))
    shipping_apartment: Mapped[str | None] = mapped_column(_text(100))
    shipping_city: Mapped[str | None] = mapped_column(_text(100))
    shipping_region: Mapped[str | None] = mapped_column(_text(100))
    shipping_postal_code: Mapped[str | None] = mapped_column(_text(20))
    shipping_country: Mapped[str | None] = mapped_column(_text(100))
    marks: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    announced_total: Mapped[int | None] = mapped_column(sa.BigInteger)
    announced_fee: Mapped[int | None] = mapped_column(sa.BigInteger)
    carrier: Mapped[str | None] = mapped_column(sa.Text)
    tracking_number: Mapped[str | None] = mapped_column(sa.Text)
    delivery_place: Mapped[str | None] = mapped_column(sa.Text)
    delivery_time: Mapped[str | None] = mapped_column(sa.Text)
    transaction_id: Mapped[str | None] = mapped_column(sa.Text)
    sent_size: Mapped[int] = mapped_column(default=0, server_default="0")
    likeness: Mapped[int | None] = mapped_column(sa.BigInteger)
    phone_key: Mapped[str | None] = mapped_column(sa.String(20))
    email_key: Mapped[str | None] = mapped_column(sa.String(254))
    name_key: Mapped[str] = mapped_column(_BYTEWISE, default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    validated_at: Mapped[datetime | None] = mapped_column(Moment)
    validated_by: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    shipped_at: Mapped[datetime | None] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)


class OrderItem(Model):
    """`product_name` is the name at the time of the order: renaming a product rewrites no order.

    A line that is none of the catalogue's has no `product_id`; `reference` is what the front end called it
    ("sticker:38"). `announced_price` is the price of one as the customer was told it. `artwork_key` is artwork.alike's.
    `from_stock` is how many of its pieces came from the count (catalog.stock): none of a product, size or colour that
    was not counted then. One that was cancelled says how many it had. None is of before this was kept, and is all.
    """

    __tablename__ = "order_items"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("orders.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("products.id"))
    product_name: Mapped[str] = mapped_column(_text(150))
    quantity: Mapped[int]
    unit_price: Mapped[int] = mapped_column(sa.BigInteger)
    total_price: Mapped[int] = mapped_column(sa.BigInteger)
    size: Mapped[str | None] = mapped_column(_text(100))
    color: Mapped[str | None] = mapped_column(_text(100))
    color_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    reference: Mapped[str | None] = mapped_column(sa.Text)
    announced_price: Mapped[int | None] = mapped_column(sa.BigInteger)
    artwork_key: Mapped[str | None] = mapped_column(sa.String(16))
    from_stock: Mapped[int | None]


class SentJSON(Model):
    """What a front end sent beside what has columns, as JSON text: the artwork of a line (`item_id`), or what belongs
    to the order (0). It goes into answers as it is."""

    __tablename__ = "sent_json"
    order_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(sa.Text)


class OrderMark(Model):
    """Something of an order that the team has to look at (orders.marks): of one of its lines, or of all of it. `facts`
    are what was found; `cleared_as` is how it was settled, by whom and when."""

    __tablename__ = "order_marks"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("orders.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(BigId)
    mark: Mapped[str] = mapped_column(sa.String(20))
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    cleared_at: Mapped[datetime | None] = mapped_column(Moment)
    cleared_by: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("users.id"))
    cleared_as: Mapped[str | None] = mapped_column(sa.String(40))


class ArchivedOrder(Model):
    """What was put aside of an order: its lines and its history, packed (orders.archive). The row and the text stay: it
    is counted, listed and found as ever."""

    __tablename__ = "archived_orders"
    order_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)
