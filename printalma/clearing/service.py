"""Settling what the team has to look at of an order: each act is one transaction that ends with its event.

A mark is settled once: who comes second is told who was first, and nothing is done twice. What an act changes of an
order, `mending` does, with all that follows.
"""

from collections.abc import Callable

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.clearing import acts, articles
from printalma.clearing.case import Case, Settled
from printalma.clearing.commands import Clear
from printalma.db import Connection, table, transactional
from printalma.events import log
from printalma.events.types import OrderMarkCleared
from printalma.lib.errors import Conflict, NotFound
from printalma.lib.i18n import t
from printalma.mending import mend
from printalma.orders import changing, history, marks, queries
from printalma.orders.marks import Done, Mark
from printalma.orders.models import Order, Status
from printalma.orders.service import locked

Act = Callable[[Case], Settled]

# What may be done about which mark, in the order in which it is offered; the names are those of addresses.
ACTS: dict[Mark, dict[str, Act]] = {
    Mark.ARTICLE: {"product": articles.product, "name": articles.name, "choose": acts.choose, "accept": acts.accept},
    Mark.PRICE: {"accept": acts.accept, "always": acts.accept_from_now_on, "price": acts.price},
    Mark.DELIVERY: {"zone": acts.zone, "accept": acts.accept},
    Mark.ARTWORK: {"note": acts.note, "accept": acts.accept},
    Mark.RESOLUTION: {"note": acts.note, "accept": acts.accept},
    Mark.DOUBLE: {"accept": acts.accept},
    Mark.CONTACT: {"contact": acts.contact, "accept": acts.accept},
}
# Of these, what was seen must still be so: they speak of amounts.
_OF_AMOUNTS = (Mark.ARTICLE, Mark.PRICE, Mark.DELIVERY)

_orders = table(Order)
# Neither `version` nor `updated_at`: that somebody has looked makes no colleague's change a conflict.
_SETTLE = sa.update(_orders).where(_orders.c.id == sa.bindparam("order"))
_SETTLE = _SETTLE.values(marks=sa.bindparam("left"), noted=_orders.c.noted + sa.bindparam("more"))


@transactional
@once
def clear(tx: Connection, order_id: int, mark_id: int, act: str, command: Clear, actor: Actor) -> None:
    """Settle a mark of an order. Raises NotFound; Conflict when somebody has settled it, or changed what it is about;
    Invalid for what the act cannot do with."""
    details = locked(tx, order_id, actor.sight)
    row = marks.one(tx, order_id, mark_id)
    if row is None or act not in ACTS.get(row.mark, {}):
        raise NotFound(t("marks.unknown"))
    case = Case(tx, details, row, command)
    _check(case)
    settled = ACTS[row.mark][act](case)
    mended, ran_low = mend(tx, details, settled.details)
    left = marks.clear(tx, order_id, (row.id, *settled.also), settled.done, actor)
    tx.execute(_SETTLE, {"order": order_id, "left": left, "more": int(settled.done == Done.NOTED)})
    if settled.done == Done.NOTED:
        changing.remember(tx, order_id, settled.text, settled.link)
    told = settled.done, settled.text, settled.link, mended is not details, actor.name
    log.append(tx, OrderMarkCleared(order_id, details.order.number, row.mark, *told), actor.id, follows=ran_low)


def _check(case: Case) -> None:
    order, row = case.details.order, case.row
    if row.cleared_at is not None:
        who = queries.name_of(case.tx, row.cleared_by)
        raise Conflict(t("marks.settled_meanwhile", who=who, ago=history.ago(row.cleared_at)))
    if Status(order.status).is_final:
        raise Conflict(t("marks.ended", status=t(f"statuses.{order.status}")))
    if row.mark in _OF_AMOUNTS and case.command.version != order.version:
        raise Conflict(history.who_changed(case.tx, order))
