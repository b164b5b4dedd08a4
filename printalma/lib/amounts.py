"""Amounts that people type into a form."""

from printalma.lib import money
from printalma.lib.errors import FieldError
from printalma.lib.i18n import t


def read_amount(field: str, text: str, currency: str, wrong: list[FieldError]) -> int:
    """What was typed, in minor units. What may mean several amounts, or none, is told in `wrong`."""
    found = money.readings(text, currency)
    if len(found) != 1:
        wrong.append(FieldError(field, _which_amount(found, currency)))
    return found[0] if found else 0


def _which_amount(found: list[int], currency: str) -> str:
    if not found:
        return t("fields.money", example=money.example(currency))
    shown, typed = ([form(amount, currency) for amount in found] for form in (money.shown, money.typed))
    return t("fields.money_ambiguous", shown=shown, typed=typed)
