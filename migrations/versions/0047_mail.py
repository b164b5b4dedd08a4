"""links by which a password is chosen anew, and mail that waits to be sent"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0045"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "password_links",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("made_by", BIG, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_password_links_user_id"),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name="fk_password_links_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_password_links"),
        sa.UniqueConstraint("token_hash", name="uq_password_links_token_hash"),
    )
    op.create_index("ix_password_links_user_id", "password_links", ["user_id"])
    op.create_index("ix_password_links_made_by", "password_links", ["made_by"])
    _mail()


def _mail() -> None:
    cursor = op.create_table(
        "mail_cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_cursor"),
    )
    op.bulk_insert(cursor, [{"id": 1, "upto": 0}])
    op.create_table(
        "mail_readers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(20), nullable=True),
        sa.Column("resting_until", sa.BigInteger(), nullable=True),
        sa.Column("paced_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mail_readers_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mail_readers"),
        sa.UniqueConstraint("user_id", name="uq_mail_readers_user_id"),
    )
    _deliveries()


def _deliveries() -> None:
    op.create_table(
        "mail_deliveries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("reader_id", BIG, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("oldest_at", sa.BigInteger(), nullable=False),
        sa.Column("newest_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["mail_readers.id"], name="fk_mail_deliveries_reader_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mail_deliveries"),
    )
    op.create_index("ix_mail_deliveries_reader_id", "mail_deliveries", ["reader_id"])
    op.create_index("ix_mail_deliveries_due_at", "mail_deliveries", ["due_at"])


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait les liens de mots de passe en cours.")
