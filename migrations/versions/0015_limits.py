"""which passwords of the team are weak, and how much of a product one order may take"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    # With defaults of the database's: an older release that serves beside this one names neither.
    op.add_column("users", sa.Column("weak_password", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("shop", sa.Column("most_per_product", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("shop", "most_per_product")
    op.drop_column("users", "weak_password")
