"""what the numbers are read from: orders by quarter of an hour, by product and by how long they took"""

import sqlalchemy as sa
from alembic import op

from printalma.orders.recount import rebuild

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "quarter_orders",
        sa.Column("quarter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("revenue", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", name=op.f("pk_quarter_orders")),
    )
    op.create_table(
        "daily_products",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("revenue", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_daily_products_product_id")),
        sa.PrimaryKeyConstraint("day", "product_id", name=op.f("pk_daily_products")),
    )
    op.create_table(
        "daily_durations",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("seconds", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "status", "seconds", name=op.f("pk_daily_durations")),
    )
    rebuild(op.get_bind())


def downgrade() -> None:
    op.drop_table("daily_durations")
    op.drop_table("daily_products")
    op.drop_table("quarter_orders")
