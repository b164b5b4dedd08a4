"""Whole minor units inside, a JSON number outside, French on a page."""

import pytest

from printalma.lib import money

THIN, WIDE = "\u202f", "\xa0"  # French groups thousands with a thin space, and glues the symbol on with a wide one


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("89,99", "EUR", 8999),
        ("89.99", "EUR", 8999),
        (" 1 250 ", "EUR", 125_000),
        (f"1{THIN}250,5", "EUR", 125_050),
        ("0", "EUR", 0),
        ("0,1", "EUR", 10),
        ("8999", "XOF", 8999),
        ("8999,0", "XOF", 8999),
        ("1,234", "TND", 1234),
        ("1000000000", "EUR", money.MOST),
        ("89,999", "EUR", None),
        ("8999,5", "XOF", None),
        ("-1", "EUR", None),
        ("", "EUR", None),
        ("abc", "EUR", None),
        ("1,2,3", "EUR", None),
        ("NaN", "EUR", None),
        ("sNaN", "EUR", None),
        ("Infinity", "EUR", None),
        ("-Infinity", "EUR", None),
        ("1e999999999999999999", "EUR", None),
        ("1e99999999", "EUR", None),
        ("1e-5", "EUR", None),
        ("1000000000,01", "EUR", None),
        ("\x00", "EUR", None),
    ],
)
def test_what_somebody_typed_in_minor_units(typed: str, currency: str, minor: int | None) -> None:
    assert money.parse(typed, currency) == minor


@pytest.mark.parametrize(("minor", "currency"), [(8999, "EUR"), (8999, "XOF"), (1234, "TND"), (0, "EUR"), (7, "EUR")])
def test_what_a_form_shows_is_what_it_reads(minor: int, currency: str) -> None:
    assert money.parse(money.typed(minor, currency), currency) == minor


def test_money_outside_and_on_a_page() -> None:
    assert money.number(8999, "EUR") == 89.99
    assert money.number(10, "EUR") == 0.1
    assert (money.number(8999, "XOF"), type(money.number(8999, "XOF"))) == (8999, int)
    assert money.shown(123456, "EUR") == f"1{THIN}234,56{WIDE}€"
    assert money.shown(123456, "XOF") == f"123{THIN}456{WIDE}F{THIN}CFA"
    assert money.told(8999, "EUR") == "89.99€"
    assert money.told(8999, "XOF").startswith("8999 F")


def test_every_amount_of_cents_survives_the_way_out_and_back() -> None:
    assert all(round(money.number(minor, "EUR") * 100) == minor for minor in range(0, 1_000_000, 7))
