"""which release wrote an event, and which releases may serve this database"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("events", sa.Column("written_by", sa.SmallInteger(), nullable=True))
    compatibility = op.create_table(
        "compatibility",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("oldest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compatibility")),
    )
    op.bulk_insert(compatibility, [{"id": 1, "oldest": 1}])


def downgrade() -> None:
    op.drop_table("compatibility")
    op.drop_column("events", "written_by")
