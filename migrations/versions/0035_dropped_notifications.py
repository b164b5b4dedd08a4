"""notifications that somebody has dropped from their bell"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0032"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "dropped_notifications",
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_dropped_notifications_user_id"),
        sa.PrimaryKeyConstraint("user_id", "event_id", name="pk_dropped_notifications"),
    )


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait quelles notifications ont été supprimées.")
