"""What the log says of an order: its notes, its moves and which of them count, and who changed it last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.db import Connection, table
from printalma.events import log
from printalma.events.log import Record
from printalma.events.types import (
    OrderMarkCleared,
    OrderMended,
    OrderNoted,
    OrderPaymentNoted,
    OrderPlaced,
    OrderStatusChanged,
    OrderStatusTakenBack,
)
from printalma.lib import money
from printalma.lib.clock import iso, now
from printalma.lib.i18n import t
from printalma.orders import archive
from printalma.orders.marks import Done
from printalma.orders.models import Order, Status
from printalma.orders.queries import OrderRow

_orders = table(Order)
_SAID = "id", "number", "email", "customer", "lines", "created_at", "total"
_FACTS = sa.select(*(_orders.c[name] for name in _SAID)).where(_orders.c.id.in_(sa.bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class Note:
    """What the team wrote, alone or with a status, and who."""

    text: str
    author: str


def facts(connection: Connection, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """What events of the orders `ids` leave to the orders' rows, under the events' names (events.stored)."""
    return {
        row.id: {
            "number": row.number,
            "customer_name": row.customer,
            "customer_email": row.email,
            "lines": row.lines,
            "placed_at": iso(row.created_at),
            "order_total": row.total,
        }
        for row in connection.execute(_FACTS, {"ids": ids})
    }


def order_placed(
    order: OrderRow, currency: str, taken_by: str | None = None, channel: str | None = None
) -> OrderPlaced:
    """What is told of a new order; and who of the team took it, and how it came."""
    return OrderPlaced(
        order_id=order.id,
        number=order.number,
        total=order.total,
        currency=currency,
        customer_id=order.user_id,
        customer_name=order.customer,
        customer_email=order.email,
        lines=order.lines,
        placed_at=iso(order.created_at),
        taken_by=taken_by,
        channel=channel,
    )


def taken(happened: Sequence[Record]) -> OrderPlaced | None:
    """That somebody of the team typed the order in, if they did."""
    first = happened[0].event if happened else None
    return first if isinstance(first, OrderPlaced) and first.taken_by is not None else None


def order_moved(
    kind: type[OrderStatusChanged], order: OrderRow, after: OrderRow, actor: Actor, note: str | None, **more: Any
) -> OrderStatusChanged:
    """What is told of a move of `order`, which is `after` then."""
    return kind(
        order_id=order.id,
        number=order.number,
        previous=order.status,
        new=after.status,
        customer_id=order.user_id,
        customer_email=order.email,
        changed_by=actor.name,
        by_customer=actor.id == order.user_id,
        note=note,
        carrier=after.carrier,
        carrier_before=order.carrier,
        tracking=after.tracking_number,
        tracking_before=order.tracking_number,
        **more,
    )


def of_order(connection: Connection, order_id: int) -> list[Record]:
    """All that happened to an order, oldest first. What came before it was put aside is in the archive."""
    records = log.of_order(connection, order_id)
    is_whole = bool(records) and isinstance(records[0].event, OrderPlaced)
    return records if is_whole else [*archive.records(connection, order_id), *records]


def moves(connection: Connection, order_id: int) -> list[Record]:
    """An order's changes of status, oldest first."""
    return [record for record in of_order(connection, order_id) if isinstance(record.event, OrderStatusChanged)]


def standing(made: Sequence[Record]) -> list[Record]:
    """Those of an order's moves that count: what was taken back does not, nor does the taking back."""
    found: list[Record] = []
    for record in made:
        if isinstance(record.event, OrderStatusTakenBack):
            del found[-1:]
        else:
            found.append(record)
    return found


def last_standing(made: Sequence[Record]) -> Record | None:
    """The last of an order's moves that counts."""
    return next(reversed(standing(made)), None)


def previous(made: Sequence[Record]) -> str | None:
    """The status that an order with these moves would be taken back to; None when there is nothing to take back."""
    move = last_standing(made)
    return move.event.previous if move and isinstance(move.event, OrderStatusChanged) else None


def move_of(record: Record) -> OrderStatusChanged:
    """What a record of moves tells of."""
    assert isinstance(record.event, OrderStatusChanged)
    return record.event


def said(move: OrderStatusChanged) -> list[str]:
    """What was said with a move, in words. What is taken back says it no more."""
    if isinstance(move, OrderStatusTakenBack):
        return []
    found = []
    if move.reason:
        found.append(t("history.reason", reason=move.reason))
    elif Status(move.new).is_lost and not move.by_customer:
        found.append(t("history.no_reason"))
    is_shipped = move.new == Status.SHIPPED
    if move.carrier and (is_shipped or move.carrier != move.carrier_before):
        found.append(t("history.carrier", carrier=move.carrier))
    if move.tracking and (is_shipped or move.tracking != move.tracking_before):
        found.append(t("history.tracking", number=move.tracking))
    return found


def version_before(move: OrderStatusChanged, after: OrderRow) -> int:
    """The version of an order before its last change, a move: money that changed hands with it was one of its own."""
    return after.version - (2 if move.collected else 1)


def notes(connection: Connection, order_id: int, with_customers: bool = False) -> list[Note]:
    """What the team wrote about an order, oldest first; or the customer, too, with a move."""
    found = []
    for record in of_order(connection, order_id):
        event = record.event
        if isinstance(event, OrderNoted):
            found.append(Note(event.text, event.by))
        elif isinstance(event, OrderStatusChanged) and event.note and (with_customers or not event.by_customer):
            found.append(Note(event.note, event.changed_by))
        elif isinstance(event, OrderMarkCleared) and event.done == Done.NOTED:
            found.append(Note(" ".join(part for part in (event.text, event.link) if part), event.by))
    return found


def remarks(connection: Connection, order: OrderRow) -> list[str]:
    """All that was written about an order, oldest first: what it is found by, beside what it says itself."""
    return [note.text for note in notes(connection, order.id, with_customers=True)] if order.noted else []


def who_changed(connection: Connection, order: OrderRow) -> str:
    """Who changed what last: "Confirmée par Awa Diop il y a 12 s"."""
    last = last_change(connection, order.id)
    event, at = (last.event, last.at) if last else (None, order.created_at)
    if isinstance(event, OrderMarkCleared | OrderMended):
        return t("marks.changed_meanwhile", who=event.by, ago=ago(at))
    if isinstance(event, OrderPaymentNoted):
        return t(
            f"paying.{event.act}_meanwhile", amount=money.shown(event.amount, event.currency), who=event.by, ago=ago(at)
        )
    who = event.changed_by if isinstance(event, OrderStatusChanged) else order.customer
    sentence = "orders.taken_back_meanwhile" if isinstance(event, OrderStatusTakenBack) else "orders.moved_meanwhile"
    return t(sentence, status=t(f"statuses.{order.status}"), who=who, ago=ago(at))


def last_change(connection: Connection, order_id: int) -> Record | None:
    """What made an order's version the one it has; None for a new order."""
    return next((record for record in reversed(of_order(connection, order_id)) if _changes(record)), None)


def _changes(record: Record) -> bool:
    event = record.event
    if isinstance(event, OrderMarkCleared):
        return event.changed
    return isinstance(event, OrderStatusChanged | OrderPaymentNoted | OrderMended)


def ago(at: datetime) -> str:
    """How long ago that was, in the words of a sentence."""
    seconds = max(0, round((now() - at).total_seconds()))
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= length:
            return t(f"ago.{unit}", n=seconds // length)
    return t("ago.seconds", n=seconds)
