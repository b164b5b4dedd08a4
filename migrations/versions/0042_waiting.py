"""how many hours an order may wait to be confirmed and to be sent before lists say so"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0046"
USUAL = {"confirm_late": "24", "confirm_overdue": "48", "send_late": "72", "send_overdue": "120"}


def upgrade() -> None:
    for name, hours in USUAL.items():
        op.add_column("shop", sa.Column(name, sa.Integer(), nullable=False, server_default=hours))


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait les délais d'attente que la boutique a choisis.")
