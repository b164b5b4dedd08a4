"""an order's payment and status lead one index, and its last change one that has the id"""

from alembic import op

revision = "0052"
down_revision = "0050"


def upgrade() -> None:
    columns = ["payment_status", "status", "id", "payment_method"]
    op.create_index("ix_orders_payment_status_status_id", "orders", columns)
    op.drop_index("ix_orders_payment_status_id", "orders")
    op.create_index("ix_orders_updated_at_id", "orders", ["updated_at", "id"])
    op.drop_index("ix_orders_updated_at", "orders")


def downgrade() -> None:
    op.create_index("ix_orders_payment_status_id", "orders", ["payment_status", "id"])
    op.drop_index("ix_orders_payment_status_status_id", "orders")
    op.create_index("ix_orders_updated_at", "orders", ["updated_at"])
    op.drop_index("ix_orders_updated_at_id", "orders")
