"""Reading saved views."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.models import User
from printalma.accounts.policy import ADMIN, OWNER, Sight
from printalma.db import Connection, Row, table
from printalma.orders.listing.filters import OrderFilters
from printalma.saved_views.models import TEAM, SavedView

MAX_FIELDS = 50  # of a query string

_views = table(SavedView)
_users = table(User)
_ROWS: sa.Select[Any] = sa.select(_views, _users.c.first_name, _users.c.last_name).join(
    _users, _users.c.id == _views.c.user_id
)


@dataclass(frozen=True)
class View:
    """A saved view, as its row has it; `maker` is what its maker is called."""

    id: int
    scope: int
    user_id: int
    name: str
    query: str
    maker: str

    @property
    def is_of_team(self) -> bool:
        return self.scope == TEAM

    def may_change(self, actor: Actor) -> bool:
        """One's own; what is the team's, its maker while they run the shop, and owners."""
        if not self.is_of_team:
            return self.scope == actor.id
        return actor.may(OWNER) or (actor.may(ADMIN) and self.user_id == actor.id)

    def filters(self, sight: Sight) -> OrderFilters | None:
        """The list that it asks for. None where this release reads less of it than was saved: what is ignored in an
        address of any age would here show other orders than the name says."""
        found = OrderFilters.parse(parse_qs(self.query), sight)
        is_whole = set(parse_qsl(self.query)) <= set(parse_qsl(found.query()))
        return found if is_whole and found.is_filtered else None


def seen_by(connection: Connection, actor: Actor) -> Sequence[View]:
    """The team's views, then one's own, each in the order in which they were saved."""
    chosen = _ROWS.where(_views.c.scope.in_((TEAM, actor.id))).order_by(_views.c.scope, _views.c.id)
    return [_view(row) for row in connection.execute(chosen)]


def by_id_for_update(tx: Connection, view_id: int, actor: Actor) -> View | None:
    """A view that this person sees, locked until the end of the transaction."""
    mine = _views.c.id == view_id, _views.c.scope.in_((TEAM, actor.id))
    row = tx.execute(_ROWS.where(*mine).with_for_update(of=_views)).one_or_none()
    return None if row is None else _view(row)


def parsed(query: str, sight: Sight) -> OrderFilters:
    """The list that a query string asks for, its first page; all orders, when it is none."""
    try:
        found = OrderFilters.parse(parse_qs(query, max_num_fields=MAX_FIELDS), sight)
    except ValueError:
        return OrderFilters(sight)
    return replace(found, after=None, before=None, size=OrderFilters.size)


def _view(row: Row) -> View:
    maker = f"{row.first_name} {row.last_name}".strip()
    return View(row.id, row.scope, row.user_id, row.name, row.query, maker)
