"""sign-ins are kept as hashes, devices belong to them, and what is done once a day"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

# Of the sign-ins that have not ended, the one a device was most likely enabled through: the newest before it, else any.
BIND = """
UPDATE push_devices SET sign_in = (
    SELECT s.id FROM sessions AS s WHERE s.user_id = push_devices.user_id AND s.ended_at IS NULL {before}
    ORDER BY s.created_at DESC LIMIT 1
) WHERE sign_in IS NULL
"""


def upgrade() -> None:
    # Room for a hash. The rows themselves are hashed by the first daily round: until the older release, which looks
    # for the plain ids, has left, nobody is to be signed out by it.
    with op.batch_alter_table("sessions") as sessions:
        sessions.alter_column("id", type_=sa.String(64), existing_type=sa.String(32), existing_nullable=False)
    op.execute("CREATE TEMPORARY TABLE waiting AS SELECT * FROM push_deliveries")
    with op.batch_alter_table("push_devices") as devices:
        devices.add_column(sa.Column("sign_in", sa.String(64), nullable=True))
        devices.add_column(sa.Column("reminded_of", sa.BigInteger(), nullable=True))
        devices.create_foreign_key(
            "fk_push_devices_sign_in", "sessions", ["sign_in"], ["id"], onupdate="CASCADE", ondelete="CASCADE"
        )
    # SQLite makes the table anew, and what waited for its devices went with the old one.
    op.execute("DELETE FROM push_deliveries")
    op.execute("INSERT INTO push_deliveries SELECT * FROM waiting")
    op.execute("DROP TABLE waiting")
    op.create_index("ix_push_devices_sign_in", "push_devices", ["sign_in"], unique=False)
    for before in ("AND s.created_at <= push_devices.created_at", ""):
        op.execute(BIND.format(before=before))
    op.execute("DELETE FROM push_devices WHERE sign_in IS NULL")
    daily = op.create_table(
        "daily",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily")),
    )
    op.bulk_insert(daily, [{"id": 1, "done_at": 0}])


def downgrade() -> None:
    op.drop_table("daily")
    op.drop_index("ix_push_devices_sign_in", table_name="push_devices")
    with op.batch_alter_table("push_devices") as devices:
        devices.drop_constraint("fk_push_devices_sign_in", type_="foreignkey")
        devices.drop_column("reminded_of")
        devices.drop_column("sign_in")
    op.execute("DELETE FROM sessions WHERE length(id) > 32")  # nobody knows the tokens behind them
    with op.batch_alter_table("sessions") as sessions:
        sessions.alter_column("id", type_=sa.String(32), existing_type=sa.String(64), existing_nullable=False)
