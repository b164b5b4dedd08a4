"""which papers of an order are printed, and what they say of the shop"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0042"

IS_AT_WORK = sa.text("status || '' IN ('CONFIRMED', 'PROCESSING')")


def upgrade() -> None:
    op.add_column("orders", sa.Column("printed", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_orders_at_work", "orders", ["id"], sqlite_where=IS_AT_WORK, postgresql_where=IS_AT_WORK)
    op.add_column("shop", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("shop", sa.Column("phone", sa.String(60), nullable=True))
    op.create_table(
        "shop_logo",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_logo"),
    )


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait ce qui est imprimé et l'en-tête de la boutique.")
