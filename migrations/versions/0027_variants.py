"""stock per size and colour, for products whose owner wants it"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("products", sa.Column("by_variant", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "product_variants",
        sa.Column("product_id", BIG, autoincrement=False, nullable=False),
        sa.Column("size", sa.String(50), nullable=False),
        sa.Column("color", sa.String(50), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.CheckConstraint("stock >= 0", name="ck_product_variants_stock"),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_product_variants_product_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", "size", "color", name="pk_product_variants"),
    )


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait le stock par taille et par couleur.")
