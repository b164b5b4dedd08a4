"""Saved views: a list's filter under a name."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment

TEAM = 0  # the scope of what is everybody's: no user has this id
MAX_NAME = 40
MAX_OF_SCOPE = 20  # views of the team, and of each person: more are no tabs any more, and each is counted


class SavedView(Model):
    """`scope` is whose it is: TEAM, or a user's id. `user_id` made it. `query` is a list's query string as filters
    write it, without its page. `key` is the name as names are compared."""

    __tablename__ = "saved_views"
    # A page that is still open names a view by its id: SQLite would give that of a removed one to the next.
    __table_args__ = (
        sa.UniqueConstraint("scope", "key", name="uq_saved_views_scope_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scope: Mapped[int] = mapped_column(sa.BigInteger)
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(sa.String(MAX_NAME))
    key: Mapped[str] = mapped_column(sa.Text)
    query: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
