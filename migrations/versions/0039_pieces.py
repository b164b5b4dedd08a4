"""which pieces of orders are made, and by what lines of the same artwork are known"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.add_column("order_items", sa.Column("artwork_key", sa.String(16), nullable=True))
    op.create_table(
        "piece_ticks",
        sa.Column("order_item_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("piece", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_piece_ticks_order_id_orders"),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name="fk_piece_ticks_by_users"),
        sa.PrimaryKeyConstraint("order_item_id", "piece", name="pk_piece_ticks"),
    )
    op.create_index("ix_piece_ticks_order_id", "piece_ticks", ["order_id"])


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait quelles pièces sont faites.")
