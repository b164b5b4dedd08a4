"""Which migrations this release brings, and whether the database has had others: then a newer release has been here.

During a deploy the older release serves a database that the newer one has migrated, and after a rollback it does again.
It may, because migrations only add. One that takes something away says which release may still serve
(`compatibility.oldest`).
"""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.config import ROOT
from printalma.db import Connection, Model, table
from printalma.lib.i18n import t

_LINK = re.compile(r'^(revision|down_revision) = "?(\w+)"?$', re.MULTILINE)


def _known() -> list[str]:
    scripts = (ROOT / "migrations" / "versions").glob("*.py")
    links = [dict(_LINK.findall(script.read_text(encoding="utf-8"))) for script in scripts]
    next_of = {link["down_revision"]: link["revision"] for link in links}
    found = [next_of["None"]]
    while found[-1] in next_of:
        found.append(next_of[found[-1]])
    return found


# The revisions that this release brings, oldest first. To read the files costs a hundredth of loading alembic.
KNOWN = _known()
NUMBER = len(KNOWN)  # of this release: one that follows has more, as migrations are never taken back


class Compatibility(Model):
    """One row: the number (NUMBER) of the oldest release that can serve this database."""

    __tablename__ = "compatibility"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    oldest: Mapped[int]


_OLDEST = sa.select(table(Compatibility).c.oldest)
_FOUND = sa.text("SELECT version_num FROM alembic_version")


@dataclass(frozen=True)
class Newer:
    """The newer release's last migration, and whether this release may serve the database all the same."""

    revision: str
    may_serve: bool

    @property
    def sentence(self) -> str:
        return t("boot.newer_served" if self.may_serve else "boot.newer_refused", revision=self.revision)


def newer(connection: Connection) -> Newer | None:
    """What a newer release has made of the database; None when it is this one's, an older one's, or empty."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(_FOUND).scalar()
    if found is None or found in KNOWN:
        return None
    return Newer(found, connection.execute(_OLDEST).scalar_one() <= NUMBER)
