"""old orders can be put aside"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "archived_orders",
        sa.Column(
            "order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_archived_orders_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_archived_orders")),
    )


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT 1 FROM archived_orders LIMIT 1")).first():
        raise RuntimeError("Des commandes sont mises de côté : d'abord « flask --app wsgi archive --back ».")
    op.drop_table("archived_orders")
