"""Whole minor units inside, a JSON number outside, French on a page."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal

from printalma.lib import money

THIN, WIDE = "\u202f", "\xa0"  # French groups thousands with a thin space, and glues the symbol on with a wide one


@pytest.mark.parametrize(
    ("typed", "currency", "meant"),
    [
        ("89,99", "EUR", [8999]),
        ("89.99", "EUR", [8999]),
        (" 1 250 ", "EUR", [125_000]),
        (f"1{THIN}250,5", "EUR", [125_050]),
        ("0", "EUR", [0]),
        ("0,1", "EUR", [10]),
        ("8999", "XOF", [8999]),
        ("8999,0", "XOF", [8999]),
        ("1,234", "TND", [1234]),
        ("1000000000", "EUR", [money.MAX_AMOUNT]),
        ("89,999", "EUR", []),
        ("8999,5", "XOF", []),
        ("-1", "EUR", []),
        ("", "EUR", []),
        ("abc", "EUR", []),
        ("1,2,3", "EUR", []),
        ("NaN", "EUR", []),
        ("sNaN", "EUR", []),
        ("Infinity", "EUR", []),
        ("-Infinity", "EUR", []),
        ("1e999999999999999999", "EUR", []),
        ("1e99999999", "EUR", []),
        ("1e-5", "EUR", []),
        ("1000000000,01", "EUR", []),
        ("\x00", "EUR", []),
        ("29,90 €", "EUR", [2990]),
        (f"1{THIN}250{WIDE}€", "EUR", [125_000]),
        ("€29.90", "EUR", [2990]),
        ("eur 29,90", "EUR", [2990]),
        ("15 000 F CFA", "XOF", [15_000]),
        ("15000FCFA", "XOF", [15_000]),
        ("15 000 F", "XOF", [15_000]),
        ("29 $", "EUR", []),
        ("29,90 F", "EUR", []),
        ("€", "EUR", []),
        ("€29€", "EUR", []),
        ("15.000", "XOF", [15_000]),
        ("15,000", "XOF", [15_000]),
        ("1.250.000", "XOF", [1_250_000]),
        ("15.000,00", "XOF", [15_000]),
        ("1500.000", "XOF", []),
        ("0.250", "XOF", []),
        ("15.00.000", "XOF", []),
        ("15 00", "XOF", []),
        ("1'250", "XOF", [1250]),
        ("1.250", "EUR", [125_000, 125]),
        ("1,250", "EUR", [125_000, 125]),
        ("1.234", "EUR", []),
        ("1 250.50", "EUR", [125_050]),
        ("1.250,50", "EUR", [125_050]),
        ("1,250.50", "EUR", [125_050]),
        ("1.250.000,5", "EUR", [125_000_050]),
        ("1.250", "TND", [1250]),
        ("1.250.000", "TND", [1_250_000_000]),
        ("1.250,500", "TND", [1_250_500]),
        ("1e3", "XOF", []),
        ("1_000", "XOF", []),
        ("１５０００", "XOF", []),
        ("١٥", "XOF", []),
        ("+5", "XOF", []),
        ("0x10", "XOF", []),
    ],
)
def test_what_somebody_typed_in_minor_units(typed: str, currency: str, meant: list[int]) -> None:
    assert money.readings(typed, currency) == meant


@pytest.mark.parametrize(("minor", "currency"), [(8999, "EUR"), (8999, "XOF"), (1234, "TND"), (0, "EUR"), (7, "EUR")])
def test_what_a_form_shows_is_what_it_reads(minor: int, currency: str) -> None:
    assert money.readings(money.typed(minor, currency), currency) == [minor]


@pytest.mark.parametrize(
    ("currency", "example"), [("EUR", "29,90"), ("XOF", "15000"), ("TND", "29,900"), ("JPY", "15000")]
)
def test_the_example_is_one_that_the_currency_takes(currency: str, example: str) -> None:
    assert money.example(currency) == example
    assert len(money.readings(example, currency)) == 1


def test_money_outside_and_on_a_page() -> None:
    assert money.number(8999, "EUR") == 89.99
    assert money.number(10, "EUR") == 0.1
    assert (money.number(8999, "XOF"), type(money.number(8999, "XOF"))) == (8999, int)
    assert money.shown(123456, "EUR") == f"1{THIN}234,56{WIDE}€"
    assert money.shown(123456, "XOF") == f"123{THIN}456{WIDE}F{THIN}CFA"
    assert money.plain(8999, "EUR") == "89.99€"
    assert money.plain(8999, "XOF").startswith("8999 F")


def test_every_amount_of_cents_survives_the_way_out_and_back() -> None:
    assert all(round(money.number(minor, "EUR") * 100) == minor for minor in range(0, 1_000_000, 7))


def test_amounts_are_written_as_babel_writes_them() -> None:
    for currency in money.in_use():
        for minor in (0, 9, 100, 99_999, 123_456_789, money.MAX_AMOUNT, -5, -1_000_000):
            amount = Decimal(minor).scaleb(-money.decimals_of(currency))
            assert money.shown(minor, currency) == format_currency(amount, currency, locale=money.LOCALE)
    assert [money.counted(n) for n in (0, 999, 1000, -1_234_567)] == [
        format_decimal(n, locale=money.LOCALE) for n in (0, 999, 1000, -1_234_567)
    ]
