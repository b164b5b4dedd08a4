"""a line says how many of its pieces came from the stock that was counted"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    op.add_column("order_items", sa.Column("from_stock", sa.Integer()))
    # What is at work of products that are not counted has taken nothing. All else is held to have taken all, as before.
    op.execute(
        """UPDATE order_items SET from_stock = 0
        WHERE order_id IN (SELECT id FROM orders WHERE status IN ('PENDING', 'CONFIRMED', 'PROCESSING', 'SHIPPED'))
        AND product_id IN (SELECT id FROM products WHERE stock IS NULL)"""
    )


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration rendrait au stock des pièces jamais prises.")
