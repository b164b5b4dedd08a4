"""what payment providers reported, and what came of it"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0031"


def upgrade() -> None:
    identity = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "payment_messages",
        sa.Column("id", identity, nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("token", sa.String(200), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payment_messages"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_payment_messages_order_id_orders"),
        sa.UniqueConstraint("provider", "token", "outcome", name="uq_payment_messages_provider_token_outcome"),
    )
    op.create_index("ix_payment_messages_order_id", "payment_messages", ["order_id"])
    op.create_index("ix_payment_messages_received_at", "payment_messages", ["received_at"])


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait ce que les prestataires ont dit des paiements.")
