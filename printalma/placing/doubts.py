"""What the team has to look at of an order as a whole (docs/contract.md, "Marks"). Of one of its lines,
its price above all: articles.py."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

import sqlalchemy as sa

from printalma.config import settings
from printalma.db import Connection, table
from printalma.db.prepared import Prepared
from printalma.lib import phones
from printalma.lib.lenient import as_line, as_object
from printalma.orders.commands import PlaceOrder
from printalma.orders.marks import Doubt, Mark
from printalma.orders.models import Order, Status
from printalma.orders.queries import OrderRow
from printalma.placing.articles import Line

A_WHILE = timedelta(minutes=30)  # in which a basket that was not emptied is sent again
LOST = tuple(status for status in Status if status.is_lost)

# Columns of the order, by what marks and forms call them.
CONTACT = {
    "name": "shipping_name",
    "phone": "phone",
    "street": "shipping_street",
    "city": "shipping_city",
    "country": "shipping_country",
}

_orders = table(Order)
_IS_RECENT = _orders.c.created_at >= sa.bindparam("since", type_=_orders.c.created_at.type)
_LAST_ALIKE = (
    sa.select(sa.func.max(_orders.c.id))
    .where(
        _orders.c.likeness.in_(sa.bindparam("likenesses", expanding=True)), _IS_RECENT, _orders.c.status.not_in(LOST)
    )
    .group_by(_orders.c.likeness)
)
_ALIKE = Prepared(
    sa.select(_orders.c.likeness, _orders.c.id, _orders.c.number).where(_orders.c.id.in_(_LAST_ALIKE)), ["likenesses"]
)


class Twin(NamedTuple):
    """The order that was the same a moment ago; its id is 0 where it is saved with the other one."""

    id: int
    number: str


def of_contact(order: OrderRow, command: PlaceOrder, is_agreed: bool = False) -> Iterator[Doubt]:
    """Whom to call, and where to bring it. An address that came in one line names neither town nor country. What the
    team left out, it did without; but a number that cannot be dialled was not meant."""
    address = command.address
    said = {"name": address.name or order.user_id, "phone": command.phone, "street": address.street}
    if not address.in_one_line:
        said |= {"city": address.city, "country": address.country}
    missing = [name for name, value in said.items() if not value]
    if missing and not is_agreed:
        yield Doubt(Mark.CONTACT, facts={"why": "missing", "missing": missing})
    if command.phone and not phones.read_all(command.phone, *_regions(command)):
        yield Doubt(Mark.CONTACT, facts={"why": "phone"})


def still_missing(order: OrderRow, facts: Mapping[str, Any]) -> list[str]:
    """What of a doubt about the contact is so still, by what marks and forms call it."""
    if facts.get("why") == "phone":
        regions = phones.region(order.shipping_country), settings().shop_country
        return [] if phones.read_all(order.phone, *regions) else ["phone"]
    return [each for each in facts.get("missing", ()) if each in CONTACT and not getattr(order, CONTACT[each])]


def of_total(order: OrderRow, lines: Iterable[Line]) -> Iterator[Doubt]:
    """Whether what the customer was shown is the sum of what they were shown."""
    prices = [(line.announced, line.item.quantity) for line in lines]
    if order.announced_total is None or any(price is None for price, _ in prices):
        return
    total = sum(price * quantity for price, quantity in prices if price is not None) + (order.announced_fee or 0)
    if total != order.announced_total:
        yield Doubt(Mark.PRICE, facts={"why": "total", "announced": order.announced_total, "sum": total})


def twins(tx: Connection, orders: Sequence[OrderRow]) -> Callable[[Sequence[OrderRow]], list[Twin | None]]:
    """Which order each of these, that are not saved yet, is the same as: the last one of a moment ago, also of those
    before it among them. It is asked for at once, and told of the same orders with their numbers."""
    asked = {order.likeness for order in orders} - {None}
    since = min(order.created_at for order in orders) - A_WHILE
    rows = _ALIKE.asked(tx, {"likenesses": list(asked), "since": since}) if asked else list

    def told(numbered: Sequence[OrderRow]) -> list[Twin | None]:
        known: dict[int | None, Twin] = {row.likeness: Twin(row.id, row.number) for row in rows()}
        found = []
        for order in numbered:
            found.append(known.get(order.likeness))
            if order.likeness is not None:
                known[order.likeness] = Twin(0, order.number)
        return found

    return told


def of_double(twin: Twin | None) -> list[Doubt]:
    """Whether the same has been ordered a moment ago."""
    return [Doubt(Mark.DOUBLE, facts={"order": twin.id, "number": twin.number})] if twin else []


def with_ids(found: Iterable[Doubt], ids: Mapping[str, int]) -> list[Doubt]:
    """The doubts, once orders that were saved together have `ids`, by their numbers."""
    return [
        replace(doubt, facts={**doubt.facts, "order": ids[doubt.facts["number"]]})
        if doubt.mark is Mark.DOUBLE and not doubt.facts["order"]
        else doubt
        for doubt in found
    ]


def likeness(command: PlaceOrder, lines: Sequence[Line]) -> int | None:
    """The same number for the same telephone number and lines; None for an order without a number to call."""
    numbers = phones.read_all(command.phone, *_regions(command)) if command.phone else []
    phone = phones.e164(numbers[0]) if numbers else phones.digits(command.phone)
    if not phone:
        return None
    said = sorted(repr(_said(line)) for line in lines)
    return int.from_bytes(blake2b("\n".join([phone, *said]).encode(), digest_size=8).digest(), "big", signed=True)


def _said(line: Line) -> tuple[object, ...]:
    item = line.item
    drawn = (as_line(item.sent.get(name)) for name in ("designId", "customizationId"))
    return (line.of, item.text, item.size, item.color, item.quantity, *drawn)


def _regions(command: PlaceOrder) -> tuple[str | None, ...]:
    """The countries whose telephone numbers are meant: the delivery's and the shop's."""
    info = as_object(command.sent.get("deliveryInfo"))
    named = command.address.country or as_line(info.get("countryCode"))
    return phones.region(named), settings().shop_country
