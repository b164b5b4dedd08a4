"""Money: whole minor units inside (cents, or francs where a currency has no decimals)."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    get_currency_precision,
    get_currency_symbol,
    get_territory_currencies,
)

LOCALE = "fr_FR"
MAX_AMOUNT = 10**11

_DIGITS = "[0-9]{1,15}"
_BLANKS, _DOTS, _COMMAS = (rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}}){{1,4}}" for mark in (r"[\s'’]", r"\.", ","))
_WHOLE = re.compile(f"{_DIGITS}|{_BLANKS}|{_DOTS}|{_COMMAS}")
_CUT = re.compile(rf"(?:{_DIGITS}|{_BLANKS}|{_DOTS}),{_DIGITS}|(?:{_DIGITS}|{_BLANKS}|{_COMMAS})\.{_DIGITS}")


def known(currency: str) -> bool:
    """Whether `currency` is a code of ISO 4217."""
    return currency in get_global("all_currencies")


def in_use() -> set[str]:
    """The codes of currencies that a country uses today."""
    territories, today = get_global("territory_currencies"), date.today()
    return {code for territory in territories for code in get_territory_currencies(territory, today)}


def convert(minor: int, before: str, after: str) -> int:
    """The same written amount in another currency, rounded where that has fewer decimals: 24,90 € → 25 F CFA."""
    exact = Decimal(minor).scaleb(decimals_of(after) - decimals_of(before))
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@lru_cache
def decimals_of(currency: str) -> int:
    """How many decimals its amounts have."""
    return get_currency_precision(currency)


def number(minor: int, currency: str) -> float | int:
    """The JSON number outside: 8999 → 89.99 for EUR, 8999 → 8999 for XOF."""
    decimals = decimals_of(currency)
    return minor if decimals == 0 else round(minor / 10**decimals, decimals)


def wire(minor: int, currency: str) -> str:
    """The JSON text that calls of delivery are answered with: "1500", "15.00"."""
    decimals = decimals_of(currency)
    return f"{Decimal(minor).scaleb(-decimals):.{decimals}f}"


def readings(amount: str, currency: str) -> list[int]:
    """What somebody typed ("89,99", "1 250 €") in minor units, every way it may be meant: none when it is no amount.

    Three digits behind the only separator are thousands in a currency without decimals, and decimals in one of three.
    In the others "1.250" is 1250 to one reader and 1,25 to another.
    """
    text, decimals = _unmarked(amount.strip(), currency), decimals_of(currency)
    whole, cut = _digits(text), ".".join(map(_digits, re.split("[.,](?=[0-9]*$)", text)))
    if _WHOLE.fullmatch(text) and _CUT.fullmatch(text):
        meant = [whole] if decimals == 0 else [cut] if decimals >= 3 else [whole, cut]
    elif _CUT.fullmatch(text):
        meant = [cut] if len(cut.partition(".")[2]) <= max(decimals, 2) else []
    else:
        meant = [whole] if _WHOLE.fullmatch(text) else []
    exact = [Decimal(number).scaleb(decimals) for number in meant]
    return [int(value) for value in exact] if all(v <= MAX_AMOUNT and v == int(v) for v in exact) else []


def _unmarked(amount: str, currency: str) -> str:
    """An amount without the currency's own sign, name or code at one end. Another currency's stays, and is refused."""
    mark = marks(currency)
    return re.sub(rf"^(?:{mark})\s*(?=[0-9])|(?<=[0-9])\s*(?:{mark})$", "", amount, count=1, flags=re.I)


def marks(currency: str) -> str:
    """A pattern of how amounts of a currency are marked: "F CFA", "FCFA", "F", "XOF"."""
    parts = [re.escape(part) for part in symbol(currency).split()]
    return "|".join((r"\s*".join(parts), *parts, currency))


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)


def example(currency: str) -> str:
    """An amount as the currency's are typed: "29,90", "15000"."""
    decimals = decimals_of(currency)
    return typed(299 * 10 ** (decimals - 1) if decimals else 15_000, currency)


def typed(minor: int, currency: str) -> str:
    """What a form's field shows: "89,99"."""
    decimals = decimals_of(currency)
    return f"{minor / 10**decimals:.{decimals}f}".replace(".", ",")


@lru_cache(maxsize=4096)
def shown(minor: int, currency: str) -> str:
    """For people, in French: "89,99 €". As Babel writes it, in a tenth of the time: each new order has another sum."""
    decimals = decimals_of(currency)
    whole, rest = divmod(abs(minor), 10**decimals)
    cut = f",{rest:0{decimals}}" if decimals else ""
    return f"{'-' if minor < 0 else ''}{counted(whole)}{cut}\N{NO-BREAK SPACE}{symbol(currency)}"


def brief(minor: int, currency: str) -> str:
    """For people who want to know about how much: from a thousand on without cents."""
    decimals = decimals_of(currency)
    if abs(minor) < 1000 * 10**decimals:
        return shown(minor, currency)
    return format_currency(Decimal(minor).scaleb(-decimals), currency, "#,##0 ¤", locale=LOCALE, currency_digits=False)


@lru_cache(maxsize=4096)
def counted(n: int) -> str:
    """A number for people: "1 234"."""
    return f"{n:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


@lru_cache
def symbol(currency: str) -> str:
    """What amounts are marked with: "€", "F CFA"."""
    return get_currency_symbol(currency, locale=LOCALE)


def compact(amount: float) -> str:
    """A number in few letters, for an axis: "1,2 k"."""
    return format_compact_decimal(amount, fraction_digits=1, locale=LOCALE)


@lru_cache(maxsize=4096)
def plain(minor: int, currency: str) -> str:
    """As the contract's notifications write it: "89.99€"; a symbol of letters keeps its distance."""
    decimals = decimals_of(currency)
    symbol = get_currency_symbol(currency, locale=LOCALE)
    gap = " " if symbol[0].isalpha() else ""
    return f"{Decimal(minor).scaleb(-decimals):.{decimals}f}{gap}{symbol}"
