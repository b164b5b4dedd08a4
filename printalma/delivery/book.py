"""All settings of delivery together, as somebody changes them: one form's or a whole file's, by the same rules."""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, Row, table
from printalma.delivery import queries
from printalma.delivery.commands import Save, SaveTariff
from printalma.delivery.known import fold
from printalma.delivery.models import DeliveryState, Kind
from printalma.delivery.queries import TABLES
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, FieldError, Invalid, NotFound
from printalma.lib.i18n import t
from printalma.lib.letters import plain

MAX_SETTINGS = 2000  # all are read by whoever prices an order after a change, and sent to every checkout
_state = table(DeliveryState)


class Book:
    """Held until the end of the transaction: nobody else changes a setting meanwhile."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        queries.state_for_update(tx)
        self._rows: dict[Kind, dict[str, Mapping[str, Any]]] = {
            kind: {row.id: dict(row._mapping) for row in queries.all_of(tx, kind)} for kind in Kind
        }
        self._ids = {(kind, key): found for kind in Kind for found, key in self._keys(kind)}

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
        taken = {each for rows in self._rows.values() for each in rows}
        if len(taken) >= MAX_SETTINGS:
            raise Conflict(t("delivery.too_many", most=MAX_SETTINGS))
        if setting_id in taken:
            raise Conflict(t("delivery.id_taken", id=setting_id))
        found = setting_id or next(each for each in _ids(command) if each not in taken)
        moment = now()
        kept = {"version": 1, "created_at": moment, "updated_at": moment}
        values = {**command.columns(), "id": found, **kept}
        self._tx.execute(sa.insert(TABLES[command.kind]).values(values))
        self._remember(command, found, values)
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
            self._remember(command, setting_id, {**present, **values, "version": present["version"] + 1})
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

    def _remember(self, command: Save, setting_id: str, values: Mapping[str, Any]) -> None:
        for each in [each for each, found in self._ids.items() if each[0] is command.kind and found == setting_id]:
            del self._ids[each]
        self._rows[command.kind][setting_id] = values
        self._ids[command.kind, command.key] = setting_id

    def _keys(self, kind: Kind) -> Iterator[tuple[str, str]]:
        for setting_id, row in self._rows[kind].items():
            is_tariff = kind is Kind.TARIFF
            yield setting_id, f"{row['place_id']} {row['carrier_id']}" if is_tariff else plain(row["name"])


def name_of(kind: Kind, row: Row | Mapping[str, Any]) -> str:
    """What people know a setting by."""
    found = row if isinstance(row, Mapping) else row._mapping
    return f"{found['place_name']} · {found['carrier_name']}" if kind is Kind.TARIFF else str(found["name"])


def _ids(command: Save) -> Iterator[str]:
    """Ids that say what they are of; the first that is free is taken."""
    named = f"{command.place_id}-{command.carrier_id}" if isinstance(command, SaveTariff) else command.columns()["name"]
    letters = "-".join(fold(named).replace("-", " ").split())[:48].strip("-")
    first = f"{command.kind.value}-{letters or secrets.token_hex(4)}"
    yield first
    yield from (f"{first}-{n}" for n in range(2, MAX_SETTINGS + 2))
