"""The filters of a list that are choices: what an order's columns say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import sqlalchemy as sa

from printalma.db import table
from printalma.orders import holders
from printalma.orders.commands import Payment
from printalma.orders.listing.pagination import Check
from printalma.orders.marks import IS_MARKED
from printalma.orders.models import IS_AT_WORK, LOST, Order, Status
from printalma.orders.payments import PaymentState
from printalma.orders.printed import CURRENT, Kind

OPEN = "open"
Marked = Literal["open", "article", "price", "delivery", "artwork", "resolution", "double", "contact"]
Held = Literal["me", "nobody"]
ToPrint = Literal["open", "slip", "sheet", "pick"]

_orders = table(Order)


@dataclass(frozen=True)
class Choice:
    """A filter by what a column says: one of `kind`, or several at once."""

    column: sa.Column[Any]
    kind: Any
    is_of_api: bool = True

    @property
    def values(self) -> tuple[str, ...]:
        return get_args(self.kind) or tuple(self.kind)

    def check(self, values: Sequence[str], _me: int | None, is_hidden: bool) -> Check:
        """That an order says one of them; `_me` is who asks. Hidden, no planner takes its index for it."""
        return self._said(is_hidden).in_(values)

    def concerns(self, _status: Status, _values: Sequence[str]) -> bool:
        """Whether an order in this status can be among them."""
        return True

    def _said(self, is_hidden: bool) -> sa.ColumnElement[Any]:
        return self.column.concat("") if is_hidden else self.column


class MarkChoice(Choice):
    """A filter by what the team has to look at: OPEN is any of it. The marked orders are few beside all that there are,
    and have an index of their own."""

    def check(self, values: Sequence[str], _me: int | None, _is_hidden: bool) -> Check:
        named = [self.column.contains(value) for value in values if value != OPEN]
        return IS_MARKED if OPEN in values else sa.and_(IS_MARKED, sa.or_(*named))


class PaymentChoice(Choice):
    """A filter by what is paid. Of an order that nobody gets nothing is awaited."""

    def check(self, values: Sequence[str], _me: int | None, is_hidden: bool) -> Check:
        said = self._said(is_hidden)
        return sa.or_(*(sa.and_(said == value, *self._awaited(value)) for value in values))

    def concerns(self, status: Status, values: Sequence[str]) -> bool:
        return not status.is_lost or any(map(_is_settled, values))

    @staticmethod
    def _awaited(value: str) -> list[Check]:
        return [] if _is_settled(value) else [_orders.c.status.not_in(LOST)]


def _is_settled(value: str) -> bool:
    return value in (PaymentState.PAID, PaymentState.REFUNDED)


class HolderChoice(Choice):
    """A filter by who takes care of an order: who asks, or nobody. It is for the dashboard alone: no front end, and no
    customer, hears of it."""

    def check(self, values: Sequence[str], me: int | None, _is_hidden: bool) -> Check:
        return sa.or_(*(holders.check(value, me) for value in values))

    def concerns(self, status: Status, _values: Sequence[str]) -> bool:
        return not status.is_final


class PrintChoice(Choice):
    """A filter by which papers are to be printed of orders at work: OPEN are those of which neither has been, as they
    are now. They have an index of their own."""

    def check(self, values: Sequence[str], _me: int | None, _is_hidden: bool) -> Check:
        wanted = [self._lacks(*((Kind.SLIP, Kind.SHEET) if value == OPEN else (Kind(value),))) for value in values]
        return sa.and_(IS_AT_WORK, sa.or_(*wanted))

    def concerns(self, status: Status, _values: Sequence[str]) -> bool:
        return status.is_at_work

    def _lacks(self, *kinds: Kind) -> Check:
        printed: sa.ColumnElement[int] = self.column.bitwise_and(sum(CURRENT[kind] for kind in kinds))
        return printed == 0


# One more is one line here: addresses, the API's query, SQL, totals and what is told live follow.
CHOICES = {
    "status": Choice(_orders.c.status, Status),
    "payment": Choice(_orders.c.payment_method, Payment),
    "paymentStatus": PaymentChoice(_orders.c.payment_status, PaymentState),
    "marks": MarkChoice(_orders.c.marks, Marked),
    "holder": HolderChoice(_orders.c.id, Held, is_of_api=False),
    "toPrint": PrintChoice(_orders.c.printed, ToPrint, is_of_api=False),
}
# What few orders are has an index of their ids alone: no other is to be taken then.
OF_FEW = {"marks", "toPrint"}
# Indexes lead with these columns, in this order, and go on with the id: all values of one in front of another are
# known. The first has the payment, too, behind the id.
BY_PAYMENT_STATUS, BY_STATUS = ("paymentStatus", "status"), ("status", "payment")
