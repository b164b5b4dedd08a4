"""Another release of the shop: a copy of this one with one more migration."""

import shutil
from pathlib import Path

from alembic.script import ScriptDirectory

PARTS = ("printalma", "migrations", "templates", "static", "wsgi.py", "gunicorn.conf.py")
MIGRATION = '''"""what only this release knows"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    op.create_table("of_{revision}", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("orders", sa.Column("of_{revision}", sa.Text, nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "of_{revision}")
    op.drop_table("of_{revision}")
'''


def next_release(root: Path, folder: Path) -> Path:
    """The root of the release that follows the one at `root`, in `folder`."""
    history = ScriptDirectory(str(root / "migrations"))
    before = history.get_current_head()
    revision = f"next_{len(list(history.walk_revisions()))}"
    made = folder / revision
    for part in PARTS:
        if (root / part).is_dir():
            shutil.copytree(root / part, made / part, symlinks=True)
        else:
            shutil.copy2(root / part, made / part)
    text = MIGRATION.format(revision=revision, before=before)
    (made / "migrations" / "versions" / f"{revision}.py").write_text(text)
    return made
