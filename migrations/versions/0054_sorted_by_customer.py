"""orders are sorted by what their customers are called"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    # Compared byte by byte on either database, whatever locale the machine has. Those that are there get theirs by
    # and by (tidying).
    kind = sa.String(60, collation="C").with_variant(sa.String(60), "sqlite")
    op.add_column("orders", sa.Column("name_key", kind, nullable=False, server_default=""))
    op.create_index("ix_orders_name_key_id", "orders", ["name_key", "id"])


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait par quels noms les commandes sont triées.")
