"""a day counts more than 2³¹ pieces of a product"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    with op.batch_alter_table("daily_products") as products:
        products.alter_column("quantity", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration limiterait les pièces d'un jour.")
