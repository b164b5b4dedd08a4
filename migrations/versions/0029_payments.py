"""what was paid of each order and given back; revenue is what its products cost, without the delivery"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

OWED = sa.text("payment_status || '' IN ('DUE', 'PARTLY') AND status NOT IN ('CANCELLED', 'REJECTED')")
STATEMENTS = (
    "UPDATE orders SET paid = total, payment_status = 'PAID' WHERE status = 'DELIVERED'",
    # What no gateway will ever report is for the team to collect.
    "UPDATE orders SET payment_status = 'DUE' WHERE status <> 'DELIVERED' AND payment_status = 'PENDING' "
    "AND payment_method NOT IN ('PAYTECH', 'PAYDUNYA', 'ORANGE_MONEY', 'WAVE')",
    "UPDATE daily_orders SET (amount, collected, to_collect) = (SELECT COALESCE(SUM(orders.subtotal), 0), "
    "COALESCE(SUM(orders.paid), 0), COALESCE(SUM(CASE WHEN orders.payment_status = 'DUE' "
    "AND orders.status NOT IN ('CANCELLED', 'REJECTED') THEN orders.total ELSE 0 END), 0) FROM orders "
    "WHERE orders.day = daily_orders.day AND orders.status = daily_orders.status)",
    "UPDATE quarter_orders SET revenue = COALESCE((SELECT SUM(orders.subtotal) FROM orders "
    "WHERE orders.created_at >= quarter_orders.quarter * CAST(900000 AS BIGINT) "
    "AND orders.created_at < (quarter_orders.quarter + 1) * CAST(900000 AS BIGINT) "
    "AND orders.status IN ('CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED')), 0)",
)


def upgrade() -> None:
    for name in ("paid", "refunded"):
        op.add_column("orders", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    for name in ("collected", "to_collect"):
        op.add_column("daily_orders", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    for statement in STATEMENTS:
        op.execute(statement)
    op.create_index("ix_orders_payment_status_id", "orders", ["payment_status", "id"])
    op.create_index("ix_orders_owed", "orders", ["shipped_at", "id"], sqlite_where=OWED, postgresql_where=OWED)


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait ce qui a été encaissé et remboursé.")
