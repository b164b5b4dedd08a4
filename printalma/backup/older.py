"""A backup of an older release, brought up to this one in a file beside it: the migrations see the shop of then."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from printalma.backup import file
from printalma.backup.file import About
from printalma.db import sqlite
from printalma.db.revisions import KNOWN, LAST_WITH_STEPS, SQUASHED
from printalma.lib.errors import Invalid
from printalma.lib.i18n import t


@contextmanager
def brought_up(path: Path, about: About) -> Iterator[Path]:
    """The backup, or what has become of it, with the tables of this release. Raises Invalid for one of a newer,
    and of one too old."""
    *older, present = KNOWN
    if about.revision == present:
        yield path
        return
    if about.revision in SQUASHED:
        raise Invalid(t("backup.too_old", file=path, release=LAST_WITH_STEPS))
    if about.revision not in older:
        raise Invalid(t("backup.newer", file=path))
    with file.part_of(path.with_name(f"{path.name}.{present}")) as part:
        _migrate(part, about.revision)
        _load(part, path, about)
        _migrate(part, present)
        yield part


def _migrate(part: Path, revision: str) -> None:
    from alembic import command  # here and not above: see cli.init_app
    from flask import current_app

    config = current_app.extensions["migrate"].migrate.get_config()
    engine: sa.Engine = sqlite.engine_of(part)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _load(part: Path, path: Path, about: About) -> None:
    """The rows of the backup in place of those that the migrations have made."""
    with closing(sqlite3.connect(part.absolute().as_uri(), uri=True, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS backup", (f"{path.absolute().as_uri()}?mode=ro&immutable=1",))
        connection.execute("BEGIN")
        for name in about.rows:
            columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA backup.table_info({name})"))
            connection.execute(f"DELETE FROM main.{name}")  # noqa: S608
            connection.execute(f"INSERT INTO main.{name} ({columns}) SELECT {columns} FROM backup.{name}")  # noqa: S608
        connection.execute("COMMIT")
