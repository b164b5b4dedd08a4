"""lists sorted by amount and by last change"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("ix_orders_total", "orders", ["total"], unique=False)
    op.create_index("ix_orders_updated_at", "orders", ["updated_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_orders_updated_at", "orders")
    op.drop_index("ix_orders_total", "orders")
