"""which hosts pictures are fetched from, how much the copies weigh, and the newest orders of a picture at once"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0039"

LOOKED_BACK = 2_000  # events: the orders of the last days are likely to be printed still


def upgrade() -> None:
    op.add_column("pictures", sa.Column("copied_size", sa.Integer(), server_default="0", nullable=False))
    op.add_column("picture_sources", sa.Column("tried_at", sa.BigInteger(), nullable=True))
    for column in ("due_at", "claimed_until"):
        op.create_index(f"ix_picture_sources_host_{column}", "picture_sources", ["host", column])
    op.drop_index("ix_order_sources_key", "order_sources")
    op.create_index("ix_order_sources_key", "order_sources", ["key", "order_id"])
    op.create_table(
        "picture_hosts",
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("resting_until", sa.BigInteger(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_picture_hosts"),
    )
    # Epochs of the log are far apart: of an earlier one there is nothing to look back at.
    looked_back = sa.text(
        "UPDATE picture_cursor SET upto = (SELECT CASE WHEN last > :n THEN last - :n ELSE 0 END FROM log_position)"
    )
    op.execute(looked_back.bindparams(n=LOOKED_BACK))


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait à qui des images ont été demandées.")
