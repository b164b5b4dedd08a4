"""what is said when an order moves: its tracking number, and the reasons that the shop offers"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0034"


def upgrade() -> None:
    op.add_column("orders", sa.Column("tracking_number", sa.Text(), nullable=True))
    op.add_column("shop", sa.Column("reasons", sa.Text(), nullable=True))


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait les numéros de suivi des colis.")
