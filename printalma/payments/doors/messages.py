"""What a provider says of a payment, the same for all of them: its message, and its answer when it is asked.
(What comes of it, also when it comes twice: service.py.)"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl

from babel.numbers import get_currency_precision
from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from printalma.lib.errors import Invalid, Refused
from printalma.lib.i18n import t

MAX_BODY = 32_000  # bytes of a message: a whole one has one or two thousand
MAX_FIELDS, MAX_TOKEN = 200, 200
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")


class Outcome(StrEnum):
    """PENDING is on its way to another; TRIAL moves no money."""

    PAID = "paid"
    FAILED = "failed"
    PENDING = "pending"
    TRIAL = "trial"


class Later(Refused):
    """Nothing has changed, and the provider shall send it again: to them a refusal by 4xx is final."""

    status = 503


@dataclass(frozen=True)
class Message:
    """`number` names the order, `token` the payment; `amount` as it was written. `signed`: the signature is of this
    amount and this number, where others only show that the sender knows a key. `body` has no keys."""

    provider: str
    token: str
    number: str
    amount: str
    currency: str
    outcome: Outcome
    signed: bool
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Word:
    """What the provider answers when it is asked; None is what it says nothing of."""

    outcome: Outcome
    amount: str | None
    currency: str | None
    number: str | None


def raw() -> bytes:
    """The request's body. Raises 413."""
    if (request.content_length or 0) > MAX_BODY:
        raise RequestEntityTooLarge
    body = request.get_data()
    if len(body) > MAX_BODY:
        raise RequestEntityTooLarge
    return body


def form() -> dict[str, str]:
    """The request's fields, under their names as they came. Raises Invalid, 413, 415."""
    if request.mimetype != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType
    try:
        return dict(parse_qsl(raw().decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:  # also for bytes that are no text
        raise Invalid(t("errors.400")) from None


def token(said: Any) -> str:
    """The provider's name of the payment. Raises Invalid where it is none."""
    found = text(said) or ""
    if not found or len(found) > MAX_TOKEN or not found.isascii() or not found.isprintable():
        raise Invalid(t("doors.no_token"))
    return found


def text(said: Any) -> str | None:
    """What a field says: a text, or a number as its text. A float of JSON is written as short as it can be."""
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        return None
    return str(said) or None


def within(found: Any, *path: str) -> Any:
    """What `found` says under these names, one within the other; None where there is nothing."""
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def minor(amount: str, currency: str) -> int | None:
    """An amount in minor units; None for what is no amount of this currency."""
    if not _AMOUNT.fullmatch(amount):
        return None
    exact = Decimal(amount).scaleb(get_currency_precision(currency))
    return int(exact) if exact == int(exact) else None


def is_right(said: str, right: str) -> bool:
    """Whether a proof is the right one, in a time that does not tell how much of it was."""
    return compare_digest(said.lower().encode(), right.encode())
