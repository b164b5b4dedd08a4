"""Where a page of a list ended: the next one begins behind it, however many came before or arrive meanwhile."""

import base64
import json
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any

from printalma.orders.models import Status

LATEST = datetime(9998, 12, 31, tzinfo=UTC)
MAX_ID = 2**53
MOMENTS = ("createdAt", "updatedAt")


@dataclass(frozen=True)
class Cursor:
    """The last order of a page in a list sorted by `sort`; `value` is what it was sorted by."""

    sort: str
    value: int | str
    order_id: int

    def __str__(self) -> str:
        """An opaque word, safe in an address."""
        return base64.urlsafe_b64encode(json.dumps(astuple(self)).encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, word: str, sort: str) -> "Cursor | None":
        """The cursor a page sorted by `sort` gave; None for any other word."""
        try:
            found: Any = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        except (ValueError, RecursionError):
            return None
        if not isinstance(found, list) or len(found) != 3 or found[0] != sort or not _is_id(found[2]):
            return None
        return cls(*found) if sort in _KINDS and _KINDS[sort](found[1]) else None


def _is_id(value: object) -> bool:
    return type(value) is int and 0 <= value < MAX_ID


def _is_moment(value: object) -> bool:
    return type(value) is int and 0 <= value < LATEST.timestamp() * 1000


def _is_number(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isalnum() and len(value) <= 24


# What each sort's values look like. Whatever passes here reaches the database.
_KINDS = {
    "createdAt": _is_moment,
    "updatedAt": _is_moment,
    "totalAmount": _is_id,
    "status": lambda value: value in list(Status),
    "orderNumber": _is_number,
}
