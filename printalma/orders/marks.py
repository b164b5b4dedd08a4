"""Marks: what the team has to look at before an order is all right (docs/contract.md, "Marks").

What a shop can mend is never a reason to refuse an order. It is taken, and what is doubtful of it is a mark, until
somebody of the team has settled it. `orders.marks` names those that are open, for lists; an order that has ended has
none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.db import Connection, Row, table
from printalma.db.prepared import Prepared
from printalma.db.rows import add as add_rows
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, FieldError
from printalma.lib.i18n import t
from printalma.orders.models import Order, OrderMark, Status


class Mark(StrEnum):
    ARTICLE = "article"
    PRICE = "price"
    DELIVERY = "delivery"
    ARTWORK = "artwork"
    RESOLUTION = "resolution"
    DOUBLE = "double"
    CONTACT = "contact"

    @property
    def blocks(self) -> bool:
        """Whether an order that has it cannot be confirmed."""
        return self in (Mark.ARTICLE, Mark.PRICE)


class Done(StrEnum):
    """How a mark was settled."""

    ACCEPTED = "accepted"
    ACCEPTED_FROM_NOW_ON = "accepted_from_now_on"
    PRICED = "priced"
    NAMED = "named"
    NAMED_FROM_NOW_ON = "named_from_now_on"
    PRODUCT = "product"
    PRODUCT_FROM_NOW_ON = "product_from_now_on"
    CHOSEN = "chosen"
    ZONE = "zone"
    NOTED = "noted"
    MENDED = "mended"


@dataclass(frozen=True)
class Doubt:
    """What was found of a cart: of its `line`, counted from 0, or of all of it. `facts` are JSON, for the sentence that
    says what is the matter."""

    mark: Mark
    line: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


_marks = table(OrderMark)
_OPEN = (
    sa.select(_marks)
    .where(_marks.c.order_id.in_(sa.bindparam("ids", expanding=True)), _marks.c.cleared_at.is_(None))
    .order_by(_marks.c.id)
)
_orders = table(Order)
# Word for word what the index of them says (orders.models): SQLite takes it for nothing else.
IS_MARKED = _orders.c.marks != sa.literal_column("''")
_WAITING = Prepared(
    sa.select(sa.func.count().label("n")).select_from(
        sa.select(_orders.c.id).where(IS_MARKED).limit(sa.bindparam("most")).subquery()
    )
)


def names(doubts: Iterable[Doubt]) -> str:
    """The marks of a new order, as its row has them."""
    return _names(doubt.mark for doubt in doubts)


@lru_cache(maxsize=1024)
def read(word: str) -> tuple[Mark, ...]:
    """The marks that an order's row names; those of a newer release are left out."""
    return tuple(mark for mark in Mark if mark in word.split())


@lru_cache(maxsize=1024)
def transitions(status: Status, word: str) -> tuple[Status, ...]:
    """What an order may become whose row names these marks."""
    is_blocked = any(mark.blocks for mark in read(word))
    return tuple(new for new in status.next if not (is_blocked and new == Status.CONFIRMED))


def hold(status: str, word: str) -> str:
    """Why the step that comes next is not to be had yet of an order whose row names these marks, in words; "" when
    nothing is in its way."""
    is_held = Status(status).step not in (None, *transitions(Status(status), word))
    return refusal(word).message if is_held else ""


def settled(mark: str, done: str) -> str:
    """How a mark was settled, in words; also one that a newer release knows, or settled in its own way."""
    named = t(f"marks.{mark}") if mark in list(Mark) else mark
    return t("marks.settled", mark=named, how=t(f"marks.done.{done}") if done in list(Done) else done)


def refusal(word: str) -> Conflict:
    """Why an order cannot be confirmed whose row names these marks."""
    found = [FieldError(mark, t(f"marks.{mark}")) for mark in read(word) if mark.blocks]
    return Conflict(t("marks.first", marks=", ".join(error.message for error in found)), errors=found)


def add(tx: Connection, found: Sequence[Mapping[str, Any]]) -> None:
    """Write down rows of what was found."""
    if found:
        add_rows(tx, _marks, found)


def rows(order_id: int, doubts: Iterable[Doubt], item_ids: Sequence[int]) -> list[dict[str, Any]]:
    """What is saved of what was found of a new order, whose lines got `item_ids`."""
    return [
        {
            "order_id": order_id,
            "item_id": None if doubt.line is None else item_ids[doubt.line],
            "mark": doubt.mark.value,
            "facts": dict(doubt.facts),
        }
        for doubt in doubts
    ]


def reopened(connection: Connection, order_id: int) -> str:
    """The marks of an order that comes back from its end, as its row has them."""
    return _names(row.mark for row in still_open(connection, order_id))


def waiting(connection: Connection, most: int) -> int:
    """How many orders have a mark; `most` are counted."""
    found: int = _WAITING.one(connection, {"most": most}).n
    return found


def still_open(connection: Connection, order_id: int) -> Sequence[Row]:
    """The marks of an order that nobody has settled, in the order in which they were found."""
    return connection.execute(_OPEN, {"ids": [order_id]}).all()


def one(tx: Connection, order_id: int, mark_id: int) -> Row | None:
    """A mark of an order, whose row is locked, settled or not."""
    return tx.execute(sa.select(_marks).where(_marks.c.id == mark_id, _marks.c.order_id == order_id)).one_or_none()


def restate(tx: Connection, mark_id: int, facts: Mapping[str, Any]) -> None:
    """Have a mark say something else: what it is about has changed."""
    tx.execute(sa.update(_marks).where(_marks.c.id == mark_id).values(facts=dict(facts)))


def clear(tx: Connection, order_id: int, ids: Iterable[int], done: str, actor: Actor) -> str:
    """Settle marks of an order, whose row is locked: those left open, as its row names them. What was settled before
    stays as it was."""
    settled = {"cleared_at": now(), "cleared_by": actor.id, "cleared_as": done}
    mine = _marks.c.order_id == order_id, _marks.c.id.in_(list(ids)), _marks.c.cleared_at.is_(None)
    tx.execute(sa.update(_marks).where(*mine).values(settled))
    return reopened(tx, order_id)


def _names(found: Iterable[str]) -> str:
    if not (chosen := set(found)):
        return ""
    return " ".join(mark for mark in Mark if mark in chosen)
