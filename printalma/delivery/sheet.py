"""The settings of delivery as one file that a spreadsheet opens, and back."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO

from printalma.db import Row
from printalma.delivery.book import MAX_SETTINGS
from printalma.delivery.commands import COMMANDS
from printalma.delivery.models import CATEGORIES, DAYS, HOURS, MAX_ID, ZONE_TYPES, Kind
from printalma.delivery.service import FileLine
from printalma.lib import money
from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.letters import plain, words
from printalma.lib.spreadsheets import BOM, as_text, as_typed, lines

COLUMNS = (
    *("kind", "id", "name", "zone_type", "category", "place_id", "carrier_id", "price", "is_free", "standard_price"),
    *("time_min", "time_max", "time_unit", "places", "logo", "active"),
)
_ID = re.compile(rf"[\w.-]{{1,{MAX_ID}}}")
_MARKED_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def written(rows: Iterable[tuple[Kind, Row]], currency: str) -> str:
    """The file of all settings."""
    return BOM + lines([[t(f"delivery.columns.{column}") for column in COLUMNS], *_cells(rows, currency)])


def read(data: bytes, currency: str) -> list[FileLine]:
    """The settings that a file describes. Raises Invalid with what is wrong in each line, by its number and column."""
    records = list(_records(_text(data)))
    head = next((n for n, record in enumerate(records) if any(record)), len(records))
    columns = _columns(records[head] if head < len(records) else [])
    found: list[FileLine] = []
    wrong: list[FieldError] = []
    for number, record in enumerate(records[head + 1 :], head + 2):
        try:
            if any(record):
                found.append(
                    _line(number, {columns[n]: cell for n, cell in enumerate(record) if n in columns}, currency)
                )
        except Invalid as invalid:
            wrong += [FieldError(f"{number}.{each.field}", each.message) for each in invalid.errors]
    if wrong:
        raise Invalid(t("delivery.file.refused"), errors=wrong)
    if not found:
        raise Invalid(t("delivery.file.empty"))
    return found


def _text(data: bytes) -> str:
    """A file's text, as Excel, Numbers and LibreOffice write it: with a mark, in UTF-8, in Windows' old code page."""
    if data.startswith(_MARKED_UTF16):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _records(text: str) -> Iterator[Sequence[str]]:
    """The lines of a file as cells; what separates them is told by the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t", key=first.count)
    try:
        for n, record in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator)):
            if n > 2 * MAX_SETTINGS:
                raise Invalid(t("delivery.too_many", most=MAX_SETTINGS))
            yield [words(as_typed(cell)) for cell in record]
    except csv.Error:
        raise Invalid(t("delivery.file.unreadable")) from None


def _columns(head: Sequence[str]) -> dict[int, str]:
    """Which column stands where; those that nobody knows are somebody's own."""
    named = {plain(t(f"delivery.columns.{column}")): column for column in COLUMNS}
    found = {n: named[plain(cell)] for n, cell in enumerate(head) if plain(cell) in named}
    if "kind" not in found.values():
        raise Invalid(t("delivery.file.no_head", column=t("delivery.columns.kind")))
    return found


def _line(number: int, cells: Mapping[str, str], currency: str) -> FileLine:
    wrong: list[FieldError] = []
    form = dict(cells)
    kind = _code("kind", cells, {t(f"delivery.kinds.{kind}"): kind for kind in Kind}, wrong)
    if kind is None:
        raise Invalid(t("errors.invalid"), errors=wrong or [FieldError("kind", t("fields.required"))])
    for column, known in _choices().items():
        form[column] = _code(column, cells, known, wrong) or ""
    form["active"] = form["active"] or "on"
    setting_id = cells.get("id") or None
    if setting_id and (not _ID.fullmatch(setting_id) or setting_id == "new"):
        wrong.append(FieldError("id", t("delivery.file.odd_id")))
    try:
        command = COMMANDS[Kind(kind)].from_form(form, currency)
    except Invalid as invalid:
        known_wrong = {each.field for each in wrong}
        wrong += [each for each in invalid.errors if each.field not in known_wrong]
    if wrong:
        raise Invalid(t("errors.invalid"), errors=wrong)
    return FileLine(number, setting_id, command)


def _choices() -> dict[str, dict[str, str]]:
    """What may stand in the columns in which not everything may."""
    answers = {t("delivery.yes"): "on", t("delivery.no"): "off"}
    return {
        "zone_type": {t(f"delivery.zone_types.{code}"): code for code in ZONE_TYPES},
        "category": {t(f"delivery.categories.{code}"): code for code in CATEGORIES},
        "time_unit": {t(f"delivery.units.{unit}"): unit for unit in (HOURS, DAYS)},
        "is_free": answers,
        "active": answers,
    }


def _code(column: str, cells: Mapping[str, str], known: Mapping[str, str], wrong: list[FieldError]) -> str | None:
    """What a cell means that says one of some words, or what they stand for."""
    said = plain(cells.get(column, ""))
    meant = next((code for word, code in known.items() if said in (plain(word), plain(code))), None)
    if said and meant is None:
        wrong.append(FieldError(column, t("fields.one_of", expected=", ".join(known))))
    return meant


def _cells(rows: Iterable[tuple[Kind, Row]], currency: str) -> Iterator[list[str]]:
    for kind, found in rows:
        row = found._mapping
        said: dict[str, str] = {
            "kind": t(f"delivery.kinds.{kind}"),
            "zone_type": t(f"delivery.zone_types.{row['zone_type']}") if row.get("zone_type") else "",
            "category": t(f"delivery.categories.{row['category']}") if row.get("category") else "",
            "place_id": as_text(row.get("place_name")),
            "carrier_id": as_text(row.get("carrier_name")),
            "is_free": _answer(row["is_free"]) if kind is Kind.CITY else "",
            "places": as_text(", ".join(row.get("places", ()))),
            "active": _answer(row["active"]),
        }
        for column in ("price", "standard_price"):
            said[column] = "" if row.get(column) is None else money.typed(row[column], currency)
        for column in ("time_min", "time_max"):
            said[column] = "" if row.get(column) is None else str(row[column])
        yield [said[column] if column in said else as_text(row.get(column)) for column in COLUMNS]


def _answer(flag: bool) -> str:
    return t("delivery.yes" if flag else "delivery.no")
