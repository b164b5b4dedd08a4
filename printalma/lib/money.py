"""Money: whole minor units inside (cents, or francs where a currency has no decimals)."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
    get_territory_currencies,
)

LOCALE = "fr_FR"
MOST = 10**11


def known(currency: str) -> bool:
    """Whether `currency` is a code of ISO 4217."""
    return currency in get_global("all_currencies")


def in_use() -> set[str]:
    """The codes of currencies that a country uses today."""
    territories, today = get_global("territory_currencies"), date.today()
    return {code for territory in territories for code in get_territory_currencies(territory, today)}


def convert(minor: int, before: str, after: str) -> int:
    """The same written amount in another currency, rounded where that has fewer decimals: 24,90 € → 25 F CFA."""
    exact = Decimal(minor).scaleb(get_currency_precision(after) - get_currency_precision(before))
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def number(minor: int, currency: str) -> float | int:
    """The JSON number outside: 8999 → 89.99 for EUR, 8999 → 8999 for XOF."""
    decimals = get_currency_precision(currency)
    return minor if decimals == 0 else round(minor / 10**decimals, decimals)


def parse(amount: str, currency: str) -> int | None:
    """What somebody typed ("89,99", "1 250") in minor units; None when it is no amount or does not fit."""
    try:
        exact = Decimal("".join(amount.split()).replace(",", ".")).scaleb(get_currency_precision(currency))
        if not 0 <= exact <= MOST:  # before int(): "1e99999999" would be written out
            return None
    except ArithmeticError:
        return None
    return int(exact) if int(exact) == exact else None


def typed(minor: int, currency: str) -> str:
    """What a form's field shows: "89,99"."""
    decimals = get_currency_precision(currency)
    return f"{minor / 10**decimals:.{decimals}f}".replace(".", ",")


@lru_cache(maxsize=4096)
def shown(minor: int, currency: str) -> str:
    """For people, in French: "89,99 €"."""
    decimals = get_currency_precision(currency)
    return format_currency(Decimal(minor).scaleb(-decimals), currency, locale=LOCALE)


def brief(minor: int, currency: str) -> str:
    """For people who want to know about how much: from a thousand on without cents."""
    decimals = get_currency_precision(currency)
    if abs(minor) < 1000 * 10**decimals:
        return shown(minor, currency)
    return format_currency(Decimal(minor).scaleb(-decimals), currency, "#,##0 ¤", locale=LOCALE, currency_digits=False)


def counted(n: int) -> str:
    """A number for people: "1 234"."""
    return format_decimal(n, locale=LOCALE)


def symbol(currency: str) -> str:
    """What amounts are marked with: "€", "F CFA"."""
    return get_currency_symbol(currency, locale=LOCALE)


def compact(amount: float) -> str:
    """A number in few letters, for an axis: "1,2 k"."""
    return format_compact_decimal(amount, fraction_digits=1, locale=LOCALE)


@lru_cache(maxsize=4096)
def told(minor: int, currency: str) -> str:
    """As the contract's notifications write it: "89.99€"; a symbol of letters keeps its distance."""
    decimals = get_currency_precision(currency)
    symbol = get_currency_symbol(currency, locale=LOCALE)
    gap = " " if symbol[0].isalpha() else ""
    return f"{Decimal(minor).scaleb(-decimals):.{decimals}f}{gap}{symbol}"
