"""by what the orders of one customer are found: their telephone number and e-mail address, each in one way of writing

Rows from before get theirs by and by, while the shop serves: SQL cannot read telephone numbers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0029"


def upgrade() -> None:
    for name, most in (("phone_key", 20), ("email_key", 254)):
        op.add_column("orders", sa.Column(name, sa.String(most), nullable=True))
        op.create_index(f"ix_orders_{name}_id", "orders", [name, "id"])


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait ce par quoi les clients sont reconnus.")
