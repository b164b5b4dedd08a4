"""which pictures orders name by an address, what came of them, and the small copies that are shown"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.add_column("pictures", sa.Column("width", sa.Integer(), nullable=True))
    op.add_column("pictures", sa.Column("height", sa.Integer(), nullable=True))
    op.create_table(
        "picture_copies",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("copy", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["hash"], ["pictures.hash"], name="fk_picture_copies_hash_pictures"),
        sa.PrimaryKeyConstraint("hash", "copy", name="pk_picture_copies"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Compressed already, as in picture_pieces.
        op.execute("ALTER TABLE picture_copies ALTER COLUMN data SET STORAGE EXTERNAL")
    op.create_table(
        "picture_sources",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("hash", sa.String(64), nullable=True),
        sa.Column("trouble", sa.String(20), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("named_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hash"], ["pictures.hash"], name="fk_picture_sources_hash_pictures"),
        sa.PrimaryKeyConstraint("key", name="pk_picture_sources"),
    )
    for column in ("hash", "due_at", "named_at"):
        op.create_index(f"ix_picture_sources_{column}", "picture_sources", [column])
    op.create_table(
        "order_sources",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["picture_sources.key"], name="fk_order_sources_key_picture_sources"),
        sa.PrimaryKeyConstraint("order_id", "key", name="pk_order_sources"),
    )
    op.create_index("ix_order_sources_key", "order_sources", ["key"])
    op.create_table(
        "picture_cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_picture_cursor"),
    )
    # Orders of before keep what they have: only what comes from now on is fetched.
    op.execute("INSERT INTO picture_cursor (id, upto) SELECT 1, last FROM log_position")


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait d'où viennent les images des commandes.")
