"""orders that were refused, kept for a week, and how many there were each day"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "refused_orders",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("sender", sa.String(32), nullable=False),
        sa.Column("phone", sa.String(32), nullable=True),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_by", BIG, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_refused_orders_user_id"),
        sa.ForeignKeyConstraint(["seen_by"], ["users.id"], name="fk_refused_orders_seen_by"),
        sa.PrimaryKeyConstraint("id", name="pk_refused_orders"),
        sa.UniqueConstraint("sender", "digest", name="uq_refused_orders_sender_digest"),
    )
    op.create_index("ix_refused_orders_at", "refused_orders", ["at"])
    op.create_table(
        "refused_days",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("status", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "status", name="pk_refused_days"),
    )


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait les commandes refusées.")
