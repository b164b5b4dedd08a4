"""What a delivery costs: by the settings, found as the shop's front end finds them; else what was announced.
(An order's total with it: placing/drafts.py.)"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from babel.numbers import get_currency_precision

from printalma.config import settings
from printalma.db import Connection
from printalma.delivery.known import Known, Place, Tariff, country, fold, known
from printalma.lib.errors import NotFound
from printalma.lib.i18n import t
from printalma.lib.letters import words

MAX_FEE = 10**9  # minor units
MAX_WORDS = 100  # characters
_SENEGAL = "SN"  # whose addresses the front end looks for among the cities and regions, wherever the shop is


@dataclass(frozen=True)
class Quote:
    """What a delivery costs, in minor units, and what is known of it. `zone` is the setting that says so, None where
    the announced fee counts; `doubtful` asks somebody to look."""

    fee: int = 0
    time: str | None = None
    carrier: str | None = None
    place: str | None = None
    zone: str | None = None
    doubtful: bool = False


@dataclass(frozen=True)
class Choice:
    """A setting that somebody may choose for an order: a place, or a carrier's tariff for one."""

    id: str
    label: str
    fee: int


def quote(
    connection: Connection, info: Any, street: str | None, city: str | None, country: str | None, currency: str
) -> Quote:
    """What the delivery of an order costs, as `quoted` says. It reads one row at most, unless a setting has changed
    since the last order."""
    return Quote() if info is None else quoted(known(connection), info, street, city, country, currency)


def quoted(rules: Known, info: Any, street: str | None, city: str | None, country: str | None, currency: str) -> Quote:
    """What the delivery of an order costs by the `rules`, of which its front end says `info`: any JSON value, None for
    nothing.

    Without settings the announced fee counts. With them ours does; where they know no such place, the announced one,
    and it is doubtful.
    """
    if info is None:
        return Quote()
    said = _Said(info if isinstance(info, dict) else {})
    announced = said.fee(currency)
    as_said = Quote(announced or 0, said.words("deliveryTime"), said.words("transporteurName"), said.place)
    if rules.is_empty:
        return as_said
    destination = _Destination.of(rules, said, street, city, country)
    found = _priced(rules, said, destination)
    if found is None:
        # Where no city and no region is named, the front end lets orders from here go without a fee.
        return replace(as_said, doubtful=bool(not destination.is_home or rules.cities or rules.regions))
    ours = _of(found)
    return replace(ours, doubtful=announced != ours.fee or _is_elsewhere(rules, destination, found))


def choices(connection: Connection) -> list[Choice]:
    """What somebody may choose for an order, places by name; a place abroad that carriers go to once for each."""
    rules = known(connection)
    found = [Choice(place.id, place.name, place.fee) for place in (*rules.cities.values(), *rules.regions.values())]
    for place in rules.abroad.values():
        going = [tariff for tariff in rules.tariffs.values() if tariff.place is place]
        found += [Choice(each.id, f"{place.name} · {each.carrier}", each.fee) for each in going]
        found += [] if going else [Choice(place.id, place.name, place.fee)]
    return found


def priced(connection: Connection, zone_id: str) -> Quote:
    """What a delivery costs by the setting that somebody chose. Raises NotFound for one that is not offered."""
    rules = known(connection)
    for offered in (rules.tariffs, rules.cities, rules.regions, rules.abroad):
        if zone_id in offered:
            return _of(offered[zone_id])
    raise NotFound(t("delivery.unknown"))


def _of(found: Place | Tariff) -> Quote:
    if isinstance(found, Tariff):
        return Quote(found.fee, found.time, found.carrier, found.place.name, found.id)
    return Quote(found.fee, found.time, None, found.name, found.id)


