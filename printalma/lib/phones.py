"""Telephone numbers as people write them, read as their country writes them; and countries as people name them."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global

from printalma.lib.letters import bare, plain

MIN_INTERNATIONAL = 11  # digits, of which the first may be a country's code although no sign says so
MIN_DIALLED, MAX_DIALLED = 3, 15  # digits: an emergency's at least, ITU-T E.164's at most
LONGEST = 250  # characters of a text that may be a number
MAX_PARTS = 6  # of a field that are read: somebody sends thousands, and each costs as much as an order

# What people call countries, beside their names in French and English and their codes of two and three letters.
_ALSO = {
    "CI": ("ivory coast", "cote ivoire", "rci"),
    "CD": ("rdc", "drc", "rd congo", "congo rdc", "republique democratique du congo"),
    "CG": ("congo", "republique du congo"),
    "CF": ("centrafrique", "rca"),
    "CV": ("cap vert", "cape verde"),
    "GM": ("the gambia",),
    "GN": ("guinee conakry", "guinea conakry"),
    "GB": ("uk", "angleterre", "england", "ecosse", "scotland", "grande bretagne", "great britain"),
    "NL": ("hollande", "holland"),
    "US": ("usa", "etats unis d amerique", "united states of america"),
    "AE": ("emirats", "uae"),
    "FR": ("republique francaise", "france metropolitaine"),
    "BF": ("burkina",),
    "MR": ("rim",),
}
_FORMAL = re.compile(r"^(?:la|le|les)?(?:republique(?:de|du|dela|d))?(?=\w{4})")
_TYPED = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"\u00a0": " ", "\u202f": " ", "\u2009": " "})
_LABEL = re.compile(r"^\W*(?:t\wl|t\wl\wphone|phone|whatsapp|mobile|(?:https?://)?wa\.me/)[\s.:]*(?=[+(]?\d)", re.I)
# What is said behind a number, of whom it is: (Awa). Its letters would be dialled.
_OWNER = re.compile(r"(?<=\d)[\s(:,-]+[^\W\d_]\D*$")
_BETWEEN_TWO = re.compile(r"[/;,|\n]|\b(?:ou|et|or|and)\b", re.I)
_NO_DIGITS = re.compile(r"[^0-9]+")
_ABROAD = re.compile(r"\s*(?:\+|00)")


def typed(text: str) -> str:
    """`text` in the signs that number pads have, without what is only said in front of a number."""
    return _LABEL.sub("", unicodedata.normalize("NFKC", bare(text)).translate(_TYPED), count=1).strip()


def digits(text: str) -> str:
    """The digits of `text`, those of other scripts too."""
    if text.isascii():
        return _NO_DIGITS.sub("", text)
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())


def is_international(text: str) -> bool:
    """Whether a number says its country, with a plus or two zeros."""
    return _ABROAD.match(text) is not None


@lru_cache(maxsize=256)
def read(text: str, *regions: str | None) -> Any:
    """The number that `text` is: as it says itself, else as the first of the regions that has such a number, else with
    its country's code in front and no sign of it. None for everything else: a wrong guess calls a stranger."""
    library, written = _library(), _OWNER.sub("", typed(text))
    if not written or len(written) > LONGEST:
        return None
    if is_international(written):
        if (plain_one := _plain().read(_ABROAD.sub("+", written, count=1))) is not None:
            return plain_one
        abroad = list(_abroad(_ABROAD.sub("+", written, count=1)))
        return next((n for n in abroad if library.is_valid_number(n)), None) or next(
            (n for n in abroad if library.is_possible_number(n)), None
        )
    for region in dict.fromkeys(regions):
        number = _parsed(written, region) if region else None
        if number is not None and library.is_valid_number(number):
            return number
    if len(digits(written)) < MIN_INTERNATIONAL:
        return None
    return next((n for n in _abroad(f"+{written}") if library.is_valid_number(n)), None)


