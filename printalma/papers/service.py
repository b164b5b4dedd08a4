"""Noting what was printed: who, which paper, when. Neither an order's version nor its date is touched: what a colleague
is about to do is no conflict with a printer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.db import Connection, table, transactional
from printalma.events import log
from printalma.events.models import LoggedEvent
from printalma.events.types import (
    OrderMarkCleared,
    OrderMended,
    OrderNotPrinted,
    OrderPaymentNoted,
    OrderPrinted,
    OrderStatusChanged,
    OrderStatusTakenBack,
)
from printalma.orders import printed, queries
from printalma.orders.models import Order
from printalma.orders.printed import Was
from printalma.orders.queries import OrderRow
from printalma.papers.commands import NotPrinted, Printed

_orders, _events = table(Order), table(LoggedEvent)
_REWRITES = {kind.__name__ for kind in (OrderMended, OrderPaymentNoted, OrderMarkCleared)}
_MOVES = {kind.__name__ for kind in (OrderStatusChanged, OrderStatusTakenBack)}
_LOCKED = (
    queries.ORDERS.where(_orders.c.id.in_(sa.bindparam("ids", expanding=True))).order_by(_orders.c.id).with_for_update()
)
_SINCE = sa.select(_events.c.order_id, _events.c.type, _events.c.data).where(
    _events.c.order_id.in_(sa.bindparam("ids", expanding=True)),
    _events.c.id > sa.bindparam("since"),
    _events.c.type.in_(_REWRITES | _MOVES),
)
_NOTE = sa.update(_orders).where(_orders.c.id == sa.bindparam("order")).values(printed=sa.bindparam("bits"))


@transactional
@once
def note(tx: Connection, command: Printed, actor: Actor) -> list[list[int]]:
    """Note that papers were printed; whoever sees none of the orders notes nothing. Each order with what was known of
    its paper before, which is what `take_back` is told.

    An order that changed while its paper lay in the printer is printed as it was before: it is to be printed again.
    """

    def now_is(orders: Sequence[OrderRow]) -> dict[int, Was]:
        since = tx.execute(_SINCE, {"ids": command.orders, "since": command.since})
        rewritten = {event.order_id for event in since if _is_rewritten(event.type, event.data)}
        return {order.id: Was.BEFORE if order.id in rewritten else Was.AS_IT_IS for order in orders}

    return _noted(tx, command.kind, command.orders, now_is, OrderPrinted, actor)


@transactional
@once
def take_back(tx: Connection, command: NotPrinted, actor: Actor) -> list[list[int]]:
    """The papers were not printed, after all. An older one of an order that changed meanwhile is outdated, too."""

    def now_is(orders: Sequence[OrderRow]) -> dict[int, Was]:
        was = {order.id: command.orders[order.id] for order in orders}
        standing = {order.id: printed.read(order.printed, command.kind) for order in orders}
        return was | {order_id: standing[order_id] for order_id in was if was[order_id] == Was.AS_IT_IS}

    return _noted(tx, command.kind, [*command.orders], now_is, OrderNotPrinted, actor)


def _noted(
    tx: Connection,
    kind: printed.Kind,
    ids: Collection[int],
    now_is: Callable[[Sequence[OrderRow]], dict[int, Was]],
    event: type[OrderPrinted],
    actor: Actor,
) -> list[list[int]]:
    """`now_is` is asked once nobody else can change the orders any more."""
    orders = [order for order in queries.read(tx, _LOCKED, {"ids": ids}) if actor.page_sight.includes(order)]
    if not orders:
        return []
    now = now_is(orders)
    bits = {order.id: printed.noted(order.printed, kind, now[order.id]) for order in orders}
    tx.execute(_NOTE, [{"order": order_id, "bits": each} for order_id, each in bits.items()])
    log.append_all(tx, [(event(order.id, order.number, kind.value, actor.name), actor.id) for order in orders])
    return [[order.id, printed.read(order.printed, kind).value] for order in orders]


def _is_rewritten(kind: str, data: Mapping[str, Any]) -> bool:
    """Whether a paper says something else since an event: a move changes it by the parcel's number, or by money."""
    parcel = (("carrier", "carrier_before"), ("tracking", "tracking_before"))
    return (
        kind in _REWRITES or bool(data.get("collected")) or any(data.get(new) != data.get(old) for new, old in parcel)
    )
