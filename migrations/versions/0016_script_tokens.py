"""what a script's sign-in is called"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("label", sa.String(length=100), nullable=True))


def downgrade() -> None:
    op.drop_column("sessions", "label")