def read_all(text: str, *regions: str | None) -> list[Any]:
    """The numbers that a field holds: mostly one, sometimes two with a slash between them."""
    whole = read(text, *regions)
    parts = _BETWEEN_TWO.split(text, maxsplit=MAX_PARTS)[:MAX_PARTS] if whole is None else []
    found = [whole] if len(parts) < 2 else [read(part, *regions) for part in parts]
    return [number for number in found if number is not None]


@lru_cache(maxsize=256)
def e164(number: Any) -> str:
    """The number as every telephone dials it: +221771234567."""
    written: str = _library().format_number(number, _library().PhoneNumberFormat.E164)
    return written


def dialled(phone: str, *regions: str | None) -> str | None:
    """What tel: takes (RFC 3966): a number that is read in one of the regions with its country's code, any other as it
    was typed. None when the text is no one number."""
    numbers = read_all(phone, *regions)
    if numbers:
        return e164(numbers[0]) if len(numbers) == 1 else None
    written = digits(phone)
    plus = "+" if is_international(typed(phone)) else ""
    return plus + written.removeprefix("00") if MIN_DIALLED <= len(written) <= MAX_DIALLED else None


def whatsapp(phone: str, *regions: str | None) -> str | None:
    """The number's digits with its country's code, as wa.me takes them. None for a landline, and when no country is
    sure."""
    numbers = read_all(phone, *regions)
    return None if len(numbers) != 1 or is_landline(numbers[0]) else digits(e164(numbers[0]))


@lru_cache(maxsize=256)
def at_home(number: Any) -> str:
    """The digits by which the number is dialled in its own country."""
    if (as_it_is := _plain().at_home(number)) is not None:
        return str(as_it_is)
    return digits(_library().format_number(number, _library().PhoneNumberFormat.NATIONAL).partition("ext")[0])


def is_landline(number: Any) -> bool:
    return bool(_library().number_type(number) == _library().PhoneNumberType.FIXED_LINE)


def region(country: str | None) -> str | None:
    """The two letters of a country, whatever it is called: "Sénégal", "senegal", "SEN". None for an unknown one."""
    name = _compact(country or "")
    return _regions().get(name) or _regions().get(_FORMAL.sub("", name))


def region_of_zone(zone: str) -> str | None:
    """The country whose time zone that is. None for zones of none (UTC)."""
    return get_global("zone_territories").get(zone)


@lru_cache
def countries(locale: str) -> dict[str, str]:
    """The countries that have numbers, with their names, by their two letters."""
    names = Locale.parse(locale).territories
    return {region: names[region] for region in _library().SUPPORTED_REGIONS if region in names}


@lru_cache
def _library() -> Any:
    # Loaded when the first number is read: it is large, and a start has no number to read.
    import phonenumbers

    return phonenumbers


@lru_cache
def _plain() -> Any:
    from printalma.lib import plain_numbers

    return plain_numbers


@lru_cache
def _regions() -> dict[str, str]:
    named: dict[str, str] = {}
    for locale in ("en", "fr"):
        for code, name in Locale.parse(locale).territories.items():
            if len(code) == 2 and code.isalpha():
                named |= {_compact(name): code, code.lower(): code}
    aliases = get_global("territory_aliases").items()
    codes = {code.lower(): found[0] for code, found in aliases if len(code) == 3 and code.isalpha()}
    return codes | named | {_compact(name): code for code, names in _ALSO.items() for name in names}


def _compact(name: str) -> str:
    return "".join(filter(str.isalpha, plain(name)))


def _parsed(text: str, region: str | None) -> Any:
    library = _library()
    try:
        return library.FrozenPhoneNumber(library.parse(text, region))  # which caches can keep
    except library.NumberParseException:
        return None


def _abroad(text: str) -> Iterator[Any]:
    """Readings of a number with its country's code: "(0)" is dialled at home only, but in some countries it stays."""
    for written in dict.fromkeys((text.replace("(0)", ""), text)):
        number = _parsed(written, None)
        if number is not None:
            yield number
