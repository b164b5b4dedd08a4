"""What an order is found by: its words without accents, case, apostrophes and hyphens, phone numbers as digits."""

import re
from collections.abc import Iterable

from printalma.lib.letters import plain
from printalma.orders.queries import Fields

PHONE_LEAST = 9  # digits of the shortest phone number that is told with its leading zeros

_PHONE = re.compile(r"[\d\s+./()-]*\d[\d\s+./()-]*")
_NOT_A_DIGIT = re.compile(r"\D+")


def text_of(order: Fields, items: Iterable[Fields]) -> str:
    """All that an order is found by, each word once. `items` are its lines."""
    told = [order["number"], order["customer"], order["shipping_name"], order["shipping_company"], order["email"]]
    told += [_NOT_A_DIGIT.sub("", order["phone"]), order["shipping_city"]]
    for item in items:
        told += [item["product_name"], item["size"], item["color"]]
    return " ".join(dict.fromkeys(word for part in told if part for word in plain(part).split()))


def words_of(search: str) -> tuple[str, ...]:
    """What must all be found in an order's text for it to match `search`, longest first.

    Digits, spaces and what people write into phone numbers are one number: "+221 77 123" finds "22177123…". A whole
    number is found without the zeros in front: "06 12…" finds "+33 6 12…".
    """
    if _PHONE.fullmatch(search):
        digits = _NOT_A_DIGIT.sub("", search)
        return (digits.lstrip("0") if len(digits) >= PHONE_LEAST else digits,)
    return tuple(sorted(set(plain(search).replace("#", " ").split()), key=lambda word: (-len(word), word)))
