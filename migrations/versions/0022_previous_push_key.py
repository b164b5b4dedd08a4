"""the pair of keys before, which reaches the devices that have not come by since"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("push_keys", sa.Column("previous", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("push_keys", "previous")
