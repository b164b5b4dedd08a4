"""Where is delivered to, for how much, by whom; and how may be paid."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import Model, Moment

MAX_ID = 64


class Kind(StrEnum):
    """What there are settings of. The first three are places: quarters of the town and its suburbs, regions of the
    country, and sets of other countries."""

    CITY = "city"
    REGION = "region"
    ABROAD = "zone"
    CARRIER = "carrier"
    TARIFF = "tariff"


ZONE_TYPES = ("dakar-ville", "banlieue")
CATEGORIES = ("centre", "residential", "popular", "suburb")
HOURS, DAYS = "heures", "jours"
PROVIDERS = ("CASH_ON_DELIVERY", "PAYDUNYA", "ORANGE_MONEY", "PAYTECH", "WAVE", "OTHER")


class DeliveryPlace(Model):
    """`price` is in minor units. `places` are a region's main cities, or the countries of a place abroad."""

    __tablename__ = "delivery_places"
    __table_args__ = (sa.CheckConstraint("price >= 0", name="price"),)

    id: Mapped[str] = mapped_column(sa.String(MAX_ID), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    name: Mapped[str] = mapped_column(sa.String(100))
    category: Mapped[str | None] = mapped_column(sa.String(20))
    zone_type: Mapped[str | None] = mapped_column(sa.String(20))
    places: Mapped[list[str]] = mapped_column(sa.JSON)
    price: Mapped[int] = mapped_column(sa.BigInteger)
    is_free: Mapped[bool]
    time_min: Mapped[int | None]
    time_max: Mapped[int | None]
    time_unit: Mapped[str] = mapped_column(sa.String(10))
    active: Mapped[bool]
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class DeliveryCarrier(Model):
    __tablename__ = "delivery_carriers"

    id: Mapped[str] = mapped_column(sa.String(MAX_ID), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    logo: Mapped[str | None] = mapped_column(sa.String(500))
    active: Mapped[bool]
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class DeliveryTariff(Model):
    """What a carrier takes for a place abroad. `standard_price` is the one that a front end may strike through."""

    __tablename__ = "delivery_tariffs"
    __table_args__ = (
        sa.CheckConstraint("price >= 0", name="price"),
        sa.UniqueConstraint("place_id", "carrier_id"),
    )

    id: Mapped[str] = mapped_column(sa.String(MAX_ID), primary_key=True)
    place_id: Mapped[str] = mapped_column(sa.ForeignKey("delivery_places.id"))
    carrier_id: Mapped[str] = mapped_column(sa.ForeignKey("delivery_carriers.id"))
    price: Mapped[int] = mapped_column(sa.BigInteger)
    standard_price: Mapped[int | None] = mapped_column(sa.BigInteger)
    time_min: Mapped[int | None]
    time_max: Mapped[int | None]
    active: Mapped[bool]
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class PaymentMethod(Model):
    __tablename__ = "payment_methods"

    provider: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    label: Mapped[str | None] = mapped_column(sa.String(100))
    active: Mapped[bool]


class DeliveryState(Model):
    """One row. `mark` is another, by lot, with each change of what delivery costs: who remembers the settings knows by
    it whether they are still these, also when a backup has put others back. Who changes them holds the row."""

    __tablename__ = "delivery_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(sa.String(32))
    payments_version: Mapped[int]
