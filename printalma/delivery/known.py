"""The settings as prices are made of them: read once, and again when their mark says that they have changed."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import current_app

from printalma.db import Connection, Row
from printalma.delivery import queries
from printalma.delivery.models import DAYS, Kind
from printalma.lib import phones
from printalma.lib.i18n import count

_KNOWN = "printalma.delivery.known"
_ACCENTS = re.compile("[\u0300-\u036f]+")
_LEFT_OUT = re.compile("[^a-z0-9 -]+")


@dataclass(frozen=True)
class Place:
    """`folded` and `around` are its name and its `places` as they are looked for; `countries` those of one abroad."""

    id: str
    name: str
    fee: int
    time: str | None
    folded: str
    around: str
    countries: frozenset[str]


@dataclass(frozen=True)
class Tariff:
    id: str
    place: Place
    carrier_id: str
    carrier: str
    fee: int
    time: str | None


@dataclass(frozen=True)
class Known:
    """What customers may choose from, places by name and tariffs from the cheapest on."""

    mark: str
    cities: Mapping[str, Place]
    regions: Mapping[str, Place]
    abroad: Mapping[str, Place]
    tariffs: Mapping[str, Tariff]

    @property
    def is_empty(self) -> bool:
        return not (self.cities or self.regions or self.abroad)


def known(connection: Connection) -> Known:
    """The settings as they are. To see that they are still the same takes one row."""
    mark = queries.mark(connection)
    remembered: Known | None = current_app.extensions.get(_KNOWN)
    if remembered is None or remembered.mark != mark:
        # What is read behind a mark is as new as that, or newer: then the next mark is another.
        remembered = current_app.extensions[_KNOWN] = _read(connection, mark)
    return remembered


def fold(text: str) -> str:
    """`text` as the shop's front end compares names: small letters without accents, digits, blanks, hyphens."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text.lower()))
    return " ".join(_LEFT_OUT.sub("", bare).split())


def country(text: str) -> str:
    """By which a country is known: its two letters, whatever it is called, else its folded name."""
    return phones.region(text) or fold(text)


def duration(least: int | None, most: int | None, unit: str) -> str | None:
    """ "24-48 heures"; None where nobody has said."""
    if least is None or most is None:
        return None
    return count(f"delivery.times.{unit}", most, span=str(most) if least == most else f"{least}-{most}")


def _read(connection: Connection, mark: str) -> Known:
    found = {
        kind: {row.id: _place(row) for row in queries.all_of(connection, kind) if row.active}
        for kind in (Kind.CITY, Kind.REGION, Kind.ABROAD)
    }
    abroad = found[Kind.ABROAD]
    rows = (row for row in queries.all_of(connection, Kind.TARIFF) if row.active and row.carrier_active)
    tariffs = [_tariff(row, abroad[row.place_id]) for row in rows if row.place_id in abroad]
    cheapest = {tariff.id: tariff for tariff in sorted(tariffs, key=lambda tariff: (tariff.fee, tariff.id))}
    return Known(mark, found[Kind.CITY], found[Kind.REGION], abroad, cheapest)


def _place(row: Row) -> Place:
    return Place(
        id=row.id,
        name=row.name,
        fee=0 if row.is_free else row.price,
        time=duration(row.time_min, row.time_max, row.time_unit),
        folded=fold(row.name),
        around=fold(", ".join(row.places)),
        countries=_countries(row.places) if row.kind == Kind.ABROAD else frozenset(),
    )


def _countries(places: Iterable[str]) -> frozenset[str]:
    return frozenset(country(each) for each in places)


def _tariff(row: Row, place: Place) -> Tariff:
    time = duration(row.time_min, row.time_max, DAYS)
    return Tariff(row.id, place, row.carrier_id, row.carrier_name, row.price, time)
