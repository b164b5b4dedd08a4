"""Saving a filter of the list under a name, naming it anew, giving the name another filter, and removing it."""

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.accounts.policy import ADMIN
from printalma.db import Connection, table, transactional, upsert
from printalma.events import log
from printalma.events.types import SavedViewsChanged
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from printalma.lib.i18n import t
from printalma.lib.letters import plain
from printalma.orders.listing.filters import OrderFilters
from printalma.saved_views import queries
from printalma.saved_views.commands import Name
from printalma.saved_views.models import MAX_OF_SCOPE, TEAM, SavedView
from printalma.saved_views.queries import View

_views = table(SavedView)
_INSERT = upsert(_views).on_conflict_do_nothing()


@transactional
@once
def save(tx: Connection, command: Name, filters: OrderFilters, actor: Actor) -> None:
    """Save what `filters` show under a name. Raises Invalid for all orders and for a name that is there; Forbidden;
    Conflict when there are too many."""
    if not filters.is_filtered:
        raise Invalid(t("saved_views.nothing"))
    scope = _scope(command, actor)
    _tell(tx, actor)
    row = {"scope": scope, "user_id": actor.id, "name": command.name, "key": plain(command.name)}
    if not tx.execute(_INSERT, row | {"query": filters.query(), "created_at": now()}).rowcount:
        raise _taken()
    _bound(tx, scope)


@transactional
@once
def rename(tx: Connection, view_id: int, command: Name, actor: Actor) -> None:
    """Call a view otherwise, or have it be for the team, or for oneself. Raises NotFound, Forbidden, Invalid and
    Conflict."""
    view, scope = _locked(tx, view_id, actor), _scope(command, actor)
    _tell(tx, actor)
    key = plain(command.name)
    others = sa.select(_views.c.id).where(_views.c.scope == scope, _views.c.key == key, _views.c.id != view.id)
    if tx.execute(others).first():
        raise _taken()
    values = {"scope": scope, "name": command.name, "key": key, "user_id": view.user_id if scope == TEAM else actor.id}
    tx.execute(sa.update(_views).where(_views.c.id == view.id).values(values))
    _bound(tx, scope)


@transactional
@once
def refilter(tx: Connection, view_id: int, filters: OrderFilters, actor: Actor, was: str | None = None) -> str:
    """Have a view show what `filters` do; what it showed before, as a query string. Who takes that back says what it
    `was` meanwhile. Raises NotFound, Forbidden, Conflict when it is something else by now, and Invalid for all
    orders."""
    if not filters.is_filtered:
        raise Invalid(t("saved_views.nothing"))
    view = _locked(tx, view_id, actor)
    if was not in (None, view.query):
        raise Conflict(t("saved_views.changed_meanwhile", name=view.name))
    tx.execute(sa.update(_views).where(_views.c.id == view.id).values(query=filters.query()))
    _tell(tx, actor)
    return view.query


@transactional
@once
def remove(tx: Connection, view_id: int, actor: Actor) -> None:
    """Raises NotFound and Forbidden."""
    view = _locked(tx, view_id, actor)
    tx.execute(sa.delete(_views).where(_views.c.id == view.id))
    _tell(tx, actor)


def _locked(tx: Connection, view_id: int, actor: Actor) -> View:
    view = queries.by_id_for_update(tx, view_id, actor)
    if view is None:
        raise NotFound(t("saved_views.unknown"))
    if not view.may_change(actor):
        raise Forbidden(t("saved_views.not_yours", name=view.maker))
    return view


def _scope(command: Name, actor: Actor) -> int:
    if command.whose == "mine":
        return actor.id
    if not actor.may(ADMIN):
        raise Forbidden(t("saved_views.not_for_team"))
    return TEAM


def _tell(tx: Connection, actor: Actor) -> None:
    """Where names and numbers are looked at, they are so behind the log's turn, in which nobody else saves: two at once
    never have one name, and never make one too many."""
    log.append(tx, SavedViewsChanged(), actor.id)


def _bound(tx: Connection, scope: int) -> None:
    there = sa.select(sa.func.count()).select_from(_views).where(_views.c.scope == scope)
    if tx.execute(there).scalar_one() > MAX_OF_SCOPE:
        raise Conflict(t("saved_views.too_many", most=MAX_OF_SCOPE))


def _taken() -> Invalid:
    sentence = t("saved_views.taken")
    return Invalid(sentence, errors=[FieldError("name", sentence)])
