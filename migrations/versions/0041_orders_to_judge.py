"""orders whose pictures have come, or will not: they are looked at one after the other"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0037"


def upgrade() -> None:
    op.create_table(
        "orders_to_judge",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("order_id", name="pk_orders_to_judge"),
    )


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait quelles commandes restent à examiner.")
