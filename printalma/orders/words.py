"""What an order is found by: its words without accents, case, apostrophes and hyphens, phone numbers as digits."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from printalma.orders.queries import Fields

PHONE_LEAST = 9  # digits of the shortest phone number that is told with its leading zeros

# What taking accents away does not take apart.
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "ı": "i"})
_SIGNS = str.maketrans(dict.fromkeys("'’‘ʼ`´") | dict.fromkeys("-‐‑–—", " "))
_ACCENTS = re.compile("[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670]+")
_NOT_IN_A_TEXT = re.compile("[\u0000-\u001f\u007f-\u009f\ud800-\udfff]+")
_PHONE = re.compile(r"[\d\s+./()-]*\d[\d\s+./()-]*")
_NOT_A_DIGIT = re.compile(r"\D+")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """`text` as it is compared: "Chloé N'Guessan" and "CHLOE NGUESSAN" are the same."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
        text = _ACCENTS.sub("", text)
    return _NOT_IN_A_TEXT.sub(" ", text.lower().translate(_SIGNS))


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
