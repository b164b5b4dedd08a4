"""What somebody may do about a mark: what each act makes of the order, and how it is told. Nothing is saved here of the
order itself; what holds from now on is (catalog.answers)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from printalma.catalog import answers
from printalma.clearing.case import MAX_NAME, Case, Settled
from printalma.clearing.commands import is_web
from printalma.config import settings
from printalma.delivery import service as delivery
from printalma.lib import money
from printalma.lib.errors import Invalid
from printalma.lib.i18n import t
from printalma.lib.letters import cut
from printalma.orders.marks import Done, Mark
from printalma.orders.queries import ItemRow, OrderRow
from printalma.placing import doubts

MAX_PRICE = 10**9  # minor units of one

_OPTIONS = ("size", "color")  # why a line has a mark: what it says there


def accept(case: Case) -> Settled:
    """It is all right as it is; but an article that nobody knows has to be called something."""
    if case.row.mark == Mark.ARTICLE and case.row.facts.get("why") == "unknown":
        raise Invalid(t("marks.needs.name"))
    return Settled(Done.ACCEPTED, case.details, case.name)


def accept_from_now_on(case: Case) -> Settled:
    """The price is all right, for this article in this size, up to this amount: on the order's other lines, too."""
    of, size, upto = (case.row.facts.get(name) for name in ("of", "size", "upto"))
    if not of or upto is None:
        raise Invalid(t("marks.needs.reference"))
    answers.accept_price(case.tx, of, size or "", upto)
    others = [row for row in case.still_open() if row.mark == Mark.PRICE and row.id != case.row.id]
    also = tuple(row.id for row in others if _is_within(row.facts, of, size, upto))
    return Settled(Done.ACCEPTED_FROM_NOW_ON, case.details, f"{case.name} · {_shown(upto)}", also=also)


def _is_within(facts: Mapping[str, Any], of: str, size: str | None, most: int) -> bool:
    upto = facts.get("upto")
    return (facts.get("of"), facts.get("size")) == (of, size) and upto is not None and upto <= most


def price(case: Case) -> Settled:
    """One of it costs this."""
    found = money.readings(case.command.amount or "", settings().shop_currency)
    if len(found) != 1 or found[0] > MAX_PRICE:
        raise Invalid(t("fields.money", example=money.example(settings().shop_currency)))
    before, after = case.item, case.item._replace(unit_price=found[0])
    text = f"{case.name} · {_shown(before.unit_price)} → {_shown(after.unit_price)}"
    return Settled(Done.PRICED, case.with_items(after), text)


def choose(case: Case) -> Settled:
    """The size, the colour or the quantity is meant to be this."""
    item, why, command = case.item, case.row.facts.get("why"), case.command
    if why == "quantity" and command.quantity is not None:
        after, text = item._replace(quantity=command.quantity), f"{item.quantity} → {command.quantity}"
    elif why in _OPTIONS and command.choice is not None:
        before, changes = getattr(item, why), {why: command.choice}
        after, text = ItemRow(**(item._asdict() | changes)), f"{_brief(before)} → {command.choice}"
    else:
        raise Invalid(t("marks.needs.choice"))
    return Settled(Done.CHOSEN, case.with_items(after), f"{case.name} · {text}")


def zone(case: Case) -> Settled:
    """It goes there, for what that costs."""
    if case.command.zone is None:
        raise Invalid(t("marks.needs.zone"))
    quote, order = delivery.priced(case.tx, case.command.zone), case.details.order
    said = {"carrier": quote.carrier, "delivery_place": quote.place, "delivery_time": quote.time}
    text = f"{quote.place or ''} · {_shown(order.shipping_amount)} → {_shown(quote.fee)}"
    return Settled(Done.ZONE, case.with_order(shipping_amount=quote.fee, **said), text)


def note(case: Case) -> Settled:
    """The artwork is there, for the workshop to read."""
    command = case.command
    if command.link is not None and not is_web(command.link):
        raise Invalid(t("marks.needs.link"))
    if command.note is None and command.link is None:
        raise Invalid(t("marks.needs.note"))
    text = " · ".join(part for part in (case.name, command.note) if part)
    return Settled(Done.NOTED, case.details, text, command.link)


def contact(case: Case) -> Settled:
    """The customer is called so, and is to be found there: what is still missing is told."""
    order, changes = case.details.order, _said(case)
    called = {"customer": changes["shipping_name"]} if "shipping_name" in changes else {}
    mended = OrderRow(**(order._asdict() | changes | called))
    others = [row for row in case.still_open() if row.mark == Mark.CONTACT]
    if missing := [each for row in others for each in doubts.still_missing(mended, row.facts)]:
        raise Invalid(t("marks.still_missing", what=", ".join(t(f"marks.contact.{each}") for each in missing)))
    text = ", ".join(f"{_brief(getattr(order, column))} → {value}" for column, value in changes.items())
    also = tuple(row.id for row in others if row.id != case.row.id)
    return Settled(Done.MENDED, replace(case.details, order=mended), text, also=also)


def _said(case: Case) -> dict[str, str]:
    order, columns = case.details.order, doubts.CONTACT.items()
    said = {column: getattr(case.command, each) for each, column in columns}
    return {column: value for column, value in said.items() if value not in (None, getattr(order, column))}


def _brief(text: str | None) -> str:
    return cut(text or "–", MAX_NAME)


def _shown(amount: int) -> str:
    return money.shown(amount, settings().shop_currency)
