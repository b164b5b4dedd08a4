"""how wide a product's print area is, and from which resolution on a picture is good enough"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0036"


def upgrade() -> None:
    op.add_column("products", sa.Column("print_width", sa.Integer()))
    op.add_column("shop", sa.Column("min_dpi", sa.Integer(), nullable=False, server_default="150"))


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait les largeurs d'impression et la définition minimale.")
