"""All settings of delivery together, as somebody changes them: one form's or a whole file's, by the same rules."""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.delivery import queries
from printalma.delivery.commands import Save, SaveTariff
from printalma.delivery.known import fold
from printalma.delivery.models import DeliveryState, Kind
from printalma.delivery.queries import TABLES
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, FieldError, Invalid, NotFound
from printalma.lib.i18n import t
from printalma.lib.letters import plain

MAX_SETTINGS = 1000  # all are read by whoever prices an order after a change, and sent to every checkout
_state = table(DeliveryState)


class Book:
    """Held until the end of the transaction: nobody else changes a setting meanwhile."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        queries.state_for_update(tx)
        self._rows: dict[Kind, dict[str, Mapping[str, Any]]] = {
            kind: {row.id: dict(row._mapping) for row in queries.all_of(tx, kind)} for kind in Kind
        }
        self._ids = {(kind, _key(kind, row)): row["id"] for kind, row in self.rows()}
        self._taken = {row["id"] for _, row in self.rows()}

    def find(self, command: Save) -> str | None:
        """The id of the setting that a command is about, by its name; a tariff's by its place and carrier."""
        return self._ids.get((command.kind, command.key))

    def has(self, kind: Kind, setting_id: str) -> bool:
        return setting_id in self._rows[kind]

    def version(self, kind: Kind, setting_id: str) -> int:
        """Raises NotFound."""
        if not self.has(kind, setting_id):
            raise NotFound(t("delivery.unknown"))
        return int(self._rows[kind][setting_id]["version"])

    def add(self, command: Save, setting_id: str | None = None) -> str:
        """A new setting's id: the wanted one, or one made of its name. Raises Conflict when there is such a setting."""
        command = self.resolved(command)
        self._check_free(command, None)
        if len(self._taken) >= MAX_SETTINGS:
            raise Conflict(t("delivery.too_many", most=MAX_SETTINGS))
        if setting_id in self._taken:
            raise Conflict(t("delivery.id_taken", id=setting_id))
        found = setting_id or next(each for each in _ids(command) if each not in self._taken)
        moment = now()
        kept = {"version": 1, "created_at": moment, "updated_at": moment}
        values = {**command.columns(), "id": found, **kept}
        self._tx.execute(sa.insert(TABLES[command.kind]).values(values))
        self._rows[command.kind][found] = values
        self._ids[command.kind, command.key] = found
        self._taken.add(found)
        return found

    def change(self, setting_id: str, command: Save) -> list[str]:
        """Save a setting as the command says; the names of what that changes."""
        command = self.resolved(command)
        self._check_free(command, setting_id)
        present, wanted = self._rows[command.kind][setting_id], command.columns()
        changes = [name for name, value in wanted.items() if present[name] != value]
        if changes:
            values = {name: wanted[name] for name in changes}
            self.write(command.kind, setting_id, values)
            self._ids.pop((command.kind, _key(command.kind, present)), None)
            self._ids[command.kind, command.key] = setting_id
            self._rows[command.kind][setting_id] = {**present, **values}
        return changes

    def write(self, kind: Kind, setting_id: str, values: Mapping[str, Any]) -> None:
        kept = TABLES[kind]
        values = {**values, "version": kept.c.version + 1, "updated_at": now()}
        self._tx.execute(sa.update(kept).where(kept.c.id == setting_id).values(values))

    def close(self) -> None:
        """Have whoever remembers the settings read them again."""
        self._tx.execute(sa.update(_state).values(mark=secrets.token_hex(16)))

    def rows(self) -> Iterator[tuple[Kind, Mapping[str, Any]]]:
        return ((kind, row) for kind, rows in self._rows.items() for row in rows.values())

    def resolved(self, command: Save) -> Save:
        """The command with ids in place of the names of a tariff's place and carrier. Raises Invalid."""
        if not isinstance(command, SaveTariff):
            return command
        wrong: list[FieldError] = []
        place = self._named(Kind.ABROAD, "place_id", command.place_id, wrong)
        carrier = self._named(Kind.CARRIER, "carrier_id", command.carrier_id, wrong)
        if wrong:
            raise Invalid(t("errors.invalid"), errors=wrong)
        return command.model_copy(update={"place_id": place, "carrier_id": carrier})

    def _named(self, kind: Kind, field: str, said: str, wrong: list[FieldError]) -> str:
        found = said if self.has(kind, said) else self._ids.get((kind, plain(said)))
        if found is None:
            wrong.append(FieldError(field, t("delivery.unknown_name", name=said)))
        return found or ""

    def _check_free(self, command: Save, setting_id: str | None) -> None:
        if self.find(command) not in (None, setting_id):
            field = "place_id" if command.kind is Kind.TARIFF else "name"
            raise Conflict(t("delivery.taken"), errors=[FieldError(field, t("delivery.taken"))])


def _key(kind: Kind, row: Mapping[str, Any]) -> str:
    """What a command for the row has as its `key`."""
    return f"{row['place_id']} {row['carrier_id']}" if kind is Kind.TARIFF else plain(row["name"])


def _ids(command: Save) -> Iterator[str]:
    """Ids that say what they are of; the first that is free is taken."""
    named = f"{command.place_id}-{command.carrier_id}" if isinstance(command, SaveTariff) else command.columns()["name"]
    letters = "-".join(fold(named).replace("-", " ").split())[:48].strip("-")
    first = f"{command.kind.value}-{letters or secrets.token_hex(4)}"
    yield first
    yield from (f"{first}-{n}" for n in range(2, MAX_SETTINGS + 2))
