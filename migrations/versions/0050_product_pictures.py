"""what products look like"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "product_pictures",
        sa.Column("product_id", BIG, autoincrement=False, nullable=False),
        sa.Column("copy", sa.String(10), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_product_pictures_product_id_products", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", "copy", name="pk_product_pictures"),
    )


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait les photos des produits.")
