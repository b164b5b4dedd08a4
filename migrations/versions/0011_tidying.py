"""the shop's country, and how far stored texts have been made tidy while the shop serves"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("shop", sa.Column("country", sa.String(length=2), nullable=True))
    op.create_table(
        "tidying",
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_tidying")),
    )
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "twin_accounts",
        sa.Column("user_id", serial, autoincrement=False, nullable=False),
        sa.Column("other_id", serial, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_twin_accounts_user_id")),
        sa.ForeignKeyConstraint(["other_id"], ["users.id"], name=op.f("fk_twin_accounts_other_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_twin_accounts")),
    )


def downgrade() -> None:
    op.drop_table("twin_accounts")
    op.drop_table("tidying")
    op.drop_column("shop", "country")
