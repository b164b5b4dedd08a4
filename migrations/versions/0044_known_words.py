"""the words that orders are known by, and their letters by threes: what a misspelt search may have meant"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0041"


def upgrade() -> None:
    op.create_table(
        "known_words",
        sa.Column("word", sa.String(30), nullable=False),
        sa.Column("written", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_known_words"),
    )
    op.create_table(
        "word_letters",
        sa.Column("letters", sa.String(3), nullable=False),
        sa.Column("word", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("letters", "word", name="pk_word_letters"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait les noms que propose une recherche mal orthographiée.")
