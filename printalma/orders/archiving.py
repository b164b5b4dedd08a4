"""Putting old years aside, and taking them back: some orders in one transaction, beside the traffic.

Whoever is interrupted has lost nothing: what is done is done, and the rest is found again. An order that is put aside
keeps its row, its text and its place in every counter; its lines and its history move into one packed row.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, reading, table, transaction, unhurried
from printalma.events import log
from printalma.events.models import LoggedEvent
from printalma.events.types import OrderPlaced
from printalma.lib.clock import now
from printalma.live.channels import MAX_BEHIND
from printalma.orders.archive import Fields, Parts, pack, unpack
from printalma.orders.models import ArchivedOrder, Order, OrderItem, Status

MAX_ORDERS = 200  # orders in one transaction: others wait for it
QUIET = timedelta(days=30)  # since the last event of an order: until then phones and bells may tell of it

_orders, _items, _events, _archived = (table(each) for each in (Order, OrderItem, LoggedEvent, ArchivedOrder))
# The first order's event tells the shop's currency (shop.queries). The last one's lines keep their ids from being given
# again: SQLite counts on from the highest there is.
_FIRST = sa.select(_events.c.order_id).where(_events.c.type == OrderPlaced.__name__).order_by(_events.c.id).limit(1)
_LAST = sa.select(sa.func.max(_orders.c.id))
# Hidden from planners, which would go through the index of days and sort half of the shop for each piece.
_DAY, _STATUS = (sa.func.coalesce(column, "") for column in (_orders.c.day, _orders.c.status))
_IS_RIPE = sa.and_(
    sa.bindparam("before") > _DAY,
    _STATUS.in_([status.value for status in Status if not status.next]),
    ~sa.exists().where(_archived.c.order_id == _orders.c.id),
    _orders.c.id != sa.func.coalesce(_FIRST.scalar_subquery(), 0),
    _orders.c.id < _LAST.scalar_subquery(),
)
_AHEAD = (
    sa.select(_orders.c.id)
    .where(_IS_RIPE, _orders.c.id > sa.bindparam("last"))
    .order_by(_orders.c.id)
    .limit(MAX_ORDERS)
    .with_for_update(of=_orders)
)


@dataclass(frozen=True)
class Amount:
    """Orders that may be put aside, with how many lines and events; `archived` are so already."""

    orders: int
    lines: int
    events: int
    archived: int


@dataclass(frozen=True)
class _Piece:
    done: int
    last: int | None  # the last order that was looked at; None when there was none


def amount(before: date) -> Amount:
    """What `archive` would find. Some of it stays, if something happened to it lately."""
    values = {"before": before.isoformat()}
    ripe = sa.select(_orders.c.id).where(_IS_RIPE)
    counts = [
        sa.select(sa.func.count()).select_from(ripe.subquery()),
        *(sa.select(sa.func.count()).where(rows.c.order_id.in_(ripe)) for rows in (_items, _events)),
        sa.select(sa.func.count()).select_from(_archived),
    ]
    with reading() as connection:
        unhurried(connection)
        return Amount(*(connection.execute(each, values).scalar_one() for each in counts))


def archive(before: date) -> Iterator[int]:
    """Put aside what came `before` and has ended, piece by piece; how many orders each piece was."""
    yield from _pieces(partial(_archive, before=before.isoformat()))


def take_back() -> Iterator[int]:
    """Bring back all that was put aside, in the same way."""
    yield from _pieces(_take_back)


def _pieces(work: Any) -> Iterator[int]:
    last: int | None = 0
    while last is not None:
        piece: _Piece = transaction(partial(work, last=last))
        yield piece.done
        last = piece.last


def _archive(tx: Connection, before: str, last: int) -> _Piece:
    ids = list(tx.scalars(_AHEAD, {"before": before, "last": last}))
    if not ids:
        return _Piece(0, None)
    items, events = _by_order(tx, _items, ids), _by_order(tx, _events, ids)
    # The last events stay: who comes back with `since` is told of them one by one, and a tailer stands on one of them.
    upto, moment = log.last_id(tx) - MAX_BEHIND, now() - QUIET
    still = [i for i in ids if all(event["id"] < upto and event["at"] < moment for event in events[i])]
    if still:
        packed = [{"order_id": i, "data": pack(Parts(items[i], events[i]))} for i in still]
        tx.execute(sa.insert(_archived), packed)
        for rows in (_items, _events):
            tx.execute(sa.delete(rows).where(rows.c.order_id.in_(still)))
    return _Piece(len(still), ids[-1])


def _take_back(tx: Connection, last: int) -> _Piece:
    ahead = sa.select(_archived).where(_archived.c.order_id > last).order_by(_archived.c.order_id).limit(MAX_ORDERS)
    rows = tx.execute(ahead.with_for_update()).all()
    if not rows:
        return _Piece(0, None)
    parts = [unpack(*row) for row in rows]
    tx.execute(sa.insert(_items), [item for part in parts for item in part.items])
    tx.execute(sa.insert(_events), [event for part in parts for event in part.events])
    tx.execute(sa.delete(_archived).where(_archived.c.order_id.in_([row.order_id for row in rows])))
    return _Piece(len(rows), rows[-1].order_id)


def _by_order(tx: Connection, rows: sa.Table, ids: Sequence[int]) -> dict[int, list[Fields]]:
    found: dict[int, list[Fields]] = defaultdict(list)
    for row in tx.execute(sa.select(rows).where(rows.c.order_id.in_(ids)).order_by(rows.c.id)).mappings():
        found[row["order_id"]].append(row)
    return found
