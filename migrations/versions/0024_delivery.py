"""delivery: places, carriers, tariffs, and the ways to pay that are on offer"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "delivery_places",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("category", sa.String(20), nullable=True),
        sa.Column("zone_type", sa.String(20), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("is_free", sa.Boolean(), nullable=False),
        sa.Column("time_min", sa.Integer(), nullable=True),
        sa.Column("time_max", sa.Integer(), nullable=True),
        sa.Column("time_unit", sa.String(10), nullable=False),
        *_kept(),
        sa.CheckConstraint("price >= 0", name=op.f("ck_delivery_places_price")),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_places"),
    )
    op.create_table(
        "delivery_carriers",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("logo", sa.String(500), nullable=True),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_carriers"),
    )
    op.create_table(
        "delivery_tariffs",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("place_id", sa.String(64), nullable=False),
        sa.Column("carrier_id", sa.String(64), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("standard_price", sa.BigInteger(), nullable=True),
        sa.Column("time_min", sa.Integer(), nullable=True),
        sa.Column("time_max", sa.Integer(), nullable=True),
        *_kept(),
        sa.CheckConstraint("price >= 0", name=op.f("ck_delivery_tariffs_price")),
        sa.ForeignKeyConstraint(["place_id"], ["delivery_places.id"], name="fk_delivery_tariffs_place_id"),
        sa.ForeignKeyConstraint(["carrier_id"], ["delivery_carriers.id"], name="fk_delivery_tariffs_carrier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_tariffs"),
        sa.UniqueConstraint("place_id", "carrier_id", name="uq_delivery_tariffs_place_id_carrier_id"),
    )
    methods = op.create_table(
        "payment_methods",
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("label", sa.String(100), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name="pk_payment_methods"),
    )
    op.bulk_insert(methods, [{"provider": "CASH_ON_DELIVERY", "label": None, "active": True}])
    state = op.create_table(
        "delivery_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("payments_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_state"),
    )
    op.bulk_insert(state, [{"id": 1, "mark": "", "payments_version": 0}])


def _kept() -> list[sa.Column]:
    return [
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    ]


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait les lieux et les tarifs de livraison.")
