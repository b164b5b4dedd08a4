"""whom an event is about, and how far everybody has read"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WHERE_KNOWN = {"sqlite_where": sa.text("user_id IS NOT NULL"), "postgresql_where": sa.text("user_id IS NOT NULL")}


def upgrade() -> None:
    op.add_column("events", sa.Column("user_id", sa.BigInteger(), nullable=True))
    about = "json_extract(data, '$.customer_id'), json_extract(data, '$.user_id')"
    if op.get_bind().dialect.name == "postgresql":
        about = "(data->>'customer_id')::bigint, (data->>'user_id')::bigint"
    op.execute(f"UPDATE events SET user_id = COALESCE({about})")  # noqa: S608
    op.create_index("ix_events_user_id_id", "events", ["user_id", "id"], unique=False, **WHERE_KNOWN)
    user_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "read_marks",
        sa.Column("user_id", user_id, autoincrement=False, nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_read_marks_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_read_marks")),
    )
    op.create_table(
        "read_events",
        sa.Column("user_id", user_id, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_read_events_user_id")),
        sa.PrimaryKeyConstraint("user_id", "event_id", name=op.f("pk_read_events")),
    )


def downgrade() -> None:
    op.drop_table("read_events")
    op.drop_table("read_marks")
    op.drop_index("ix_events_user_id_id", "events")
    op.drop_column("events", "user_id")
