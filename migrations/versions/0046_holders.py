"""who takes care of an order, and who looks at it"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0047"


def upgrade() -> None:
    op.create_table(
        "order_holders",
        sa.Column(
            "order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_holders_order_id_orders"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_order_holders_user_id_users"),
        sa.PrimaryKeyConstraint("order_id", name="pk_order_holders"),
    )
    op.create_index("ix_order_holders_user_id", "order_holders", ["user_id"])
    op.create_table(
        "order_onlookers",
        sa.Column("process", sa.String(32), nullable=False),
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_order_onlookers_user_id_users"),
        sa.PrimaryKeyConstraint("process", "order_id", "user_id", name="pk_order_onlookers"),
    )


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait qui s'occupe de quelles commandes.")
