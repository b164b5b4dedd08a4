"""how much was sent of an order beside its columns, and which orders are alike"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("orders", sa.Column("sent_size", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("orders", sa.Column("likeness", sa.BigInteger(), nullable=True))
    op.create_index("ix_orders_likeness", "orders", ["likeness"])


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait ce que les vitrines ont envoyé.")
