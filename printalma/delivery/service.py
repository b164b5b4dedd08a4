"""What happens to the settings of delivery and payment; and what a delivery costs by them (pricing)."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.db import Connection, table, transactional, upsert
from printalma.delivery import queries
from printalma.delivery.book import Book
from printalma.delivery.commands import OfferPayments, Save
from printalma.delivery.known import known
from printalma.delivery.models import PROVIDERS, DeliveryState, Kind, PaymentMethod
from printalma.delivery.pricing import Choice, Quote, choices, priced, quote, quoted
from printalma.events import log
from printalma.events.types import DeliveryChanged, DeliveryImported, PaymentsOffered
from printalma.lib import money
from printalma.lib.errors import Conflict, FieldError, Invalid, Refused
from printalma.lib.i18n import t

__all__ = ["Choice", "Quote", "choices", "known", "priced", "quote", "quoted"]

_PRICES = ("price", "standard_price")
_state, _methods = table(DeliveryState), table(PaymentMethod)


@dataclass(frozen=True)
class FileLine:
    """A line of a file; `setting_id` None where it goes by its name."""

    number: int
    setting_id: str | None
    command: Save


@transactional
@once
def add(tx: Connection, command: Save, actor: Actor) -> str:
    """A new setting's id. Raises Conflict for a name that is taken, Invalid for a place or a carrier nobody knows."""
    book = Book(tx)
    setting_id = book.add(command)
    book.close()
    log.append(tx, DeliveryChanged(command.kind, setting_id, ["added"]), actor.id)
    return setting_id


@transactional
@once
def change(tx: Connection, setting_id: str, command: Save, actor: Actor) -> None:
    """Save a setting as the command says. Raises NotFound, or Conflict when it has been saved since it was shown."""
    book = Book(tx)
    version = book.version(command.kind, setting_id)
    changes = book.change(setting_id, command)
    if changes and version != command.version:
        raise Conflict(t("delivery.changed_meanwhile"))
    _tell(tx, book, command.kind, setting_id, changes, actor)


@transactional
@once
def switch(tx: Connection, kind: Kind, setting_id: str, active: bool, actor: Actor) -> None:
    """Offer a setting to customers, or no longer. Raises NotFound."""
    book = Book(tx)
    book.version(kind, setting_id)
    is_other = any(row["id"] == setting_id and row["active"] != active for _, row in book.rows())
    if is_other:
        book.write(kind, setting_id, {"active": active})
    _tell(tx, book, kind, setting_id, ["active"] if is_other else [], actor)


@transactional
@once
def take_in(tx: Connection, lines: Sequence[FileLine], actor: Actor) -> list[int]:
    """How many settings a file added and changed. Raises Invalid with what is wrong in each line: nothing is saved."""
    book = Book(tx)
    wrong: list[FieldError] = []
    added, changed = 0, 0
    seen: dict[str, int] = {}
    for line in lines:
        try:
            is_new, is_changed = _take_in(book, line, seen)
        except Refused as refused:
            problems = refused.errors or [FieldError("", refused.message)]
            wrong += [FieldError(f"{line.number}.{each.field}", each.message) for each in problems]
            continue
        added, changed = added + is_new, changed + is_changed
    if wrong:
        raise Invalid(t("delivery.file.refused"), errors=wrong)
    if added or changed:
        book.close()
        log.append(tx, DeliveryImported(added, changed), actor.id)
    return [added, changed]


@transactional
@once
def offer_payments(tx: Connection, command: OfferPayments, actor: Actor) -> None:
    """Say which ways to pay are on offer. Raises Conflict when that was said since it was shown."""
    state, present = queries.state_for_update(tx), queries.methods(tx)
    if state.payments_version != command.version:
        raise Conflict(t("delivery.changed_meanwhile"))
    for provider in PROVIDERS:
        values = {"label": command.label if provider == "OTHER" else None, "active": provider in command.offered}
        if provider in present or values["active"]:
            written = upsert(_methods).values(provider=provider, **values)
            tx.execute(written.on_conflict_do_update(index_elements=["provider"], set_=values))
    tx.execute(sa.update(_state).values(payments_version=state.payments_version + 1))
    log.append(tx, PaymentsOffered(sorted(command.offered)), actor.id)


def convert_prices(tx: Connection, before: str, after: str) -> None:
    """Write every price in the currency `after`; forms that still show the old ones are out of date."""
    book = Book(tx)
    for kind, row in book.rows():
        prices = {name: row[name] for name in _PRICES if row.get(name) is not None}
        if prices:
            book.write(kind, row["id"], {name: money.convert(price, before, after) for name, price in prices.items()})
    book.close()


def _take_in(book: Book, line: FileLine, seen: dict[str, int]) -> tuple[bool, bool]:
    """Whether the line added a setting, and whether it changed one. `seen` are the lines of before, by what they are
    about."""
    command = book.resolved(line.command)
    known = line.setting_id is not None and book.has(command.kind, line.setting_id)
    setting_id = line.setting_id if known else book.find(command)
    if setting_id in seen:
        raise Invalid(t("delivery.file.twice", n=seen[setting_id]))
    is_changed = setting_id is not None and bool(book.change(setting_id, command))
    seen[setting_id or book.add(command, line.setting_id)] = line.number
    return setting_id is None, is_changed


def _tell(tx: Connection, book: Book, kind: Kind, setting_id: str, changes: list[str], actor: Actor) -> None:
    if changes:
        book.close()
        log.append(tx, DeliveryChanged(kind, setting_id, changes), actor.id)
