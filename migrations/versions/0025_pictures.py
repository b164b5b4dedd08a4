"""pictures: what customers' orders carry as artwork, kept once each in pieces"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_pictures"),
    )
    op.create_index("ix_pictures_seen_at", "pictures", ["seen_at"])
    op.create_table(
        "picture_pieces",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["hash"], ["pictures.hash"], name="fk_picture_pieces_hash_pictures"),
        sa.PrimaryKeyConstraint("hash", "n", name="pk_picture_pieces"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # A picture is compressed already: to try it again costs more than to write it.
        op.execute("ALTER TABLE picture_pieces ALTER COLUMN data SET STORAGE EXTERNAL")
    op.create_table(
        "order_pictures",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["hash"], ["pictures.hash"], name="fk_order_pictures_hash_pictures"),
        sa.PrimaryKeyConstraint("order_id", "hash", name="pk_order_pictures"),
    )
    op.create_index("ix_order_pictures_hash", "order_pictures", ["hash"])


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait les images des commandes.")
