"""What an older release wrote beside this one lacks what that one did not keep: it is made good, event by event.

During a deploy the older release goes on taking orders on the database that this one has migrated. Every change comes
with an event, and each event says which release wrote it: what an older one did is counted and put down anew.
"""

from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa

from printalma.db import Connection, Row, table
from printalma.db.revisions import NUMBER
from printalma.events.models import LoggedEvent
from printalma.orders import counters, history, payments, queries
from printalma.orders.changing import reword
from printalma.orders.models import Order
from printalma.placing.customers import recognize
from printalma.tidying.task import Change, Task

PIECE = 500
PREFIX = "written before "

_events, _orders = table(LoggedEvent), table(Order)
_READ = sa.select(_events.c.id, _events.c.written_by, _events.c.order_id)


def task(all_releases: bool = False) -> Task:
    """Each release has its own: what one knows to make good is unknown to the one before. `all_releases` doubts this
    one's own events, too."""

    def changes(connection: Connection, rows: Sequence[Row]) -> list[Change]:
        return _changes(connection, [row for row in rows if all_releases or (row.written_by or 0) < NUMBER])

    return Task(f"{PREFIX}{NUMBER}", "written", _events.c.id, _READ, PIECE, lambda: "1", changes)


def _changes(connection: Connection, rows: Sequence[Row]) -> list[Change]:
    """Rows of orders first, each by its id, and then the counters, as those who move orders lock them."""
    nameless = sa.select(_events.c.id, _events.c.data).where(_events.c.user_id.is_(None))
    found: list[Change] = [
        partial(_name, event_id=row.id, user_id=user_id)
        for row in connection.execute(nameless.where(_events.c.id.in_([row.id for row in rows])))
        if (user_id := row.data.get("customer_id") or row.data.get("user_id"))
    ]
    ids = sorted({row.order_id for row in rows if row.order_id is not None})
    orders = connection.execute(sa.select(_orders.c.id, _orders.c.day).where(_orders.c.id.in_(ids)))
    known = orders.all()
    for row in known:
        found += [partial(each, order_id=row.id) for each in (_count_notes, _find_by_notes, _settle, recognize)]
    if known:
        found.append(partial(counters.recount, days={row.day for row in known}))
    return found


def _name(tx: Connection, event_id: int, user_id: int) -> int:
    """Whom an event is about."""
    here = sa.and_(_events.c.id == event_id, _events.c.user_id.is_(None))
    return tx.execute(sa.update(_events).where(here).values(user_id=user_id)).rowcount


def _settle(tx: Connection, order_id: int) -> int:
    """What a release from before payments were noted took is to collect, unless a gateway will report."""
    order = queries.by_id_for_update(tx, order_id)
    state = payments.settled(order).payment_status if order is not None else None
    if order is None or state == order.payment_status:
        return 0
    return tx.execute(sa.update(_orders).where(_orders.c.id == order_id).values(payment_status=state)).rowcount


def _count_notes(tx: Connection, order_id: int) -> int:
    known = tx.scalar(sa.select(_orders.c.noted).where(_orders.c.id == order_id).with_for_update())
    noted = len(history.notes(tx, order_id))
    if known == noted:
        return 0
    return tx.execute(sa.update(_orders).where(_orders.c.id == order_id).values(noted=noted)).rowcount


def _find_by_notes(tx: Connection, order_id: int) -> int:
    """Orders are found by what was written of them."""
    order = queries.by_id_for_update(tx, order_id)
    if order is not None and order.noted:
        reword(tx, order, queries.items(tx, [order_id])[order_id])
    return 0
