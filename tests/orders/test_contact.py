"""A telephone number as somebody typed it, dialled and opened in WhatsApp; nothing is guessed."""

import pytest

from printalma.orders.contact import dialled, whatsapp


@pytest.mark.parametrize(
    ("typed", "country", "tel", "wa"),
    [
        ("+221 77 123 45 67", None, "+221771234567", "221771234567"),
        ("00221 77.123.45.67", "France", "+221771234567", "221771234567"),
        ("221771234567", None, "221771234567", "221771234567"),
        ("77 123 45 67", "Sénégal", "771234567", "221771234567"),
        ("77 123 45 67", "senegal", "771234567", "221771234567"),
        ("33 821 00 00", "Sénégal", "338210000", None),  # a landline
        ("77 123 45 67", "Wakanda", "771234567", None),
        ("77 123 45 67", None, "771234567", None),
        ("06 12 34 56 78", "France", "0612345678", "33612345678"),
        ("+33 (0)6 12 34 56 78", "FR", "+33612345678", "33612345678"),
        ("01 23 45 67 89", "France", "0123456789", None),
        ("07 08 09 10 11", "Côte d’Ivoire", "0708091011", "2250708091011"),
        ("0470 12 34 56", "Belgique", "0470123456", "32470123456"),
        ("77 123 45 67 / 78 765 43 21", "Sénégal", None, None),  # two numbers are none
        ("+0 123 456 789", None, "+0123456789", None),
        ("+1234567", None, "+1234567", None),
        ("javascript:alert(1)", None, None, None),
        ("à demander", None, None, None),
        ("٣٤٥٦٧٨٩٠١٢٣٤", None, None, None),
    ],
)  # fmt: skip
def test_numbers(typed: str, country: str | None, tel: str | None, wa: str | None) -> None:
    assert (dialled(typed), whatsapp(typed, country)) == (tel, wa)
