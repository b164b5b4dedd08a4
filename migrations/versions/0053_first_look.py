"""from where on somebody's bell on the dashboard counts"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    op.add_column("read_marks", sa.Column("begun", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait d'où compte la cloche de chacun.")