class _Said:
    """What a front end says of a delivery, each field of whatever type."""

    def __init__(self, info: Mapping[str, Any]) -> None:
        self._info = info

    def text(self, name: str) -> str:
        value = self._info.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int):
            return ""
        return _short(str(value)) if isinstance(value, str) or abs(value) < 10**15 else ""

    def words(self, name: str) -> str | None:
        return self.text(name) or None

    @property
    def place(self) -> str | None:
        names = ("cityName", "regionName", "zoneName", "countryName")
        return next((found for name in names if (found := self.words(name))), None)

    def fee(self, currency: str) -> int | None:
        """The announced fee, as near as it is to what a fee may be; None when it is no number."""
        value = self._info.get("deliveryFee")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        if isinstance(value, int):
            value = max(-MAX_FEE, min(value, MAX_FEE))  # thousands of digits are no text that Python writes
        try:
            exact = Decimal(str(value).strip()[:40])
        except InvalidOperation:
            return None
        if exact.is_nan():
            return None
        bounded = max(Decimal(0), min(exact, Decimal(MAX_FEE)))
        minor = bounded.scaleb(get_currency_precision(currency)).quantize(Decimal(1), ROUND_HALF_UP)
        return min(int(minor), MAX_FEE)


@dataclass(frozen=True)
class _Destination:
    """`country` as settings know it, "" where nobody says one. At home it is looked for among cities and regions."""

    country: str
    street: str
    city: str
    is_home: bool

    @classmethod
    def of(cls, rules: Known, said: _Said, street: str | None, city: str | None, named: str | None) -> "_Destination":
        names = (_short(named), said.text("countryCode"), said.text("countryName"))
        keys = [country(name) for name in names if name]
        # The address counts, unless nobody can tell which country it names.
        where = next((key for key in keys if len(key) == 2 and key.isupper()), next(iter(keys), ""))
        is_ours = where == settings().shop_country and not any(
            where in each.countries for each in rules.abroad.values()
        )
        return cls(where, _short(street), _short(city), is_ours or where in ("", _SENEGAL))


def _short(text: object) -> str:
    return words(text[: 2 * MAX_WORDS])[:MAX_WORDS] if isinstance(text, str) else ""


def _priced(rules: Known, said: _Said, destination: _Destination) -> Place | Tariff | None:
    at_home = _at_home(rules, said, destination) if destination.is_home else None
    return at_home or _abroad(rules, said, destination)


def _at_home(rules: Known, said: _Said, destination: _Destination) -> Place | None:
    city_id, named = said.text("cityId"), said.text("cityName")
    by_id = rules.cities.get(city_id) or rules.regions.get(said.text("regionId"))
    # A city that has been chosen is the one it is called; where none was, its name is what was typed.
    texts = (named, destination.street) if city_id else (destination.street, named)
    return by_id or _named(rules, (*texts, said.text("regionName"), destination.city))


def _named(rules: Known, texts: Iterable[str]) -> Place | None:
    return next((found for text in texts if (found := _search(rules, fold(text)))), None)


def _search(rules: Known, typed: str) -> Place | None:
    """The place that the front end finds for what was typed: a city, else a region."""
    if len(typed) < 3:
        return None
    cities, regions = rules.cities.values(), rules.regions.values()
    return (
        next((city for city in cities if city.folded == typed), None)
        or next((city for city in cities if _has(city.folded, typed)), None)
        or next((region for region in regions if typed == region.folded or typed in region.around), None)
        or next((region for region in regions if _has(region.folded, typed)), None)
    )


def _has(name: str, typed: str) -> bool:
    return name.startswith(typed) or (len(typed) >= 4 and typed in name)


def _abroad(rules: Known, said: _Said, destination: _Destination) -> Place | Tariff | None:
    chosen, carrier = rules.tariffs.get(said.text("zoneTarifId")), said.text("transporteurId")
    if chosen and chosen.carrier_id == (carrier or chosen.carrier_id) and destination.country in chosen.place.countries:
        return chosen
    place = next((place for place in rules.abroad.values() if destination.country in place.countries), None)
    if place is None:
        return None
    going = [tariff for tariff in rules.tariffs.values() if tariff.place is place]
    called = fold(said.text("transporteurName"))
    asked = (each for each in going if each.carrier_id == carrier or (called and fold(each.carrier) == called))
    return next(asked, None) or next(iter(going), place)


def _is_elsewhere(rules: Known, destination: _Destination, found: Place | Tariff) -> bool:
    """Whether the street names another place than the one that was chosen by its id: a cheaper one would be paid."""
    other = _search(rules, fold(destination.street)) if destination.is_home and isinstance(found, Place) else None
    return other is not None and other.fee > found.fee
