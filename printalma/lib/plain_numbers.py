"""Telephone numbers that are written plainly, with a plus and their country's code, as most that a shop is sent: read
by the tables of the library of all numbers, where it would do nothing else than look into them, in a tenth of its
calls. Everything else is left to the library (lib/phones.py)."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

import phonenumbers

_PLAIN = re.compile(r"\+[1-9](?:[ .-]?[0-9]){6,14}")
_BETWEEN = str.maketrans(dict.fromkeys("+ .-"))
_KINDS = (
    "mobile",
    "fixed_line",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)
_LEAST = 3  # digits behind the country's code
_GROUPS = re.compile(r"(?:\((?!\?)[^()]*\))+")


class _Kind(NamedTuple):
    """What numbers of a kind are like. Without `lengths` they have those of all numbers."""

    lengths: tuple[int, ...]
    pattern: re.Pattern[str]

    def has(self, number: str) -> bool:
        return (not self.lengths or len(number) in self.lengths) and self.pattern.fullmatch(number) is not None


class _Country(NamedTuple):
    """`at_home` may be dialled in front of a number; `keeps_digits`: nothing is, and its digits stay in order."""

    at_home: re.Pattern[str] | None
    every: _Kind
    kinds: tuple[_Kind, ...]
    keeps_digits: bool

    def has(self, number: str) -> bool:
        return self.every.has(number) and any(kind.has(number) for kind in self.kinds)


def read(text: str) -> Any:
    """The number that a plain text is; None for any other text, and for what is nobody's number."""
    if not _PLAIN.fullmatch(text):
        return None
    code, number = _parts(text.translate(_BETWEEN))
    country = _country(code)
    if country is None or number[:2] == "00" or len(number) < _LEAST:
        return None
    if (country.at_home is not None and country.at_home.match(number)) or not country.has(number):
        return None
    zero = True if number[0] == "0" else None  # said apart, as of Italy and Côte d'Ivoire
    return phonenumbers.FrozenPhoneNumber(country_code=code, national_number=int(number), italian_leading_zero=zero)


def at_home(number: Any) -> str | None:
    """The digits of a number in its own country, where they are those behind its country's code; None elsewhere."""
    country = _country(number.country_code)
    if country is None or not country.keeps_digits or number.extension or number.number_of_leading_zeros:
        return None
    return f"{'0' if number.italian_leading_zero else ''}{number.national_number}"


def _parts(digits: str) -> tuple[int, str]:
    """A country's code, 0 for none, and what follows it: no code begins with another."""
    for n in (1, 2, 3):
        if (code := int(digits[:n])) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return code, digits[n:]
    return 0, digits


@lru_cache
def _country(code: int) -> _Country | None:
    """The country whose code that is; None for what several share, or none has: the library knows whose a number is."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ())
    if len(regions) != 1 or regions[0] == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
        return None
    known: Any = phonenumbers.PhoneMetadata.metadata_for_region(regions[0])
    every = _kind(known.general_desc)
    found = (_kind(getattr(known, name)) for name in _KINDS)
    at_home = re.compile(known.national_prefix_for_parsing) if known.national_prefix_for_parsing else None
    keeps = all(map(_is_kept, known.number_format))
    return every and _Country(at_home, every, tuple(kind for kind in found if kind), keeps)


def _kind(told: Any) -> _Kind | None:
    if told is None or not told.national_number_pattern:
        return None
    return _Kind(tuple(told.possible_length), re.compile(told.national_number_pattern))


def _is_kept(written: Any) -> bool:
    """Whether a way of writing numbers leaves all their digits, in order, and adds none."""
    groups = re.findall(r"\\(\d)|(\d)", written.format)
    return (
        not written.national_prefix_formatting_rule
        and _GROUPS.fullmatch(written.pattern) is not None
        and [one for one, _ in groups] == [str(n) for n in range(1, re.compile(written.pattern).groups + 1)]
    )
