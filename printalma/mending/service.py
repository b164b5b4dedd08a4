"""Mending an order by hand: one transaction, one event, however much of it changes."""

from collections.abc import Iterator
from dataclasses import replace

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.config import settings
from printalma.db import Connection, Row, transactional
from printalma.events import log
from printalma.events.types import OrderMended
from printalma.lib.errors import Conflict, Invalid
from printalma.lib.i18n import t
from printalma.mending import difference, mend, reading
from printalma.mending.difference import Change
from printalma.mending.form import Asked, is_offered
from printalma.orders import history, marks, payments
from printalma.orders.marks import Done, Mark
from printalma.orders.models import Status
from printalma.orders.queries import Details, OrderRow
from printalma.orders.service import locked
from printalma.placing import doubts

_OF_LINE = ("unit_price", "size", "color", "quantity")  # what marks ask of a line


@transactional
@once
def change(tx: Connection, order_id: int, asked: Asked, actor: Actor) -> None:
    """Have an order say what somebody typed. Raises NotFound; Conflict when it is on its way, unless it is about who
    brings it, when somebody changed it since it was shown, or when there is not enough left; Invalid, also when nothing
    is changed."""
    before = locked(tx, order_id, actor.sight)
    order, status = before.order, Status(before.order.status)
    if not (status.is_mendable or (is_offered(status) and asked.is_of_carrier)):
        raise Conflict(t("mending.too_late", status=t(f"statuses.{order.status}")))
    if asked.is_outdated(before):
        raise Conflict(history.who_changed(tx, order))
    after = reading.rewritten(tx, before, asked)
    changes = difference.changes(before, after)
    if not changes:
        raise Invalid(t("mending.nothing"))
    left = marks.clear(tx, order_id, _answered(tx, before, after), Done.MENDED, actor)
    mended, ran_low = mend(tx, before, replace(after, order=after.order._replace(marks=left)))
    log.append(tx, _event(mended.order, changes, reading.reason(asked), actor), actor.id, follows=ran_low)


def _event(order: OrderRow, changes: list[Change], reason: str, actor: Actor) -> OrderMended:
    return OrderMended(
        order_id=order.id,
        number=order.number,
        changes=changes,
        reason=reason,
        customer_id=order.user_id,
        customer_email=order.email,
        by=actor.name,
        status=order.status,
        total=order.total,
        currency=settings().shop_currency,
        payment_status=payments.known_as(order.payment_status),
    )


def _answered(tx: Connection, before: Details, after: Details) -> Iterator[int]:
    """The open marks that the change settles: what they ask is answered, or their line is gone."""
    was, now = ({item.id: item for item in each.items} for each in (before, after))
    for row in marks.still_open(tx, before.order.id) if before.order.marks else ():
        if row.item_id is None:
            is_settled = _is_settled(row, before, after)
        elif row.item_id not in now:
            is_settled = True
        else:
            asked = "unit_price" if row.mark == Mark.PRICE else row.facts.get("why")
            is_settled = asked in _OF_LINE and getattr(was[row.item_id], asked) != getattr(now[row.item_id], asked)
        if is_settled:
            yield row.id


def _is_settled(row: Row, before: Details, after: Details) -> bool:
    if row.mark == Mark.DELIVERY:
        return any(
            getattr(before.order, of) != getattr(after.order, of) for of in ("shipping_amount", "delivery_place")
        )
    return bool(row.mark == Mark.CONTACT and not doubts.still_missing(after.order, row.facts))
