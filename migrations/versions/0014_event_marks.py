"""what tells two events with one id apart, when the log went back"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("events", sa.Column("mark", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("events", "mark")
