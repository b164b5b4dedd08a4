"""keys of the dashboard's forms that have acted"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "form_keys",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_keys")),
    )
    op.create_index(op.f("ix_form_keys_created_at"), "form_keys", ["created_at"])


def downgrade() -> None:
    op.drop_table("form_keys")
