"""Taking care of orders: by hand, by opening one, until it is given back or nobody has been there for ten minutes.

Who has an order is a row beside it, no part of its history: that they are still there costs no event. One is told when
somebody comes or goes, and every screen reads the rows anew.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.policy import Sight
from printalma.db import Connection, table, transactional, upsert
from printalma.events import log
from printalma.events.types import OrderHoldersChanged
from printalma.lib.clock import now
from printalma.orders.holders import OrderHolder, OrderOnlooker
from printalma.orders.models import FINAL, Order

AWAY = timedelta(minutes=10)  # who was not there for so long has no order any more
# A process that has not said for so long who looks is dead. What is in the future was written by a wrong clock.
FORGOTTEN = timedelta(seconds=150)

Look = tuple[int, int]  # an order's id and a user's

_holders, _onlookers, _orders = map(table, (OrderHolder, OrderOnlooker, Order))


@transactional
def take(tx: Connection, seen: Mapping[int, int | None], actor: Actor) -> set[int]:
    """Have the actor take care of those of these orders that they see and that have not ended. `seen` says who had them
    on the page: of two who take one at the same time, the second hears it. Returns the orders that they have now; who
    had one before, as by the first press of two, is no news."""
    chosen = _orders.c.id.in_(list(seen)), *_may_be_taken(actor.sight)
    wanted = sa.select(_orders.c.id).where(*chosen).order_by(_orders.c.id)
    before = sa.select(_holders.c.order_id).where(_holders.c.order_id.in_(list(seen)), _holders.c.user_id == actor.id)
    had = set(tx.scalars(before))
    mine = {order_id for order_id in tx.scalars(wanted).all() if _take(tx, order_id, seen[order_id], actor.id)}
    _tell(tx, mine - had, actor.id)
    return mine


@transactional
def give_back(tx: Connection, order_ids: Sequence[int], actor: Actor) -> None:
    """Have nobody take care of these orders, as far as it was the actor."""
    mine = _holders.c.order_id.in_(order_ids), _holders.c.user_id == actor.id
    _tell(tx, _release(tx, *mine), actor.id)


def attend(tx: Connection, process: str, looks: Mapping[Look, Sight], present: Collection[int]) -> None:
    """Note who looks at which orders at this process, and that users are `present` at any page of it. Who has just
    opened an order that nobody has takes it; what nobody was there for is given back for them."""
    moment = now()
    rows = tx.execute(sa.select(_onlookers)).all()
    before = {(row.order_id, row.user_id) for row in rows}
    others = {
        (row.order_id, row.user_id) for row in rows if row.process != process and abs(moment - row.seen_at) <= FORGOTTEN
    }
    left = {(row.order_id, row.user_id) for row in rows if row.process == process}.difference(looks)
    _note(tx, process, looks, moment)
    taken = {look[0] for look in sorted(looks.keys() - before) if _take_free(tx, *look, looks[look], moment)}
    _renew(tx, left.union(looks), present, moment)
    seen = _seen_by_others(before ^ others.union(looks), others.union(looks))
    _tell(tx, seen | taken | _release(tx, _is_over(moment)), None)


def is_needed(connection: Connection) -> bool:
    """Whether anybody has an order, or looks at one."""
    rows = sa.union_all(sa.select(_holders.c.order_id), sa.select(_onlookers.c.order_id)).subquery()
    return bool(connection.scalar(sa.select(sa.exists().select_from(rows))))


def _may_be_taken(sight: Sight) -> list[Any]:
    return [_orders.c.status.not_in(FINAL), *sight.where(user_id=_orders.c.user_id, status=_orders.c.status)]


def _take(tx: Connection, order_id: int, seen: int | None, user_id: int) -> bool:
    moment = now()
    new = {"user_id": user_id, "asked": True, "since": moment, "seen_at": moment}
    row = upsert(_holders).values(order_id=order_id, **new)
    was_seen = _holders.c.user_id.in_([user_id, seen or user_id])
    return tx.execute(row.on_conflict_do_update(index_elements=["order_id"], set_=new, where=was_seen)).rowcount == 1


def _take_free(tx: Connection, order_id: int, user_id: int, sight: Sight, moment: datetime) -> bool:
    at = sa.literal(moment, _holders.c.since.type)
    row = sa.select(_orders.c.id, sa.literal(user_id), sa.literal(False), at, at)
    chosen = row.where(_orders.c.id == order_id, *_may_be_taken(sight))
    free = upsert(_holders).from_select(["order_id", "user_id", "asked", "since", "seen_at"], chosen)
    return tx.execute(free.on_conflict_do_nothing()).rowcount == 1


def _note(tx: Connection, process: str, looks: Collection[Look], moment: datetime) -> None:
    """Write down this process's onlookers anew, without those of processes that are dead."""
    is_alive = _onlookers.c.seen_at.between(moment - FORGOTTEN, moment + FORGOTTEN)
    tx.execute(sa.delete(_onlookers).where(sa.or_(_onlookers.c.process == process, ~is_alive)))
    values = {"process": process, "seen_at": moment}
    if looks:
        new = [values | {"order_id": order_id, "user_id": user_id} for order_id, user_id in sorted(looks)]
        tx.execute(sa.insert(_onlookers), new)


def _renew(tx: Connection, looks: Collection[Look], present: Collection[int], moment: datetime) -> None:
    """Their holders are there, or have just left."""
    is_looking = sa.tuple_(_holders.c.order_id, _holders.c.user_id).in_(sorted(looks))
    is_there = sa.and_(_holders.c.asked, _holders.c.user_id.in_(sorted(present)))
    tx.execute(sa.update(_holders).where(sa.or_(is_looking, is_there)).values(seen_at=moment))


def _is_over(moment: datetime) -> sa.ColumnElement[bool]:
    is_lasting = _holders.c.seen_at.between(moment - AWAY, moment + AWAY)
    held = sa.select(_holders.c.order_id)
    ended = sa.select(_orders.c.id).where(_orders.c.id.in_(held), _orders.c.status.in_(FINAL))
    return sa.or_(~is_lasting, _holders.c.order_id.in_(ended))


def _seen_by_others(changed: Collection[Look], looks: Collection[Look]) -> set[int]:
    """Nobody is told of who is alone with an order: each opening and closing of a page would be an event."""
    return {order_id for order_id, user_id in changed if any(o == order_id and u != user_id for o, u in looks)}


def _release(tx: Connection, *which: Any) -> set[int]:
    return set(tx.scalars(sa.delete(_holders).where(*which).returning(_holders.c.order_id)))


def _tell(tx: Connection, order_ids: Collection[int], actor_id: int | None) -> None:
    if order_ids:
        log.append(tx, OrderHoldersChanged(sorted(order_ids)), actor_id)
