"""the order that the team made of a refused one"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("refused_orders") as refused:
        refused.add_column(sa.Column("order_id", BIG, nullable=True))
        refused.create_foreign_key("fk_refused_orders_order_id", "orders", ["order_id"], ["id"])


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait quelles commandes refusées ont été reprises.")
