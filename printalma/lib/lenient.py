"""What a field that may hold anything is taken for: the nearest thing that makes sense, and never a refusal."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import get_currency_precision

from printalma.lib.letters import lines, one_line, visible
from printalma.lib.validation import NOT_IN_A_TEXT

MAX_TEXT = 10_000  # characters that are kept of a text
MAX_PLAIN = 10**15  # numbers up to it need no care when they are written
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}(\.0*)?")


def as_line(value: Any) -> str | None:
    """What `value` says on one line; None when that is nothing. Each field of each order is asked."""
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isprintable() and len(value) <= MAX_TEXT:
        return value.strip() or None
    if type(value) is int and abs(value) <= MAX_PLAIN:
        return str(value)
    return one_line(_text(value)).strip() or None


def as_text(value: Any) -> str | None:
    """What `value` says on any number of lines; None when that is nothing."""
    if value is None:
        return None
    return lines(_text(value)).strip() or None


def as_whole(value: Any, most: int) -> int | None:
    """The whole number up to `most`, of either sign, that `value` is, also as a text; None for everything else."""
    if isinstance(value, str):
        value = _of_digits(value)
    if type(value) is int:
        return value if -most <= value <= most else None
    if not is_number(value) or not -most <= value <= most or value != int(value):
        return None
    return int(value)


def as_nearest(value: Any, least: int, most: int) -> int | None:
    """The whole number from `least` to `most` that is nearest to `value`; None for what is no number."""
    if isinstance(value, str):
        value = _of_digits(value)
    if type(value) is int and least <= value <= most:
        return value
    if not is_number(value) or value != value:
        return None
    return int(min(max(value, least), most) + 0.5)


def as_minor(value: Any, currency: str, most: int) -> int | None:
    """The amount that `value` is, in minor units; None for what is none, is negative, or more than `most`."""
    if value is None or (not is_number(value) and not isinstance(value, str)):
        return None
    try:
        exact = Decimal(str(value)[:40].strip()).scaleb(get_currency_precision(currency))
        minor = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    except (ArithmeticError, ValueError):
        return None
    return minor if 0 <= minor <= most else None


def as_object(value: Any) -> dict[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _of_digits(text: str) -> int | None:
    digits = text.strip()
    return int(digits.partition(".")[0]) if _WHOLE.fullmatch(digits) else None


def _text(value: Any) -> str:
    if isinstance(value, str):
        written = value[:MAX_TEXT]
        return visible(written if written.isprintable() else NOT_IN_A_TEXT.sub("", written)).strip()
    if value is None or value in ({}, []):
        return ""
    try:
        return _text(json.dumps(value, ensure_ascii=False))
    except (ValueError, RecursionError):  # thousands of digits; writing may go less deep than reading did
        return ""
