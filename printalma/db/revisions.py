"""Which migrations this release brings, and whether the database has had others: then another release has been here.

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
# Those that the first one makes in one step with its own. A database or a backup at one of them goes through the last
# release that has the steps.
SQUASHED = [f"{n:04}" for n in (1, 2, 3, 4, *range(6, 17), 22, 20, 18)]
LAST_WITH_STEPS = "0.1"
# Of this release: one that follows has more, as migrations are never taken back. The squashed ones count on, or this
# release's events would pass for those of a first release, and would be made good for ever (tidying.older).
NUMBER = len(SQUASHED) + len(KNOWN)


class Compatibility(Model):
    """One row: the number (NUMBER) of the oldest release that can serve this database."""

    __tablename__ = "compatibility"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    oldest: Mapped[int]


_OLDEST = sa.select(table(Compatibility).c.oldest)
_FOUND = sa.text("SELECT version_num FROM alembic_version")


@dataclass(frozen=True)
class Foreign:
    """A last migration that is none of this release's: what to say of it, and whether this release may serve all the
    same."""

    sentence: str
    may_serve: bool


def foreign(connection: Connection) -> Foreign | None:
    """What another release has made of the database; None when this one may migrate it."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(_FOUND).scalar()
    if found is None or found in KNOWN:
        return None
    if found in SQUASHED:
        return Foreign(t("boot.too_old", revision=found, release=LAST_WITH_STEPS), may_serve=False)
    may_serve = connection.execute(_OLDEST).scalar_one() <= NUMBER
    return Foreign(t("boot.newer_served" if may_serve else "boot.newer_refused", revision=found), may_serve)
